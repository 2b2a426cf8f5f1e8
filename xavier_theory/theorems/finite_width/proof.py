"""Finite width: how much the signal of a random network fluctuates, exactly, layer by layer.

    E[Q_L²] E[Q_0]² = ∏_{l=1..L} (1 + e/n^[l]) · E[Q_L]² E[Q_0²],    Q_l = ‖a^[l]‖²

e is the excess of one unit (`unit-fluctuation`): 2 for linear networks and 5 for relu. At equal
widths E[Q_L²]/E[Q_L]² is (1 + e/n)^L for a fixed input: close to 1 only for depths small against
n/e.

The theorem is about the responses h_i^[l] = (a_i^[l])²/‖a^[l-1]‖². For independent Gaussian
weights, zero biases and an activation that is linear on either side of 0 they are v^[l] φ(g_i)²
with fresh independent standard normal g_i, whatever happened below (rotation invariance): mean
v (α² + β²)/2 for slopes α, β, uncorrelated, independent of Q_{l-1}, and with the excess of
`unit-fluctuation`.

Assumptions: the responses of a layer are uncorrelated, share a mean and the relative variance e,
and are independent of the length below; finite second moments of the responses and of the lengths.

Plan of the proof
1. The sum of a layer's responses has mean n μ and variance n e μ².
2. Q_l = Q_{l-1} Σ_i h_i^[l] and independence: E[Q_l] = n μ E[Q_{l-1}], and
   E[Q_l²] = n² μ² (1 + e/n) E[Q_{l-1}²].
3. Induction over l; for equal widths the product is a power.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer

from xavier_theory.symbolic.assumptions import (
    common_variance,
    equation,
    finite_moment,
    independent,
    uncorrelated,
)
from xavier_theory.symbolic.binding import product_over, sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, Var, constants, random_family, scalar
from xavier_theory.theorems.statement import Cited, Computed, Fact, Proved, Sampled, Statement
from xavier_theory.theorems.symbols import i, j, k, l, layer_width

STATEMENT = Statement(
    order=22,
    name="finite-width",
    title="Fluctuations at finite width",
    summary=Fact(
        (
            "Where the units' responses are uncorrelated, of relative variance e, and "
            "independent of the length below, each layer of width n multiplies the relative "
            "second moment of the signal's squared length by 1 + e/n. For Gaussian weights "
            "e is 2 in linear networks and 5 behind relu."
        ),
        Proved("one_layer"),
        Proved(),
        Proved(theorem="unit-fluctuation"),
        Sampled("one relu layer of width 8, whole matrices"),
    ),
    claims=(),
    sources=(
        Cited(
            "hanin2020",
            "theorem 1",
            "the log-normal limit, in depth and width together",
        ),
        Cited("hanin2018", "theorem 1", "the role of Σ 1/n^[l]"),
    ),
    practice=(
        Fact(
            (
                "A relu network with Gaussian weights is predictable, one by one, only while "
                "its depth is small against a fifth of its width."
            ),
            Proved("equal_widths"),
            Proved(theorem="unit-fluctuation"),
        ),
    ),
    remarks=(
        Fact(
            (
                "For independent Gaussian weights of variance v, zero biases and slopes α, β "
                "the responses are v φ(g_i)² with fresh standard normal g_i, whatever happened "
                "below: mean μ = v (α² + β²)/2 and the excess of unit-fluctuation. This "
                "rotation invariance of Gaussian rows is not derived here; what is assumed is "
                "what the responses then satisfy. The checks sample whole matrices."
            ),
            Cited("hanin2020", "section 3"),
            Sampled("one linear layer of width 8, whole matrices"),
            Sampled("one relu layer of width 8, whole matrices"),
        ),
        Fact(
            (
                "Other weights have another excess: where the fourth moment is the square of "
                "the second, as for weights ±1 at width 1, a linear response is constant, and e "
                "= 0."
            ),
            Proved(theorem="unit-fluctuation"),
        ),
        Fact(
            (
                "The moments hold at every width and depth. That log Q_L is close to normal "
                "when depth and width grow together, with Σ_l e/n^[l] fixed, is not derived "
                "here."
            ),
            Proved(),
            Cited("hanin2020", "theorem 1"),
        ),
        Fact(
            (
                "Unequal widths count through Σ_l e/n^[l], to first order in it: one narrow "
                "layer can spoil a wide network."
            ),
            Proved(),
        ),
        Fact(
            (
                "Deep products are heavy-tailed: behind relu at width 16 and depth 50 the "
                "relative second moment is about 800,000. Tests look at one layer given the one "
                "below, at networks with light tails, or at logarithms."
            ),
            Proved("equal_widths"),
            Computed("is about 800,000"),
        ),
    ),
    notation="Q^[l] is ‖a^[l]‖², and the response h_i^[l] is (a_i^[l])²/‖a^[l-1]‖².",
)

length, response = random_family("Q", 1, by_layer=True), random_family("h", 2, by_layer=True)
mean = constants("mu", 1, by_layer=True)
excess = scalar("excess", "nonnegative", latex="e")
width = scalar("width", "width", latex="n")
depth = scalar("depth", "natural", latex="L")
m = scalar("m", "width")


def total(layer: Any) -> Any:
    """The sum of the responses of a layer: what it multiplies the squared length by."""
    return sum_over(j, layer_width[layer], response[layer, j])


def spread(last: Any) -> Any:
    """The product of 1 + e/n over the layers 1..``last``."""
    return product_over(m, last, 1 + excess / layer_width[m])


CONTEXT = Context(
    (
        equation("responses_share_one_mean", E(response[l, i]), mean[l], l, i),
        common_variance(
            "responses_share_one_relative_variance",
            response[l, i],
            excess * mean[l] ** 2,
            *(l, i),
        ),
        uncorrelated(
            "responses_are_uncorrelated",
            response[l, i],
            response[l, k],
            *(l, i, k),
            distinct=[(i, k)],
        ),
        independent(
            "responses_are_independent_of_the_length_below",
            [response[l + 1, EVERY]],
            [length[l]],
            l,
        ),
        finite_moment("responses_have_finite_second_moments", response[l, i], 2, l, i),
        finite_moment("lengths_have_finite_second_moments", length[l], 2, l),
        equation("widths_are_equal", layer_width[l], width, l),
    ),
    (define("length", length[l + 1], length[l] * total(l + 1), l),),
)


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    first, second, fluctuation = _sum_of_responses(p)
    grown = p.definition("length", l)
    means = p.chain(p.congruence(E(length[l + 1]), grown)).by(
        p.independence(E(length[l] * total(l + 1)))
    )
    means = means.by(p.specialize(first, {"l": l + 1}))
    squares = p.chain(p.congruence(E(length[l + 1] ** 2), grown)).by(
        p.independence(E(length[l] ** 2 * total(l + 1) ** 2))
    )
    squares = squares.by(p.specialize(second, {"l": l + 1}))
    conclusion = _over_depth(p, means.step, squares.step)
    return p.conclude(
        conclusion,
        quantities={
            "depth": depth,
            "width": width,
            "layer_width": layer_width[l],
            "mean": mean[l],
            "excess": excess,
            "spread": spread(depth),
        },
        units=(E(length[depth]), E(length[0]), E(length[0] ** 2)),
        second=second,
        fluctuation=fluctuation,
        one_layer=squares.step,
        equal_widths=_equal_widths(p, conclusion),
    )


def _sum_of_responses(p: Proof) -> tuple[Step, Step, Step]:
    """E S = n μ, E S² = n² μ² (1 + e/n) and Var S = n e μ², S the sum: part 1 of the plan."""
    n, mu = layer_width[l], mean[l]
    first = p.chain(p.expectation_is_linear(E(total(l))))
    first = first.by(p.by_assumption("responses_share_one_mean", l, j))
    first = first.by(p.sum_is_linear(first.right))
    double = p.product_of_sums(total(l) ** 2)
    second = p.chain(p.congruence(E(total(l) ** 2), double))
    second = second.by(p.expectation_is_linear(E(double.right)))
    second = second.by(p.split_diagonal(second.right))
    variance = p.variance_definition(Var(response[l, j]))
    spread_ = p.by_assumption("responses_share_one_relative_variance", l, j)
    mean_j = p.by_assumption("responses_share_one_mean", l, j)
    mean_k = p.by_assumption("responses_share_one_mean", l, k)
    square = p.linear_combination(
        "=",
        E(response[l, j] ** 2),
        (excess + 1) * mu**2,
        [variance, spread_, mean_j],
        [-1, 1, E(response[l, j]) + mu],
    )
    covariance = p.covariance_definition(
        p.by_assumption("responses_are_uncorrelated", l, j, k).left
    )
    cross = p.linear_combination(
        "=",
        E(response[l, j] * response[l, k]),
        mu**2,
        [
            covariance,
            p.by_assumption("responses_are_uncorrelated", l, j, k),
            mean_j,
            mean_k,
        ],
        [-1, 1, E(response[l, k]), mu],
    )
    second = second.by(square).by(cross)
    second = second.by(p.sum_is_linear(sum_over(j, n, (excess + 1) * mu**2)))
    everything = sum_over(j, n, sum_over(k, n, mu**2))
    counted = p.chain(p.split_diagonal(everything)).by(p.sum_is_linear(sum_over(j, n, mu**2)))
    relative = p.linear_combination(
        "=",
        E(total(l) ** 2),
        n**2 * mu**2 * (1 + excess / n),
        [second.step, counted.step, p.sum_is_linear(everything)],
        [1, -1, 1],
    )
    fluctuation = p.chain(p.variance_definition(Var(total(l)))).by(relative).by(first.step)
    return first.step, relative, fluctuation.algebra(n * excess * mu**2).step


def _over_depth(p: Proof, means: Step, squares: Step) -> Step:
    """E[Q_l²] E[Q_0]² = ∏ (1 + e/n) E[Q_l]² E[Q_0²]: part 3 of the plan."""
    start, start_square = E(length[0]), E(length[0] ** 2)

    def sides(layer: Any) -> tuple[Any, Any]:
        return (
            E(length[layer] ** 2) * start**2,
            spread(layer) * E(length[layer]) ** 2 * start_square,
        )

    hypothesis = equation("relative_second_moment_of_layer_l", *sides(l))
    empty = start**2 * start_square
    base = p.linear_combination("=", *sides(Integer(0)), [p.peel(spread(Integer(0)))], [-empty])
    below = p.suppose(hypothesis)
    last = p.peel(spread(l + 1))
    factor = layer_width[l + 1] * mean[l + 1]
    here = 1 + excess / layer_width[l + 1]
    product = spread(l) * here * start_square
    step = p.linear_combination(
        "=",
        *sides(l + 1),
        [squares, below, means, last],
        [
            start**2,
            factor**2 * here,
            -product * (E(length[l + 1]) + factor * E(length[l])),
            -(E(length[l + 1]) ** 2) * start_square,
        ],
    )
    return p.specialize(p.induction(base, step, l, hypothesis), {"l": depth})


def _equal_widths(p: Proof, conclusion: Step) -> Step:
    """The product is (1 + e/n)^L at equal widths."""
    hypothesis = equation("product_so_far", spread(l), (1 + excess / width) ** l)
    base = p.linear_combination(
        "=",
        spread(Integer(0)),
        (1 + excess / width) ** Integer(0),
        [p.peel(spread(Integer(0)))],
        [1],
    )
    equal = p.by_assumption("widths_are_equal", l + 1)
    last = p.chain(p.peel(spread(l + 1))).by(equal)
    step = p.linear_combination(
        "=",
        spread(l + 1),
        (1 + excess / width) ** (l + 1),
        [last.step, p.suppose(hypothesis)],
        [1, 1 + excess / width],
    )
    power = p.specialize(p.induction(base, step, l, hypothesis), {"l": depth})
    return p.chain(conclusion).by(power).step
