"""weight-laws, against numerical integrals of the densities."""

from __future__ import annotations

import mpmath
import pytest

from xavier_theory.theorems import derive

NAME = "weight-laws"


def truncated_variance(scale: float, cut: float) -> mpmath.mpf:
    """The variance of N(0, scale²) given that it lies within ± cut · scale."""
    ends = [-cut * scale, 0, cut * scale]
    mass = mpmath.quad(lambda x: mpmath.exp(-((x / scale) ** 2) / 2), ends)
    return mpmath.quad(lambda x: x**2 * mpmath.exp(-((x / scale) ** 2) / 2), ends) / mass


def test_it_takes_the_variance() -> None:
    found = derive(NAME)
    assert found.parameters == ("weight_variance",)
    assert found.parameters_of("uniform") == ("limit",)
    assert found.parameters_of("truncated") == ("scale", "cut")


@pytest.mark.parametrize("limit", [0.5, 3])
def test_the_variance_of_a_uniform_weight(limit: float) -> None:
    integral = mpmath.quad(lambda x: x**2 / (2 * limit), [-limit, limit])
    assert derive(NAME).predict("uniform", limit=limit) == pytest.approx(float(integral), rel=1e-12)


@pytest.mark.parametrize("variance", [0.02, 1, 12])
def test_the_limit_gives_the_variance(variance: float) -> None:
    limit = derive(NAME).predict(weight_variance=variance)
    integral = mpmath.quad(lambda x: x**2 / (2 * limit), [-limit, limit])
    assert float(integral) == pytest.approx(variance, rel=1e-12)
    assert limit > 0


def test_glorots_uniform_limit() -> None:
    limit = derive(NAME).predict(weight_variance=2 / (300 + 100))
    assert limit == pytest.approx((6 / (300 + 100)) ** 0.5, rel=1e-15)


@pytest.mark.parametrize(("scale", "cut"), [(1, 2), (0.3, 1), (5, 0.1), (2, 6)])
def test_the_variance_of_a_truncated_normal_weight(scale: float, cut: float) -> None:
    predicted = derive(NAME).predict("truncated", scale=scale, cut=cut)
    assert predicted == pytest.approx(float(truncated_variance(scale, cut)), rel=1e-11)


def test_the_constant_that_frameworks_divide_by() -> None:
    predicted = derive(NAME).predict("truncated", scale=1, cut=2)
    assert predicted**0.5 == pytest.approx(0.87962566103423978, rel=1e-14)
