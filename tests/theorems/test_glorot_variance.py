"""glorot-variance, against a numerical minimum of the criterion."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy

from xavier_theory.theorems import derive
from xavier_theory.theorems.glorot_variance.proof import error, weight_variance
from xavier_theory.theorems.symbols import fan_in, fan_out

NAME = "glorot-variance"
SHAPES = pytest.mark.parametrize("shape", [(1, 1), (3, 5), (96, 160), (1, 1000)])


def criterion(shape: tuple[int, int], variance: mpmath.mpf) -> mpmath.mpf:
    return sum(n * variance - mpmath.log(n * variance) for n in shape)


def numerical_minimum(shape: tuple[int, int]) -> mpmath.mpf:
    """The minimum of the criterion by golden sections, in the logarithm of the variance."""
    low, high = mpmath.mpf(-12), mpmath.mpf(3)
    inner = (mpmath.sqrt(5) - 1) / 2
    with mpmath.workdps(40):
        for _ in range(120):
            left, right = high - inner * (high - low), low + inner * (high - low)
            if criterion(shape, mpmath.exp(left)) < criterion(shape, mpmath.exp(right)):
                high = right
            else:
                low = left
    return mpmath.exp(low)


def test_it_takes_both_fans() -> None:
    assert derive(NAME).parameters == ("fan_in", "fan_out")


@SHAPES
def test_it_predicts_the_numerical_minimum(shape: tuple[int, int]) -> None:
    predicted = derive(NAME).predict(fan_in=shape[0], fan_out=shape[1])
    assert predicted == float(Fraction(2, sum(shape)))
    assert predicted == pytest.approx(float(numerical_minimum(shape)), rel=1e-9)


@SHAPES
def test_the_minimum_is_global(shape: tuple[int, int]) -> None:
    step, best = derive(NAME).results["global_minimum"], mpmath.mpf(2) / sum(shape)
    widths = {fan_in: shape[0], fan_out: shape[1]}
    least = float(step.left.subs(widths))
    assert least == pytest.approx(float(criterion(shape, best)), rel=1e-12)
    assert step.relation == "<="
    for factor in (0.01, 0.9, 1.1, 50):
        variance = best * factor
        other = float(step.right.subs(widths).subs(weight_variance, float(variance)))
        assert other == pytest.approx(float(criterion(shape, variance)), rel=1e-12)
        assert least < other


@SHAPES
def test_the_errors_cancel_and_have_the_predicted_size(shape: tuple[int, int]) -> None:
    best = Fraction(2, sum(shape))
    forward, backward = (n * best - 1 for n in shape)
    assert forward + backward == 0
    step = derive(NAME).results["errors_cancel"]
    assert (step.relation, step.right) == ("=", 0)
    assert step.left.subs({fan_in: shape[0], fan_out: shape[1]}) == 0
    there = derive(NAME).predict("error_there", fan_in=shape[0], fan_out=shape[1])
    assert there == pytest.approx(float(forward), abs=1e-15)


def test_no_other_variance_has_a_smaller_largest_error() -> None:
    """n_in - n_out <= e (n_in + n_out) for the largest error e of any variance."""
    step, shape = derive(NAME).results["minimax"], (7, 3)
    assert step.relation == "<="
    for percent in range(1, 60):
        variance = Fraction(percent, 100)
        largest = max(abs(n * variance - 1) for n in shape)
        values = {fan_in: 7, fan_out: 3, error: sympy.Rational(largest)}
        assert step.left.subs(values) <= step.right.subs(values)
    tight = {fan_in: 7, fan_out: 3, error: sympy.Rational(2, 5)}
    assert step.left.subs(tight) == step.right.subs(tight)


def test_other_criteria_have_other_optima() -> None:
    predicted = derive(NAME).predict(fan_in=1, fan_out=3)
    grid = [Fraction(k, 1000) for k in range(1, 2000)]
    squares = min(grid, key=lambda v: (v - 1) ** 2 + (3 * v - 1) ** 2)
    logarithms = min(grid, key=lambda v: mpmath.log(v) ** 2 + mpmath.log(3 * v) ** 2)
    assert squares == Fraction(4, 10)
    assert float(logarithms) == pytest.approx(3**-0.5, abs=1e-3)
    assert predicted == 0.5
