"""The gradient under sigmoid activations: an upper bound on its growth per layer.

    E[δ_j²] <= (1/16) n^[l] Var(W) E[δ'²],    δ_j = σ'(y_j) Σ_i W_ij δ'_i

because 0 <= σ'(y) = σ(y)(1 − σ(y)) <= 1/4 for every y. Under Xavier's Var(W) = 1/n^[l-1] and equal
widths: a factor of at most 1/16 in mean square, 1/4 in size, per layer, whatever the
pre-activations are.

Assumptions: those of `backward-variance` without the signal's mean zero (a mean square is bounded,
not a variance). *Not* needed: anything about the pre-activations y, not even independence from W or
δ'.

Plan of the proof
1. 1/4 − σ' = (σ − 1/2)² >= 0 and 1/4 + σ' > 0, hence σ'² <= 1/16.
2. Multiply by the square of what arrives and take expectations, which keep the order.
3. The mean square of what arrives: `layer-variance` with the transposed weights, result
   `second_moment`.
"""

from __future__ import annotations

from sympy import Rational

from xavier_theory.symbolic.assumptions import equation
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import E, random_family, scalar, sigmoid
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.backward_variance.proof import FOR_ANY_SIGNAL, delta, g
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import W, fan_in, fan_out, i, j, weight_variance

STATEMENT = Statement(
    order=12,
    name="sigmoid-gradient",
    title="The gradient under sigmoid activations",
    summary=Fact(
        (
            "A sigmoid layer multiplies the mean square of the gradient by at most 1/16 of "
            "what a linear layer would: under Xavier initialization and equal widths by at "
            "most 1/16."
        ),
        Proved(),
        Proved("arriving"),
        Proved("xavier"),
    ),
    claims=("C19",),
    sources=(
        Cited(
            "glorot2010",
            "section 3.1",
            "the saturation of sigmoid networks; the bound is elementary",
        ),
    ),
    practice=(
        Fact(
            (
                "Under Xavier initialization each sigmoid layer of equal width makes the "
                "gradient's root mean square at least four times smaller: ten layers, with the "
                "assumptions holding at each, divide it by at least 4^10."
            ),
            Proved("xavier"),
        ),
    ),
    remarks=(
        Fact(
            "Near y = 0 the bound is nearly reached.",
            Sampled("pre-activations near 0, where the bound is nearly reached"),
        ),
        Fact(
            "It is one layer's bound; over depth it is applied layer by layer.",
            Proved(),
        ),
        Fact(
            (
                "Xavier's forward rule fails for sigmoid as well, since its activations have a "
                "mean: at standard normal pre-activations E[σ(z)²] is 0.293, and the variance "
                "of σ(z) is 0.043."
            ),
            Proved("general", theorem="layer-variance"),
            Fails("inputs_have_zero_mean", "layer-variance"),
            Computed("E[σ(z)²] is 0.293"),
            Computed("of σ(z) is 0.043"),
        ),
    ),
)

y, previous = random_family("y", 1), random_family("r", 1)
second_moment = scalar("second_moment", "nonnegative", latex="q")

CONTEXT = Context(
    (
        *FOR_ANY_SIGNAL,
        equation("the_backward_signal_has_one_second_moment", E(delta[i] ** 2), second_moment, i),
        equation("the_weights_have_xaviers_variance", weight_variance, 1 / fan_in),
    ),
    (
        define("backpropagated gradient", g[j], sum_over(i, fan_out, W[i, j] * delta[i]), j),
        define(
            "gradient before the sigmoid",
            previous[j],
            sigmoid(y[j]) * (1 - sigmoid(y[j])) * g[j],
            j,
        ),
    ),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    arriving = _arriving(p)
    smaller = p.expectation_is_monotone(_pointwise(p))
    smaller = p.rewrite(smaller, p.expectation_is_linear(E(g[j] ** 2 / 16)))
    bound = p.linear_combination(
        "<=",
        E(previous[j] ** 2),
        fan_out * weight_variance * second_moment / 16,
        [
            smaller,
            p.congruence(E(previous[j] ** 2), p.definition("gradient before the sigmoid", j)),
            arriving,
        ],
        [1, 1, Rational(1, 16)],
    )
    xavier = p.rewrite(bound, p.by_assumption("the_weights_have_xaviers_variance"))
    return p.conclude(
        bound,
        quantities={
            "fan_in": fan_in,
            "fan_out": fan_out,
            "weight_variance": weight_variance,
            "second_moment": second_moment,
        },
        xavier=xavier,
        arriving=arriving,
    )


def _pointwise(p: Proof) -> Step:
    """σ'(y)² g² <= g²/16 at every outcome: part 1 of the plan."""
    value, mirrored = sigmoid(y[j]), sigmoid(-y[j])
    quarter = Rational(1, 4)
    product = p.nonnegative(
        (value - Rational(1, 2)) ** 2 * (quarter + value * mirrored) * g[j] ** 2
    )
    product = p.rewrite(product, p.cite("sigmoid-reflection", {"t": y[j]}))
    return p.linear_combination(
        "<=", (value * (1 - value) * g[j]) ** 2, g[j] ** 2 / 16, [product], [1]
    )


def _arriving(p: Proof) -> Step:
    """E[g²] = n Var(W) E[δ'²]: part 3 of the plan."""
    transposed = {"W": (j, i, W[i, j]), "a": (i, delta[i]), "z": (j, g[j]), "b": (j, 0)}
    square = p.theorem(
        derived("layer-variance"), "second_moment", {"fan_in": fan_out, "i": j}, transposed
    )
    index, _ = (square.right / weight_variance).opened()
    chain = p.chain(square).by(p.by_assumption("the_backward_signal_has_one_second_moment", index))
    return chain.by(p.sum_is_linear(chain.right / weight_variance)).step
