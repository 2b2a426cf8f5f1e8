"""Moments of the logarithm of a chi-square: the balls enclose formulas and a quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from xavier_theory.continuous_models.chi_square import mean_of_log
from xavier_theory.errors import XavierTheoryError


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 64, 301])
def test_the_mean_of_log_chi_square_encloses_the_formula(degrees: int) -> None:
    ball = mean_of_log(degrees)
    expected = math.log(2) + special.digamma(degrees / 2)
    assert float(ball.mid()) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    assert float(ball.rad()) < 1e-24


def test_the_mean_of_log_chi_square_agrees_with_a_quadrature() -> None:
    points = np.linspace(-60, 8, 200_001)
    weight = stats.chi2(5).pdf(np.exp(points)) * np.exp(points)
    found = np.trapezoid(points * weight, points)
    assert float(mean_of_log(5).mid()) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("degrees", [1, 2, 5, 64])
def test_the_mean_square_of_log_chi_square_encloses_the_formula(degrees: int) -> None:
    ball = mean_of_log(degrees, 2)
    mean = math.log(2) + special.digamma(degrees / 2)
    expected = mean**2 + special.polygamma(1, degrees / 2)
    assert float(ball.mid()) == pytest.approx(expected, rel=1e-12)
    assert float(ball.rad()) < 1e-22


@pytest.mark.parametrize("degrees", [1, 5])
@pytest.mark.parametrize("power", [3, 4, 8])
def test_higher_moments_of_log_chi_square_enclose_a_quadrature(degrees: int, power: int) -> None:
    """By cumulants: those of log χ²_n are polygammas at n/2, and log 2 is added to the first."""
    ball = mean_of_log(degrees, power)
    half = degrees / 2
    cumulants = [math.log(2) + special.digamma(half)]
    cumulants += [float(special.polygamma(r, half)) for r in range(1, power)]
    moments = [1.0]
    for n in range(power):
        moments.append(sum(math.comb(n, r) * cumulants[r] * moments[n - r] for r in range(n + 1)))
    assert float(ball.mid()) == pytest.approx(moments[power], rel=1e-10)
    assert float(ball.rad()) < 1e-18 * abs(float(ball.mid()))


@pytest.mark.parametrize("power", [0, -1, 9])
def test_other_powers_of_the_logarithm_are_refused(power: int) -> None:
    with pytest.raises(XavierTheoryError, match=f"must be 1 to 8, got {power}"):
        mean_of_log(4, power)
