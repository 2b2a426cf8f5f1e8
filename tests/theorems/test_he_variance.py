"""he-variance, against numerical integrals of three symmetric laws and an enumerated layer."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy

from tests.theorems.theorem_checks import (
    mean,
    signs,
)
from xavier_theory.symbolic.terms import E, Var, relu
from xavier_theory.theorems import derive
from xavier_theory.theorems.he_variance.proof import y
from xavier_theory.theorems.symbols import j

NAME = "he-variance"
Mean = Callable[[Callable[[mpmath.mpf], mpmath.mpf]], mpmath.mpf]


def gaussian(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E f(Y) for Y ~ N(0, 9/4)."""
    return mpmath.quad(lambda x: f(x) * mpmath.npdf(x, 0, 1.5), [-mpmath.inf, 0, mpmath.inf])


def uniform(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E f(Y) for Y uniform on [-2, 2]."""
    return mpmath.quad(f, [-2, 0, 2]) / 4


def two_points(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E f(Y) for Y = ±3."""
    return (f(mpmath.mpf(3)) + f(mpmath.mpf(-3))) / 2


LAWS = pytest.mark.parametrize("law", [gaussian, uniform, two_points])


def positive_part(x: mpmath.mpf) -> mpmath.mpf:
    return x if x > 0 else mpmath.mpf(0)


def test_it_takes_fan_in() -> None:
    found = derive(NAME)
    assert found.parameters == ("fan_in",)
    assert found.parameters_of("growth") == ("fan_in", "weight_variance", "second_moment")
    assert found.parameters_of("half") == ("second_moment",)


@LAWS
def test_relu_keeps_half_of_a_symmetric_second_moment(law: Mean) -> None:
    second_moment = float(law(lambda x: x**2))
    predicted = derive(NAME).predict("half", second_moment=second_moment)
    assert predicted == pytest.approx(float(law(lambda x: positive_part(x) ** 2)), rel=1e-12)


@LAWS
def test_the_variance_of_relu_is_less_than_half(law: Mean) -> None:
    step = derive(NAME).results["variance"]
    assert step.left == Var(relu(y[j]))
    of_y, size = law(lambda x: x**2), law(abs)
    values = {Var(y[j]): sympy.Float(of_y), E(abs(y[j])): sympy.Float(size)}
    found = float(step.right.xreplace(values))
    wanted = law(lambda x: positive_part(x) ** 2) - law(positive_part) ** 2
    assert found == pytest.approx(float(wanted), rel=1e-12)
    assert found < 0.4 * float(of_y)


def second_moment_after(fan_in: int, weight_variance: Fraction) -> Fraction:
    """E[z²] for weights ± √weight_variance and pre-activations ±1: a mean over all of them."""
    squares = [
        sum(w * max(value, 0) for w, value in zip(row, below, strict=True)) ** 2
        for row, below in product(signs(fan_in), signs(fan_in))
    ]
    return weight_variance * mean(squares)


@pytest.mark.parametrize("fan_in", [1, 2, 5])
def test_the_predicted_variance_keeps_the_second_moment_of_an_enumerated_layer(fan_in: int) -> None:
    assert derive(NAME).predict(fan_in=fan_in) == float(Fraction(2, fan_in))
    assert second_moment_after(fan_in, Fraction(2, fan_in)) == 1
    assert second_moment_after(fan_in, Fraction(1, fan_in)) == Fraction(1, 2)


def test_the_growth_is_that_of_an_enumerated_layer() -> None:
    values = {"weight_variance": Fraction(3, 7), "second_moment": 1}
    predicted = derive(NAME).predict("growth", fan_in=4, **values)
    assert predicted == float(second_moment_after(4, Fraction(3, 7)))


def test_a_skewed_law_keeps_another_part() -> None:
    """Mean 0 and values -1, -1, 2: relu keeps two thirds of the second moment."""
    values = [-1, -1, 2]
    assert mean([max(value, 0) ** 2 for value in values]) == Fraction(4, 3)
    predicted = derive(NAME).predict("half", second_moment=mean([v**2 for v in values]))
    assert predicted == 1
