"""tanh-linearization, against numerical integrals of Gaussian, skewed and discrete laws."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
from sympy import tanh

from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems import derive
from xavier_theory.theorems.tanh_linearization.experiment import gaussian_moments
from xavier_theory.theorems.tanh_linearization.proof import z

NAME = "tanh-linearization"
Function = Callable[[mpmath.mpf], mpmath.mpf]
Mean = Callable[[Function], mpmath.mpf]


def gaussian(variance: float) -> Mean:
    scale = mpmath.sqrt(variance)
    ends = [-12 * scale, 0, 12 * scale]
    return lambda f: mpmath.quad(lambda x: f(x) * mpmath.npdf(x, 0, scale), ends)


def exponential(scale: float, shift: float) -> Mean:
    """``shift`` + ``scale`` times a standard exponential: skewed."""
    return lambda f: mpmath.quad(
        lambda x: f(shift + scale * x) * mpmath.exp(-x), [0, 1, 5, 20, mpmath.inf]
    )


def uniform(low: float, high: float) -> Mean:
    return lambda f: mpmath.quad(f, [low, high]) / (high - low)


def points(*values: tuple[float, float]) -> Mean:
    """Probabilities and values."""
    return lambda f: mpmath.fsum(weight * f(mpmath.mpf(value)) for weight, value in values)


LAWS = {
    "Gaussian, small": gaussian(0.01),
    "Gaussian": gaussian(0.3),
    "Gaussian, large": gaussian(4),
    "exponential": exponential(0.4, -0.4),
    "exponential, far from 0": exponential(0.2, 1.5),
    "uniform": uniform(-0.5, 0.5),
    "uniform, small": uniform(-0.2, 0.2),
    "uniform on one side": uniform(0.2, 2),
    "two points": points((0.5, -0.3), (0.5, 0.3)),
    "two skewed points": points((0.9, -0.2), (0.1, 1.8)),
    "three skewed points": points((0.25, -1.1), (0.7, 0.3), (0.05, 2.5)),
}


def covariance(law: Mean, f: Function, g: Function) -> mpmath.mpf:
    return law(lambda x: f(x) * g(x)) - law(f) * law(g)


def power(exponent: int) -> Function:
    return lambda x: x**exponent


def quantities(law: Mean) -> dict[str, float]:
    first, third, fifth = power(1), power(3), power(5)
    return {
        "variance": float(covariance(law, first, first)),
        "covariance_with_cube": float(covariance(law, first, third)),
        "covariance_with_fifth_power": float(covariance(law, first, fifth)),
        "variance_of_cube": float(covariance(law, third, third)),
    }


def kept(law: Mean) -> mpmath.mpf:
    """Var(tanh z)/Var(z)."""
    first = power(1)
    return covariance(law, mpmath.tanh, mpmath.tanh) / covariance(law, first, first)


def test_it_takes_four_moments() -> None:
    assert derive(NAME).parameters == (
        "variance",
        "covariance_with_cube",
        "covariance_with_fifth_power",
        "variance_of_cube",
    )


@pytest.mark.parametrize("name", LAWS)
def test_the_bounds_hold(name: str) -> None:
    law = LAWS[name]
    lower, upper = derive(NAME).predict(**quantities(law))
    assert lower <= kept(law) <= upper


@pytest.mark.parametrize("name", ["Gaussian, small", "uniform, small"])
def test_the_bounds_are_close_for_small_inputs(name: str) -> None:
    lower, upper = derive(NAME).predict(**quantities(LAWS[name]))
    assert 0 < upper - lower < 0.05 * (1 - lower)


def test_the_bounds_are_those_of_the_formula() -> None:
    numbers = {
        "variance": 2,
        "covariance_with_cube": 0.5,
        "covariance_with_fifth_power": 3,
        "variance_of_cube": 7,
    }
    lower, upper = derive(NAME).predict(**numbers)
    assert lower == pytest.approx(1 - 2 / 3 * 0.5 / 2, rel=1e-15)
    assert upper == pytest.approx(lower + (4 / 15 * 3 + 7 / 9) / 2, rel=1e-15)


@pytest.mark.parametrize("variance", [0.01, 0.1, 1])
def test_the_bounds_of_a_gaussian(variance: float) -> None:
    lower, upper = derive(NAME).predict(**gaussian_moments(variance))
    assert lower == pytest.approx(1 - 2 * variance, rel=1e-12, abs=1e-12)
    assert upper == pytest.approx(1 - 2 * variance + 17 / 3 * variance**2, rel=1e-12)


def test_the_moments_of_a_gaussian_are_right() -> None:
    for name, value in quantities(gaussian(0.3)).items():
        assert gaussian_moments(0.3)[name] == pytest.approx(value, rel=1e-10)


def test_the_bounds_speak_of_one_ratio() -> None:
    found = derive(NAME).results
    ratio = Var(tanh(z)) / Var(z)
    assert (found["lower"].relation, found["lower"].right) == ("<=", ratio)
    assert (found["upper"].relation, found["upper"].left) == ("<=", ratio)


@pytest.mark.parametrize("name", LAWS)
def test_tanh_never_increases_the_variance(name: str) -> None:
    step = derive(NAME).results["contraction"]
    assert (step.left, step.relation, step.right) == (Var(tanh(z)), "<=", Var(z))
    assert kept(LAWS[name]) <= 1
