"""The second moment over depth, with random biases, behind relu and its kin: exact at every width.

    q_L = χ^L q_0 + σ_b² (1 + χ + … + χ^(L−1)),   q_{l+1} = χ q_l + σ_b²,  χ = σ_w² (r² + s²)/2

for q_l = E[z²] in layer l, φ(t) = r t above 0 and s t below it, Var(W) = σ_w²/fan_in and random
biases of variance σ_b². The inputs of a layer then have a mean, and it is their mean square that
counts: E[z²] in the next layer is σ_w² times the average of E[φ(y)²], plus σ_b² (`length-map`), and
E[φ(y)²] = (r² + s²)/2 E[y²] where y is symmetric (result `one_layer`). With χ ≠ 1 the fixed point
is q* = σ_b²/(1 − χ), and q_L − q* = χ^L (q_0 − q*) exactly; with χ = 1 every layer adds σ_b².

Assumptions: in every layer those of `length-map`, and pre-activations that are symmetric and share
one second moment. They are symmetric as soon as the law of a unit's weights and bias together is,
given the layer below. *Not* needed: Gaussian weights, large or equal widths, independent units.

Plan of the proof
1. φ(t)² + φ(−t)² = (r² + s²) t² by cases of sign, and symmetry: E[φ(y)²] = (r² + s²)/2 E[y²].
2. `length-map` for one layer: E[z²] = χ q + σ_b², the q of the next layer.
3. Induction over the layers, with (1 − χ)(1 + χ + … + χ^(l−1)) + χ^l = 1, by induction as well.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Rational

from xavier_theory.symbolic.assumptions import equation, finite_moment, independent, symmetric
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step, define
from xavier_theory.symbolic.terms import EVERY, E, constants, scalar
from xavier_theory.theorems import derive as derived
from xavier_theory.theorems.finite_width.proof import depth, m
from xavier_theory.theorems.gain_stability.proof import left_slope, right_slope, two_lines, x
from xavier_theory.theorems.general_gain.proof import y
from xavier_theory.theorems.length_map.proof import CONTEXT as MAP
from xavier_theory.theorems.length_map.proof import B, bias_variance, weight_scale
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)
from xavier_theory.theorems.symbols import W, fan_in, i, j, l, z

STATEMENT = Statement(
    order=33.5,
    name="second-moment-depth",
    title="The second moment over depth",
    summary=Fact(
        (
            "Behind an activation that is linear on either side of 0 the second moment of the "
            "pre-activations follows a geometric recursion with the biases' variance as its "
            "additive term, exactly, at every width and depth, if the pre-activations are "
            "symmetric."
        ),
        Proved(),
        Proved("one_layer"),
        Sampled("uniform weights, biases of signs, relu, four layers"),
    ),
    claims=(),
    sources=(
        Cited("he2015", "section 2.2, eqs. (7)-(10)", "relu, no biases"),
        Cited("schoenholz2017", "section 3", "the fixed point, in the limit of infinite width"),
    ),
    practice=(
        Fact(
            (
                "At He's variance, χ = 1, random biases add their variance to E[z²] in every "
                "layer: it grows with the depth like a straight line. Start biases at 0 there."
            ),
            Proved("critical"),
            Sampled("He's variance with random biases, relu"),
        ),
        Fact(
            (
                "With σ_w² = 1.8 and σ_b² = 0.1, where χ is 0.9 for relu, E[z²] tends to 1: from 2 "
                "it is 1.35 after ten layers, and 1.0052 after fifty."
            ),
            Proved("to_fixed_point"),
            Computed("it is 1.35"),
            Computed("and 1.0052"),
            given=("1.8", "0.1", "0.9"),
        ),
    ),
    remarks=(
        Fact(
            (
                "For other activations E[φ(y)²] is in general no fixed multiple of E[y²], and then "
                "the recursion does not close; length-map has one layer, exactly, and the map of "
                "infinite width."
            ),
            Proved("lower", theorem="tanh-linearization"),
            Proved("upper", theorem="tanh-linearization"),
            Proved("one_unit", theorem="length-map"),
            Proved("map", theorem="length-map"),
        ),
        Fact(
            ("These φ are all with φ(ct) = cφ(t), c >= 0, with r = φ(1) and s = −φ(−1)."),
            Proved("form", theorem="homogeneous-activation"),
        ),
        Fact(
            "Without symmetry a relu may keep all of E[z²].",
            Fails("pre_activations_are_symmetric"),
        ),
        Fact(
            (
                "It is a mean over networks: one network of finite width in general has "
                "fluctuations about it."
            ),
            Proved("one_layer", theorem="finite-width"),
        ),
    ),
    notation=(
        "q_l is E[z²] in layer l; the recursion that defines it is what one layer does. r is the "
        "slope above 0, β on this page, and s that below it, α. χ is σ_w²(r² + s²)/2."
    ),
)

FROM_MAP = (
    "weights_have_zero_mean",
    "weights_have_the_scale_over_fan_in",
    "weights_of_a_unit_are_uncorrelated",
    "weights_have_finite_second_moments",
    "biases_have_zero_mean",
    "biases_share_one_variance",
    "biases_have_finite_second_moments",
)
q = constants("q", 1, "nonnegative", latex="q")
second_moment = scalar("second_moment", "nonnegative", latex="q")
chi = weight_scale * (right_slope**2 + left_slope**2) / 2
start = q[0]
weighted_sum = sum_over(j, fan_in, W[i, j] * two_lines(y[j]))

CONTEXT = Context(
    (
        *(MAP.named(name) for name in FROM_MAP),
        independent("weights_are_independent_of_the_layer_below", [W[i, EVERY]], [y[EVERY]], i),
        independent("biases_are_independent_of_all_else", [B[EVERY]], [W[EVERY, EVERY], y[EVERY]]),
        symmetric("pre_activations_are_symmetric", y[j], j),
        equation("pre_activations_share_one_second_moment", E(y[j] ** 2), second_moment, j),
        finite_moment("pre_activations_have_finite_second_moments", y[j], 2, j),
        equation("the_factor_is_one", chi, 1),
    ),
    (
        define("pre-activation", z[i], weighted_sum + B[i], i),
        define("second moment of the next layer", q[l + 1], chi * q[l] + bias_variance, l),
    ),
)
SOLVED = {"the_factor_is_one": (weight_scale, "=", 2 / (right_slope**2 + left_slope**2))}


def powers(last: Any) -> Expr:
    """1 + χ + … + χ^(last − 1)."""
    return sum_over(m, last, chi ** (m - 1))


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    series = _series(p)
    moment, geometric = (
        p.specialize(step, {"l": depth}) for step in (_any_depth(p, series), series)
    )
    relative = p.linear_combination(
        "=",
        (1 - chi) * moment.left - bias_variance,
        chi**depth * ((1 - chi) * start - bias_variance),
        [moment, geometric],
        [1 - chi, bias_variance],
    )
    return p.conclude(
        moment,
        quantities={
            "depth": depth,
            "weight_scale": weight_scale,
            "bias_variance": bias_variance,
            "right_slope": right_slope,
            "left_slope": left_slope,
            "first_second_moment": start,
            "second_moment": second_moment,
            "geometric_sum": powers(depth),
        },
        one_layer=_one_layer(p),
        geometric_sum=geometric,
        to_fixed_point=relative,
        critical=p.specialize(_critical(p), {"l": depth}),
    )


def _any_depth(p: Proof, series: Step) -> Step:
    """q_l, by induction: part 3 of the plan."""

    def value(layer: Any) -> Expr:
        return chi**layer * start + bias_variance * powers(layer)

    claim = equation("second_moment_so_far", q[l], value(l))
    base = p.linear_combination("=", start, value(0), [p.peel(powers(0))], [-bias_variance])
    following = p.definition("second moment of the next layer", l)
    step = p.linear_combination(
        "=",
        q[l + 1],
        value(l + 1),
        [following, p.suppose(claim), p.peel(powers(l + 1)), series],
        [1, chi, -bias_variance, -bias_variance],
    )
    return p.induction(base, step, l, claim)


def _critical(p: Proof) -> Step:
    """q_l where χ = 1: it grows by σ_b² in each layer."""
    claim = equation("second_moment_so_far", q[l], start + l * bias_variance)
    base = p.linear_combination("=", start, start + 0 * bias_variance)
    following = p.definition("second moment of the next layer", l)
    step = p.linear_combination(
        "=",
        q[l + 1],
        start + (l + 1) * bias_variance,
        [following, p.by_assumption("the_factor_is_one"), p.suppose(claim)],
        [1, q[l], 1],
    )
    return p.induction(base, step, l, claim)


def _series(p: Proof) -> Step:
    """(1 − χ)(1 + χ + … + χ^(l−1)) + χ^l = 1."""

    def total(last: Any) -> Expr:
        return (1 - chi) * powers(last) + chi**last

    claim = equation("sum_of_powers_so_far", total(l), 1)
    base = p.linear_combination("=", total(0), 1, [p.peel(powers(0))], [1 - chi])
    more = p.peel(powers(l + 1))
    step = p.linear_combination("=", total(l + 1), 1, [more, p.suppose(claim)], [1 - chi, 1])
    return p.induction(base, step, l, claim)


def _half(p: Proof) -> Step:
    """E[φ(y)²] = (r² + s²)/2 E[y²]: part 1 of the plan."""
    half, squares = Rational(1, 2), right_slope**2 + left_slope**2
    one, other = (two_lines(t) ** 2 for t in (y[j], -y[j]))
    cases = p.sign_cases(one + other, squares * y[j] ** 2, y[j])
    means = [p.expectation_is_linear(E(t)) for t in (one + other, one, other)]
    whole = p.chain(p.congruence(E(cases.left), cases))
    whole = whole.by(p.expectation_is_linear(E(cases.right)))
    return p.linear_combination(
        "=",
        E(one),
        squares / 2 * E(y[j] ** 2),
        [whole.step, p.symmetry(E(one), y[j]), *means],
        [half, half, -half, half, half],
    )


def _one_layer(p: Proof) -> Step:
    """E[z²] = χ q + σ_b²: part 2 of the plan."""
    share = p.chain(_half(p)).by(p.by_assumption("pre_activations_share_one_second_moment", j))
    layer = p.theorem(
        derived("length-map"),
        "one_unit",
        {},
        {"a": (j, two_lines(y[j])), "S": (i, weighted_sum)},
        functions={"phi": (x, two_lines(x))},
    )
    chain = p.chain(layer).by(share.step)
    chain = chain.by(p.sum_is_linear(sum_over(j, fan_in, share.right)))
    return chain.algebra(chi * second_moment + bias_variance).step
