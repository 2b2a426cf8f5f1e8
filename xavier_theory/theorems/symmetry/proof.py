"""Symmetry of constant initialization: hidden units that start equal stay equal.

    at every step t of gradient descent, for all units i and m of a hidden layer:
    W_t[i, j] = W_t[m, j],  b_t[i] = b_t[m],  V_t[k, i] = V_t[k, m]     (in, bias, out)
    and so equal activations, equal gradients, equal influence on the cost

for *any* activation, any loss, any step size, any data, any network around the layer: its inputs
a_t and the gradients d_t that arrive from above may be anything.

Assumptions: at step 0 the layer's units have equal incoming weights, biases and outgoing weights,
as they have when every weight is α and every bias is β.

Plan of the proof
1. Forward: equal weights and biases give equal z_i, hence equal φ(z_i), for every sample.
2. Backward: equal z_i and equal outgoing weights give equal δ_i = φ'(z_i) Σ_k V_ki d_k.
3. Update: W − η Σ_s δ_i a_j, b − η Σ_s δ_i, V − η Σ_s d_k φ(z_i) change equal entries by equal
   amounts.
4. Induction over the steps t.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    SumOver,
    constants,
    function,
    scalar,
)
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k, t

STATEMENT = Statement(
    order=11,
    name="symmetry",
    title="Symmetry of constant initialization",
    summary=Fact(
        (
            "Hidden units of a layer whose incoming weights, biases and outgoing weights "
            "each start at one constant compute the same function and get the same "
            "gradients at every step of gradient descent, so that they never become "
            "different."
        ),
        Proved(),
        Proved("biases"),
        Proved("outgoing_weights"),
        Proved("activations"),
        Proved("gradients"),
    ),
    claims=("C2", "C3"),
    sources=(
        Cited("goodfellow2016", "section 8.4"),
        Cited("katanforoosh2019", "section I", "two relu units"),
    ),
    practice=(
        Fact(
            (
                "Never give a layer constant incoming weights, constant biases and constant "
                "outgoing weights together: its units stay copies of one. Where any of the "
                "three is not constant, they can part."
            ),
            Proved("activations"),
            Fails("incoming_weights_start_at_alpha"),
            Fails("biases_start_at_beta"),
            Fails("outgoing_weights_start_at_gamma"),
        ),
    ),
    remarks=(
        Fact(
            (
                "The constants for incoming weights, biases and outgoing weights may differ. "
                "The proof uses no more than that the units of the layer start equal to each "
                "other."
            ),
            Proved(),
        ),
        Fact(
            "It is a theorem about exact arithmetic.",
            Proved(),
            Sampled("exact training of constant networks"),
        ),
        Fact(
            (
                "Induction over layers is not needed: what surrounds the layer may be anything "
                "at all."
            ),
            Proved(),
        ),
        Fact(
            "Momentum and Adam keep equal units equal as well: optimizer-symmetry.",
            Proved(theorem="optimizer-symmetry"),
        ),
    ),
)

m, s = scalar("m", "width"), scalar("s", "width")
fan_in = scalar("fan_in", "width", latex="n^{[l-1]}")
fan_out = scalar("fan_out", "width", latex="n^{[l]}")
samples, step_size = scalar("samples", "width"), scalar("step_size", latex=r"\eta")
alpha, beta, gamma = scalar("alpha"), scalar("beta"), scalar("gamma")
phi, slope = function("phi"), function("dphi", latex=r"\phi'")

W, bias, V = constants("W", 3, by_layer=True), constants("b", 2, by_layer=True), constants("V", 3)
a, d = constants("a", 3, by_layer=True), constants("d", 3)
z = constants("z", 3, by_layer=True)
h = constants("h", 3)
delta = constants("delta", 3, by_layer=True)

CONTEXT = Context(
    (
        equation("incoming_weights_start_at_alpha", W[0, i, j], alpha, i, j),
        equation("biases_start_at_beta", bias[0, i], beta, i),
        equation("outgoing_weights_start_at_gamma", V[0, k, i], gamma, k, i),
    ),
    (
        define(
            "update of the incoming weights",
            W[t + 1, i, j],
            W[t, i, j] - step_size * sum_over(s, samples, delta[t, s, i] * a[t, s, j]),
            *(t, i, j),
        ),
        define(
            "update of the biases",
            bias[t + 1, i],
            bias[t, i] - step_size * sum_over(s, samples, delta[t, s, i]),
            *(t, i),
        ),
        define(
            "update of the outgoing weights",
            V[t + 1, k, i],
            V[t, k, i] - step_size * sum_over(s, samples, d[t, s, k] * h[t, s, i]),
            *(t, k, i),
        ),
        define(
            "pre-activation",
            z[t, s, i],
            sum_over(j, fan_in, W[t, i, j] * a[t, s, j]) + bias[t, i],
            *(t, s, i),
        ),
        define("activation", h[t, s, i], phi(z[t, s, i]), t, s, i),
        define(
            "backpropagated gradient",
            delta[t, s, i],
            slope(z[t, s, i]) * sum_over(k, fan_out, V[t, k, i] * d[t, s, k]),
            *(t, s, i),
        ),
    ),
)

_INCOMING = ("incoming_weights_start_at_alpha", "update of the incoming weights")
_BIASES = ("biases_start_at_beta", "update of the biases")
_OUTGOING = ("outgoing_weights_start_at_gamma", "update of the outgoing weights")
_EQUAL_ROWS = equation("units_have_equal_incoming_weights", W[t, i, j], W[t, m, j], i, m, j)
_EQUAL_BIASES = equation("units_have_equal_biases", bias[t, i], bias[t, m], i, m)
_EQUAL_COLUMNS = equation("units_have_equal_outgoing_weights", V[t, k, i], V[t, k, m], k, i, m)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    rows = p.suppose(_EQUAL_ROWS, i, m, j)
    biases = p.suppose(_EQUAL_BIASES, i, m)
    columns = p.suppose(_EQUAL_COLUMNS, k, i, m)
    activation = _equal_activations(p, rows, biases)
    gradient = _equal_gradients(p, rows, biases, columns)
    claims = [
        (*_base_and_step(p, start, update, at, equal), hypothesis, names)
        for start, update, at, equal, hypothesis, names in (
            (*_INCOMING, (t, i, j), [rows, gradient], _EQUAL_ROWS, (i, m, j)),
            (*_BIASES, (t, i), [biases, gradient], _EQUAL_BIASES, (i, m)),
            (*_OUTGOING, (t, k, i), [columns, activation], _EQUAL_COLUMNS, (k, i, m)),
        )
    ]
    proved = proved_together(p, claims)
    return p.conclude(
        proved[0],
        biases=proved[1],
        outgoing_weights=proved[2],
        activations=_equal_activations(p, *proved[:2]),
        gradients=_equal_gradients(p, *proved),
    )


def proved_together(p: Proof, claims: Sequence[tuple[Any, ...]]) -> list[Step]:
    """Each of the claims (base, step, hypothesis, names) by an induction over t with the others."""
    proved = []
    for place, (base, step, hypothesis, names) in enumerate(claims):
        others = [list(claim) for other, claim in enumerate(claims) if other != place]
        proved.append(p.induction(base, step, t, hypothesis, names, others))
    return proved


def _equal_activations(p: Proof, rows: Step, biases: Step) -> Step:
    """h_i = h_m for every sample: part 1 of the plan."""
    first = p.chain(p.definition("activation", t, s, i))
    first = first.by(p.definition("pre-activation", t, s, i)).by(rows).by(biases)
    second = p.chain(p.definition("activation", t, s, m))
    second = second.by(p.definition("pre-activation", t, s, m))
    equal = [first.step, second.step]
    return p.linear_combination("=", h[t, s, i], h[t, s, m], equal, [1, -1])


def _equal_gradients(p: Proof, rows: Step, biases: Step, columns: Step) -> Step:
    """δ_i = δ_m for every sample: part 2 of the plan."""
    first = p.chain(p.definition("backpropagated gradient", t, s, i))
    first = first.by(p.definition("pre-activation", t, s, i)).by(rows).by(biases)
    first = first.by(p.specialize(columns, {"k": j}))
    second = p.chain(p.definition("backpropagated gradient", t, s, m))
    second = second.by(p.definition("pre-activation", t, s, m))
    equal = [first.step, second.step]
    return p.linear_combination("=", delta[t, s, i], delta[t, s, m], equal, [1, -1])


def _base_and_step(
    p: Proof, start: str, update: str, at: tuple[Any, ...], equal: list[Step]
) -> tuple[Step, Step]:
    """Base case and step of the induction for one of the three equalities: part 3 of the plan."""
    other = tuple(m if index == i else index for index in at)
    changed = p.chain(p.definition(update, *at))
    (sum_over_samples,) = changed.right.atoms(SumOver)
    sample, _ = sum_over_samples.opened()
    for equality in equal:
        inside = s in equality.left.free_symbols
        changed = changed.by(p.specialize(equality, {"s": sample}) if inside else equality)
    same = p.definition(update, *other)
    step = p.linear_combination("=", changed.step.left, same.left, [changed.step, same], [1, -1])
    bases = [p.by_assumption(start, *place[1:]) for place in (at, other)]
    base = p.linear_combination("=", bases[0].left, bases[1].left, bases, [1, -1])
    return base, step
