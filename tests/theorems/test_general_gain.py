"""general-gain, against enumerated layers and Gaussian integrals of many activations."""

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
from xavier_theory.activations import gaussian_moments
from xavier_theory.theorems import derive
from xavier_theory.theorems.general_gain.experiment import GELU_SECOND_MOMENT

NAME = "general-gain"


def test_it_takes_two_second_moments() -> None:
    assert derive(NAME).parameters == ("fan_in", "second_moment", "activation_second_moment")


@pytest.mark.parametrize("phi", [lambda t: t**2 - t, lambda t: int(t > 0), lambda t: 1 - 3 * t])
@pytest.mark.parametrize("fan_in", [1, 2, 4])
def test_the_predicted_variance_keeps_an_enumerated_layer(
    phi: Callable[[int], int], fan_in: int
) -> None:
    """Weights ± √v, and one y of -1, 0 or 2 for all units: dependent, skewed, discrete."""
    values = [-1, 0, 2]
    second, of_phi = mean([v**2 for v in values]), mean([phi(v) ** 2 for v in values])
    squares = [
        sum(w * phi(value) for w in row) ** 2 for row, value in product(signs(fan_in), values)
    ]
    predicted = derive(NAME).predict(
        fan_in=fan_in, second_moment=second, activation_second_moment=of_phi
    )
    assert predicted == pytest.approx(float(second / mean(squares)), rel=1e-15)


@pytest.mark.parametrize("name", ["tanh", "silu", "gelu", "relu", "softplus", "step"])
@pytest.mark.parametrize("q", [Fraction(1, 4), Fraction(1), Fraction(3)])
def test_the_gain_of_a_gaussian_signal(name: str, q: Fraction) -> None:
    """g² from an independent quadrature, against the certified moment in the formula."""
    functions = {
        "tanh": mpmath.tanh,
        "silu": lambda t: t / (1 + mpmath.exp(-t)),
        "gelu": lambda t: t * mpmath.ncdf(t),
        "relu": lambda t: max(t, 0),
        "softplus": lambda t: mpmath.log1p(mpmath.exp(t)),
        "step": lambda t: int(t > 0),
    }
    scale = mpmath.sqrt(q.numerator) / mpmath.sqrt(q.denominator)
    ends = [-12 * scale, 0, 12 * scale]
    moment = mpmath.quad(lambda t: functions[name](t) ** 2 * mpmath.npdf(t, 0, scale), ends)
    enclosed = gaussian_moments(name, q).second_moment
    known = (enclosed.lower + enclosed.upper) / 2
    found = derive(NAME).predict("gain_squared", second_moment=q, activation_second_moment=known)
    assert found == pytest.approx(float(q) / float(moment), rel=1e-9)


def test_the_moment_of_gelu_in_the_experiment_is_certified() -> None:
    enclosed = gaussian_moments("gelu").second_moment
    value = sympy.N(GELU_SECOND_MOMENT, 60)
    assert sympy.Rational(str(enclosed.lower)) <= value <= sympy.Rational(str(enclosed.upper))


def test_an_exact_irrational_number_is_a_quantity() -> None:
    found = derive(NAME).predict(
        fan_in=2, second_moment=1, activation_second_moment=sympy.exp(-sympy.Integer(1))
    )
    assert found == pytest.approx(float(mpmath.e / 2), rel=1e-15)
