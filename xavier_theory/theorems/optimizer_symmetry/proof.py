"""Momentum and Adam keep the symmetry of constant initialization, as every such rule does.

An optimizer that treats coordinates alike keeps two numbers beside each weight w, here p and r, and
changes all three by functions of the step t, of the three and of that weight's gradient g:

    w_{t+1} = U(t, w, p, r, g),   p_{t+1} = P(t, w, p, r, g),   r_{t+1} = R(t, w, p, r, g)

whatever U, P and R are. Hidden units that start with equal weights then stay equal:

    W_t[i, j] = W_t[m, j],   V_t[k, i] = V_t[k, m]     for all units i and m, at every step t

Adam has P = β₁ p + (1 − β₁) g, R = β₂ r + (1 − β₂) g² and, for U, w less η times the ratio of the
new p to the root of the new r, both corrected by their factors of t. Momentum needs no r, gradient
descent neither; weight decay, AdaGrad and schedules of the step size have the form as well.

Assumptions: at step 0 the units of the layer have equal incoming and equal outgoing weights, and
what the optimizer keeps is equal as well (0 in practice). A bias is the weight of an input that is
always 1.

Plan of the proof
1. Forward: equal incoming weights give equal z_i, hence equal φ(z_i), for every sample.
2. Backward: with equal outgoing weights δ_i = φ'(z_i) Σ_k V_ki d_k are equal, and so are the
   gradients Σ_s δ_i a_j and Σ_s d_k φ(z_i).
3. Update: U, P and R make equal numbers of equal ones.
4. Induction over the steps t, for the weights and what is kept beside them at once.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer

from xavier_theory.symbolic.assumptions import Assumption, equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Definition, Step, define
from xavier_theory.symbolic.terms import (
    constants,
    function,
    scalar,
)
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k, t

STATEMENT = Statement(
    order=32,
    name="optimizer-symmetry",
    title="Symmetry under momentum and Adam",
    summary=Fact(
        (
            "No rule that changes each weight by its own value, gradient and memory, such "
            "as momentum or Adam, ever tells apart hidden units that start equal."
        ),
        Proved(),
        Proved("outgoing_weights"),
        Proved("memories"),
        Proved("activations"),
        Cited("kingma2015", "algorithm 1"),
    ),
    claims=("C2", "C3"),
    sources=(
        Cited("polyak1964", "section 1", "momentum"),
        Cited("kingma2015", "algorithm 1", "Adam"),
        Cited("goodfellow2016", "section 8.4", "the symmetry"),
    ),
    practice=(
        Fact(
            (
                "No optimizer of this kind mends a layer whose weights are constant on both "
                "sides: weights that start different do."
            ),
            Proved(),
            Fails("units_start_with_equal_incoming_weights"),
            Fails("units_start_with_equal_outgoing_weights"),
        ),
    ),
    remarks=(
        Fact(
            "It is a theorem about exact arithmetic.",
            Proved(),
            Sampled("exact training with two memories"),
        ),
    ),
)

m, s = scalar("m", "width"), scalar("s", "width")
fan_in, fan_out, samples = (scalar(name, "width") for name in ("fan_in", "fan_out", "samples"))
phi, slope = function("phi"), function("dphi", latex=r"\phi'")

a, d, z, h, delta = (constants(name, 3) for name in ("a", "d", "z", "h", "delta"))
G, H = constants("G", 3), constants("H", 3)
INCOMING = W, p, r = tuple(constants(name, 3) for name in "Wpr")
OUTGOING = V, q, u = tuple(constants(name, 3) for name in "Vqu")
"""Weights and the two numbers that are kept beside each."""
_KINDS = (
    ("incoming weights", INCOMING, G, (i, j), (i, m, j)),
    ("outgoing weights", OUTGOING, H, (k, i), (k, i, m)),
)
"""Families, their gradient, their indices, and those of a claim about units i and m."""


def _named(what: str) -> tuple[str, ...]:
    """What the three families of one kind of weights are called."""
    return what, f"first memories of {what}", f"second memories of {what}"


def _other(at: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same place of unit m."""
    return tuple(m if index == i else index for index in at)


def _equalities(said: str, step: Any) -> dict[Any, Assumption]:
    """For each family, that units i and m have equal entries at a step."""
    return {
        family: equation(
            f"{said} {name}".replace(" ", "_"),
            family[(step, *at)],
            family[(step, *_other(at))],
            *names,
        )
        for what, families, _, at, names in _KINDS
        for name, family in zip(_named(what), families, strict=True)
    }


def _updates(what: str, families: Any, gradient: Any, at: Any) -> list[Definition]:
    """w_{t+1} = U(t, w, p, r, g), and what is kept likewise."""
    now = (t, *(family[(t, *at)] for family in families), gradient[(t, *at)])
    return [
        define(f"update of the {name}", family[(t + 1, *at)], function(f)(*now), t, *at)
        for f, name, family in zip("UPR", _named(what), families, strict=True)
    ]


START = _equalities("units start with equal", Integer(0))
CONTEXT = Context(
    tuple(START.values()),
    (
        *(definition for kind in _KINDS for definition in _updates(*kind[:4])),
        define("pre-activation", z[t, s, i], sum_over(j, fan_in, W[t, i, j] * a[t, s, j]), t, s, i),
        define("activation", h[t, s, i], phi(z[t, s, i]), t, s, i),
        define(
            "backpropagated gradient",
            delta[t, s, i],
            slope(z[t, s, i]) * sum_over(k, fan_out, V[t, k, i] * d[t, s, k]),
            *(t, s, i),
        ),
        define(
            "gradient of the incoming weights",
            G[t, i, j],
            sum_over(s, samples, delta[t, s, i] * a[t, s, j]),
            *(t, i, j),
        ),
        define(
            "gradient of the outgoing weights",
            H[t, k, i],
            sum_over(s, samples, d[t, s, k] * h[t, s, i]),
            *(t, k, i),
        ),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    proof = Proof(STATEMENT.name, CONTEXT)
    supposed = _equalities("units have equal", t)
    hypotheses: dict[Any, Step] = {}
    claims: dict[Any, Any] = {}
    for _, families, _, _, names in _KINDS:
        hypotheses |= {f: proof.suppose(supposed[f], *names) for f in families}
    activations = _equal_activations(proof, hypotheses[W])
    gradients = _equal_gradients(proof, hypotheses, activations)
    for what, families, gradient, at, names in _KINDS:
        equal = [*(hypotheses[family] for family in families), gradients[gradient]]
        for name, family in zip(_named(what), families, strict=True):
            base = proof.by_assumption(START[family].name, *names)
            step = _equal(proof, f"update of the {name}", (t, *at), equal)
            claims[family] = (base, step, supposed[family], names)
    proved = {}
    for family, (base, step, hypothesis, names) in claims.items():
        others = [list(claim) for other, claim in claims.items() if other != family]
        proved[family] = proof.induction(base, step, t, hypothesis, names, others)
    return proof.conclude(
        proved[W],
        outgoing_weights=proved[V],
        memories=proved[p],
        activations=_equal_activations(proof, proved[W]),
    )


def _equal(proof: Proof, name: str, at: tuple[Any, ...], equal: list[Step]) -> Step:
    """What the definition ``name`` says at two units is equal, because of what ``equal`` says."""
    changed, other = proof.chain(proof.definition(name, *at)), proof.definition(name, *_other(at))
    for equality in equal:
        changed = changed.by(equality)
    left = changed.step.left
    return proof.linear_combination("=", left, other.left, [changed.step, other], [1, -1])


def _equal_activations(proof: Proof, rows: Step) -> Step:
    """φ(z_i) = φ(z_m) for every sample: part 1 of the plan."""
    inputs = _equal(proof, "pre-activation", (t, s, i), [rows])
    return _equal(proof, "activation", (t, s, i), [inputs])


def _equal_gradients(proof: Proof, equal: dict[Any, Step], activations: Step) -> dict[Any, Step]:
    """The gradients of the incoming and the outgoing weights: part 2 of the plan."""
    inputs = _equal(proof, "pre-activation", (t, s, i), [equal[W]])
    above = proof.specialize(equal[V], {"k": j})
    arriving = _equal(proof, "backpropagated gradient", (t, s, i), [inputs, above])
    arriving, activations = (
        proof.specialize(arriving, {"s": k}),
        proof.specialize(activations, {"s": j}),
    )
    return {
        G: _equal(proof, "gradient of the incoming weights", (t, i, j), [arriving]),
        H: _equal(proof, "gradient of the outgoing weights", (t, k, i), [activations]),
    }
