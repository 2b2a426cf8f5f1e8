"""Rounding weights: what an error of at most h does to their mean square and to their mean.

    (s − h)² ≤ E[(W + e)²] ≤ (s + h)²,    |E[W + e] − E[W]| ≤ h,    s² = E[W²], |e| ≤ h ≤ s

whatever the error has to do with the weight. Rounding to the nearest point of a grid of spacing δ
has h = δ/2, and cutting off to the next one towards a side h = δ. A floating-point format has an
error of at most u |W|, and then h is u s. An error that is orthogonal to the weight, E[W e] = 0, as
stochastic rounding makes it, only adds its own mean square.

Assumptions: E[W²] = s², and |e| ≤ h, or |e| ≤ u |W|. *Not* needed: a law, a mean zero of the
weights or of the error, or independence. Both bounds are attained, by a sign times s with an error
of h in its direction or against it.

Plan of the proof
1. E[e²] ≤ h², by monotonicity.
2. 0 ≤ E[(s e ± h W)²] gives |2 s h E[W e]| ≤ s² E[e²] + h² s² (the Cauchy-Schwarz inequality).
3. E[(W + e)²] = s² + 2 E[W e] + E[e²]. Above: E[W e] ≤ s h. Below: (s − h) (h² − E[e²]) ≥ 0.
4. 0 ≤ E[(e ± h)²] gives |2 h E[e]| ≤ E[e²] + h² ≤ 2 h².
"""

from __future__ import annotations

from typing import Any

from xavier_theory.symbolic.assumptions import at_most, equation, finite_moment
from xavier_theory.symbolic.derivations import Derivation, Proof
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import E, random_variable, scalar, unit_step
from xavier_theory.theorems.statement import (
    Cited,
    Computed,
    Fact,
    Fails,
    Proved,
    Sampled,
    Statement,
)

STATEMENT = Statement(
    order=8.4,
    name="rounded-weights",
    title="Rounded weights",
    summary=Fact(
        "Errors of at most h change the root mean square of the weights by at most h, and their "
        "mean too.",
        Proved("lower"),
        Proved("upper"),
        Proved("mean_at_most"),
        Proved("mean_at_least"),
    ),
    claims=(),
    sources=(
        Cited("hardy1952", "section 2.4", "the Cauchy-Schwarz inequality"),
        Cited("gupta2015", "section 3", "stochastic rounding"),
    ),
    practice=(
        Fact(
            "A grid whose spacing is a tenth of the weights' root mean square changes their mean "
            "square by at most 10.25 %, if it is rounded to the nearest point.",
            Proved("lower"),
            Proved("upper"),
            Computed("by at most 10.25 %"),
        ),
        Fact(
            "bfloat16 has 8 significant bits, so that rounding to the nearest changes a weight in "
            "its normal range by at most 1/256 of itself: the weights' mean square by at most "
            "0.783 %.",
            Proved("relative_lower"),
            Proved("relative_upper"),
            Computed("by at most 0.783 %"),
            given=("256",),
        ),
        Fact(
            "A mean that rounding brings in may cost more than what it does to the mean square: "
            "see weight-mean for what a mean of at most h does.",
            Proved("mean_at_most"),
            Proved("relative", theorem="weight-mean"),
        ),
    ),
    remarks=(
        Fact(
            "Stochastic rounding adds the mean square of its error, and so never takes away; "
            "rounding outwards adds, and rounding inwards takes away.",
            Proved("orthogonal"),
            Sampled("stochastic rounding to a grid of four steps"),
            Sampled("rounded away from 0"),
            Sampled("rounded towards 0"),
        ),
        Fact(
            "Where h is above s the lower bound is not there: all weights may become 0.",
            Fails("the_error_is_below_the_deviation"),
        ),
    ),
    notation="W is a weight before rounding, and e what rounding adds to it.",
)

weight, error = random_variable("weight", latex="W"), random_variable("error", latex="e")
deviation = scalar("deviation", "positive", latex="s")
largest_error = scalar("largest_error", "positive", latex="h")
part = scalar("relative_error", "positive", latex="u")
error_square = scalar("error_second_moment", "nonnegative", latex="r")
rounded = (weight + error) ** 2
BOUND = "the_error_is_at_most_h"

CONTEXT = Context(
    (
        equation("the_weight_has_the_root_mean_square", E(weight**2), deviation**2),
        at_most(BOUND, error**2, largest_error**2),
        at_most("the_error_is_below_the_deviation", largest_error, deviation),
        finite_moment("the_weight_has_a_finite_second_moment", weight, 2),
        finite_moment("the_error_has_a_finite_second_moment", error, 2),
        at_most("the_error_is_a_part_of_the_weight", error**2, part**2 * weight**2),
        at_most("the_part_is_at_most_one", part, 1),
        equation("the_error_is_orthogonal_to_the_weight", E(weight * error), 0),
        equation("the_error_has_a_second_moment", E(error**2), error_square),
    )
)
OUTWARDS = 2 * unit_step(weight) - 1
SOLVED = {
    BOUND: (
        error,
        "=",
        largest_error * OUTWARDS * (2 * unit_step(deviation - 2 * largest_error) - 1),
    ),
    "the_error_is_a_part_of_the_weight": (
        error,
        "=",
        part * weight * (2 * unit_step(1 - 2 * part) - 1),
    ),
}
"""Models in which the error is as large as it can be: outwards where it is small, else inwards."""


def derive() -> Derivation:
    """Carry out the plan."""
    p = Proof(STATEMENT.name, CONTEXT)
    small = _mean_square(p, BOUND, largest_error**2)
    relative = _mean_square(p, "the_error_is_a_part_of_the_weight", part**2 * weight**2)
    relative = p.chain(relative).by(p.by_assumption("the_weight_has_the_root_mean_square")).step
    below = p.by_assumption("the_error_is_below_the_deviation")
    shrunk = p.linear_combination(
        "<=",
        part * deviation,
        deviation,
        [p.by_assumption("the_part_is_at_most_one")],
        [deviation],
    )
    lower, upper = _bounds(p, small, largest_error, below)
    of_relative = _bounds(p, relative, part * deviation, shrunk)
    relative_lower = p.linear_combination(
        "<=", deviation**2 * (1 - part) ** 2, E(rounded), [of_relative[0]], [1]
    )
    relative_upper = p.chain(of_relative[1]).algebra(deviation**2 * (1 + part) ** 2).step
    return p.conclude(
        lower,
        upper,
        quantities={
            "deviation": deviation,
            "largest_error": largest_error,
            "relative_error": part,
            "error_second_moment": error_square,
            "mean": E(weight),
        },
        relative_lower=relative_lower,
        relative_upper=relative_upper,
        mean_at_least=_mean(p, small, -1),
        mean_at_most=_mean(p, small, 1),
        orthogonal=_orthogonal(p),
    )


def _mean_square(p: Proof, name: str, bound: Any) -> Step:
    """E[e²] <= E[bound]: part 1 of the plan."""
    smaller = p.expectation_is_monotone(p.by_assumption(name))
    return p.chain(smaller).by(p.expectation_is_linear(E(bound))).step


def _expanded(p: Proof) -> Step:
    """E[(W + e)²] = s² + 2 E[W e] + E[e²]."""
    chain = p.chain(p.expectation_is_linear(E(rounded)))
    return chain.by(p.by_assumption("the_weight_has_the_root_mean_square")).step


def _bounds(p: Proof, small: Step, h: Any, below: Step) -> tuple[Step, Step]:
    """(s − h)² <= E[(W + e)²] <= (s + h)², from E[e²] <= h² and h <= s: parts 2 and 3."""
    s, whole = deviation, _expanded(p)
    known = p.by_assumption("the_weight_has_the_root_mean_square")
    squares = []
    for sign in (1, -1):
        square = (s * error + sign * h * weight) ** 2
        nonnegative = p.nonnegative(E(square))
        squares.append(
            p.chain(p.rewrite(nonnegative, p.expectation_is_linear(E(square)))).by(known).step
        )
    upper = p.linear_combination(
        "<=", E(rounded), (s + h) ** 2, [whole, squares[1], small], [1, 1 / (s * h), 1 + s / h]
    )
    room = p.linear_combination("<=", 0, s - h, [below], [1])
    left = p.linear_combination("<=", 0, h**2 - E(error**2), [small], [1])
    both = p.nonnegative_product(room, left)
    lower = p.linear_combination(
        "<=", (s - h) ** 2, E(rounded), [whole, squares[0], both], [-1, 1 / (s * h), 1 / h]
    )
    return lower, upper


def _mean(p: Proof, small: Step, sign: int) -> Step:
    """E[W] − h <= E[W + e] or E[W + e] <= E[W] + h: part 4 of the plan."""
    h, square = largest_error, (error - sign * largest_error) ** 2
    nonnegative = p.nonnegative(E(square))
    nonnegative = p.rewrite(nonnegative, p.expectation_is_linear(E(square)))
    whole = p.expectation_is_linear(E(weight + error))
    end = E(weight) + sign * h
    sides = (whole.left, end) if sign > 0 else (end, whole.left)
    return p.linear_combination(
        "<=", *sides, [whole, nonnegative, small], [sign, 1 / (2 * h), 1 / (2 * h)]
    )


def _orthogonal(p: Proof) -> Step:
    """E[(W + e)²] = s² + r where E[W e] = 0."""
    chain = p.chain(_expanded(p))
    chain = chain.by(p.by_assumption("the_error_is_orthogonal_to_the_weight"))
    return chain.by(p.by_assumption("the_error_has_a_second_moment")).step
