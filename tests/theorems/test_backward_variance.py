"""backward-variance, against an enumeration, and what happens if the signal depends on W."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import mpmath
import pytest

from tests.theorems.theorem_checks import (
    signs,
    variance,
)
from xavier_theory.theorems import derive

NAME = "backward-variance"
SIGNALS = [(1, 1, 0), (-1, -1, 0), (0, 2, 2), (0, -2, -2), (2, 0, 1), (-2, 0, -1)]
"""Three gradients that depend on each other, each of mean 0 and variance 5/3."""


def test_it_takes_fan_out_and_two_variances() -> None:
    found = derive(NAME)
    assert found.parameters == ("fan_out", "weight_variance", "gradient_variance")
    assert found.parameters_of("fan_out_rule") == ("fan_out",)


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(4, 3)])
def test_it_predicts_the_variance_of_an_enumerated_gradient(scale: Fraction) -> None:
    gradients = [
        sum(scale * w * d for w, d in zip(column, signal, strict=True))
        for column, signal in product(signs(3), SIGNALS)
    ]
    values = {"weight_variance": scale**2, "gradient_variance": Fraction(5, 3)}
    predicted = derive(NAME).predict(fan_out=3, **values)
    assert predicted == pytest.approx(float(variance(gradients)), rel=1e-15)


@pytest.mark.parametrize("fan_out", [1, 3, 50])
def test_the_fan_out_rule_keeps_the_variance(fan_out: int) -> None:
    rule = derive(NAME).predict("fan_out_rule", fan_out=fan_out)
    assert rule == float(Fraction(1, fan_out))
    kept = derive(NAME).predict(fan_out=fan_out, weight_variance=rule, gradient_variance=7)
    assert kept == pytest.approx(7, rel=1e-15)


def test_a_signal_that_depends_on_the_weights_grows_more() -> None:
    """For δ = W a the ratio is 2 + 1/n: a Gauss-Hermite rule that is exact up to fifth powers."""
    rule = [(-mpmath.sqrt(3), mpmath.mpf(1) / 6), (0, mpmath.mpf(2) / 3)]
    rule.append((mpmath.sqrt(3), mpmath.mpf(1) / 6))
    backward = forward = mpmath.mpf(0)
    for points in product(rule, repeat=4):
        (p, q, r, s), weight = [x for x, _ in points], prod(w for _, w in points)
        first, second = p / mpmath.sqrt(2), r / mpmath.sqrt(2)  # W a for a = (1, 0), Var(W) = 1/2
        back = (p * first + r * second, q * first + s * second)
        backward += weight * (back[0] ** 2 + back[1] ** 2) / 2
        forward += weight * (first**2 + second**2)
    assert backward / forward == pytest.approx(2.5, rel=1e-12)
    predicted = derive(NAME).predict(fan_out=2, weight_variance=0.5, gradient_variance=1)
    assert predicted == 1
