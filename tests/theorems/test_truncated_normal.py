"""truncated-normal, against numerical integrals and against the symmetric cut."""

from __future__ import annotations

import mpmath
import pytest
from scipy import stats

from xavier_theory.theorems import derive

NAME = "truncated-normal"
CUTS = [(0, 1, -2, 1), (0.5, 3, -0.5, 4), (-1, 0.1, 1, 2), (2, 1, -3, -1)]


@pytest.mark.parametrize(("mean", "scale", "low", "high"), CUTS)
def test_mean_and_variance_are_those_of_the_integrals(
    mean: float, scale: float, low: float, high: float
) -> None:
    def moment(k: int) -> mpmath.mpf:
        return mpmath.quad(
            lambda t: (mean + scale * t) ** k * mpmath.exp(-(t**2) / 2),
            [low, (low + high) / 2, high],
        )

    first, second = (moment(k) / moment(0) for k in (1, 2))
    found = derive(NAME)
    cuts = {"scale": scale, "lower_cut": low, "upper_cut": high}
    variance = found.predict(**cuts)
    assert variance == pytest.approx(float(second - first**2), rel=1e-12)
    assert found.predict("mean", parent_mean=mean, **cuts) == pytest.approx(float(first), rel=1e-12)
    assert found.predict("second_moment", parent_mean=mean, **cuts) == pytest.approx(
        float(second), rel=1e-12
    )


def test_the_symmetric_cut_is_that_of_weight_laws() -> None:
    cut = derive(NAME).predict(scale=0.3, lower_cut=-1.5, upper_cut=1.5)
    assert cut == pytest.approx(derive("weight-laws").predict("truncated", scale=0.3, cut=1.5))


def test_scipy_has_the_same_mean_and_variance() -> None:
    mean, variance = stats.truncnorm.stats(-0.7, 1.9, loc=3, scale=2)
    cuts = {"scale": 2, "lower_cut": -0.7, "upper_cut": 1.9}
    assert derive(NAME).predict("mean", parent_mean=3, **cuts) == pytest.approx(mean, rel=1e-12)
    assert derive(NAME).predict(**cuts) == pytest.approx(variance, rel=1e-10)
