"""Weights that start at zero, behind an activation with φ(0) = 0: no weight ever moves.

    at every step t:  W_t = 0,  V_t = 0,  b_t = 0  (in, out, bias)  and every gradient of them is 0

for relu, tanh, the identity and every other φ with φ(0) = 0; for any loss, data, step size and any
gradients d_t that arrive from above. What still learns is the bias of the output layer alone: the
network stays a constant function. Under sigmoid, φ(0) = 1/2, the outgoing weights move at step 1,
all by the same amount, and with them the rest, in step with each other (`symmetry`).

Assumptions: all weights and biases of the layer start at 0; φ(z) = z ψ(z), for any ψ, says
φ(0) = 0.

Plan of the proof
1. W = 0 and b = 0 give z = 0, hence h = z ψ(z) = 0: the gradient of V is Σ_s d h = 0.
2. V = 0 gives δ = φ'(z) Σ_k V d = 0: the gradients of W and b are 0.
3. Induction over the steps t.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import (
    SumOver,
    function,
)
from xavier_theory.theorems.statement import Cited, Fact, Fails, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k, t
from xavier_theory.theorems.symmetry.proof import CONTEXT as SYMMETRY
from xavier_theory.theorems.symmetry.proof import (
    V,
    W,
    bias,
    h,
    proved_together,
    s,
    slope,
    step_size,
    z,
)

STATEMENT = Statement(
    order=20,
    name="zero-initialization",
    title="Zero weights that stay zero",
    summary=Fact(
        (
            "Behind an activation with φ(0) = 0, such as relu or tanh, a hidden layer whose "
            "incoming weights, biases and outgoing weights all start at 0 has gradients "
            "that are exactly 0 at every step: none of them ever moves."
        ),
        Proved(),
        Proved("biases"),
        Proved("outgoing_weights"),
        Proved("activations"),
        Proved("gradients"),
    ),
    claims=("C2",),
    sources=(
        Cited("goodfellow2016", "section 8.4"),
        Cited("katanforoosh2019", "section I"),
    ),
    practice=(
        Fact(
            (
                "Do not start a layer's incoming weights, biases and outgoing weights all at 0: "
                "they do worse than equal weights, which may learn as one unit does."
            ),
            Proved(),
            Proved(theorem="symmetry"),
        ),
    ),
    remarks=(
        Fact(
            (
                "It takes zeros on both sides: where one of the three does not start at 0, the "
                "others can move."
            ),
            Fails("incoming_weights_start_at_zero"),
            Fails("biases_start_at_zero"),
            Fails("outgoing_weights_start_at_zero"),
        ),
        Fact(
            (
                "Under relu with φ'(0) = 0, the usual choice, zeros in incoming weights and "
                "biases alone are enough: with random outgoing weights nothing moves in the "
                "trained networks, where under tanh all three do."
            ),
            Sampled("zeros below random outgoing weights"),
        ),
        Fact(
            (
                "Where φ(0) is not 0, as for sigmoid, the units still stay equal, and so they "
                "do under relu and tanh with one constant other than 0."
            ),
            Proved(theorem="symmetry"),
        ),
    ),
)

psi = function("psi")
ACTIVATION = define("activation", h[t, s, i], z[t, s, i] * psi(z[t, s, i]), t, s, i)
"""φ(z) = z ψ(z): every function that vanishes at 0 is of this form, with ψ(z) = φ(z)/z."""

CONTEXT = Context(
    (
        equation("incoming_weights_start_at_zero", W[0, i, j], 0, i, j),
        equation("biases_start_at_zero", bias[0, i], 0, i),
        equation("outgoing_weights_start_at_zero", V[0, k, i], 0, k, i),
    ),
    tuple(ACTIVATION if d.name == "activation" else d for d in SYMMETRY.definitions),
)

_INCOMING = equation("incoming_weights_are_zero_so_far", W[t, i, j], 0, i, j)
_BIASES = equation("biases_are_zero_so_far", bias[t, i], 0, i)
_OUTGOING = equation("outgoing_weights_are_zero_so_far", V[t, k, i], 0, k, i)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    rows, biases = p.suppose(_INCOMING, i, j), p.suppose(_BIASES, i)
    columns = p.suppose(_OUTGOING, k, i)
    output = _activation(p, rows, biases)
    gradient = _gradient(p, columns)
    claims = [
        (p.by_assumption(start, *at[1:]), _update(p, update, at, now, cause), hypothesis, at[1:])
        for start, update, at, now, cause, hypothesis in (
            ("incoming_weights_start_at_zero", "update of the incoming weights", (t, i, j), rows,
             gradient, _INCOMING),
            ("biases_start_at_zero", "update of the biases", (t, i), biases, gradient, _BIASES),
            ("outgoing_weights_start_at_zero", "update of the outgoing weights", (t, k, i),
             columns, output, _OUTGOING),
        )
    ]  # fmt: skip
    proved = proved_together(p, claims)
    return p.conclude(
        proved[0],
        biases=proved[1],
        outgoing_weights=proved[2],
        activations=_activation(p, *proved[:2]),
        gradients=_gradient(p, proved[2]),
    )


def _zero_sum(p: Proof, definition: Step, zero: Step, index: str) -> tuple[Step, Step]:
    """The sum in a definition, over ``index`` of terms with a factor that is ``zero``, is 0."""
    (summed,) = definition.right.atoms(SumOver)
    name, _ = summed.opened()
    zeros = p.congruence(summed, p.specialize(zero, {index: name}))
    return zeros, p.sum_is_linear(zeros.right)


def _activation(p: Proof, rows: Step, biases: Step) -> Step:
    """h = z ψ(z) = 0: part 1 of the plan."""
    before = p.definition("pre-activation", t, s, i)
    zeros = _zero_sum(p, before, rows, "j")
    nothing = p.linear_combination("=", before.left, 0, [before, *zeros, biases], [1, 1, 1, 1])
    return p.chain(p.definition("activation", t, s, i)).by(nothing).step


def _gradient(p: Proof, columns: Step) -> Step:
    """δ = 0: part 2 of the plan."""
    definition = p.definition("backpropagated gradient", t, s, i)
    zeros = _zero_sum(p, definition, columns, "k")
    factor = slope(z[t, s, i])
    premises = [definition, *zeros]
    return p.linear_combination("=", definition.left, 0, premises, [1, factor, factor])


def _update(p: Proof, name: str, at: tuple[Any, ...], now: Step, cause: Step) -> Step:
    """A parameter that is 0, less a sum of zeros, is 0: part 3 of the plan."""
    update = p.definition(name, *at)
    zeros = _zero_sum(p, update, cause, "s")
    premises = [update, now, *zeros]
    return p.linear_combination("=", update.left, 0, premises, [1, 1, -step_size, -step_size])
