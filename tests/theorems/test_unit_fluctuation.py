"""unit-fluctuation, against numerical integrals of two symmetric laws."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest

from xavier_theory.theorems import derive
from xavier_theory.theorems.unit_fluctuation.experiment import SLOPES

NAME = "unit-fluctuation"
Mean = Callable[[Callable[[mpmath.mpf], mpmath.mpf]], mpmath.mpf]


def gaussian(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E f(g) for g ~ N(0, 9/4)."""
    return mpmath.quad(lambda x: f(x) * mpmath.npdf(x, 0, 1.5), [-20, -3, 0, 3, 20])


def two_levels(f: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E f(g) for g = ±1 or ±3, all alike."""
    return sum(f(mpmath.mpf(x)) for x in (-3, -1, 1, 3)) / 4


@pytest.mark.parametrize(("said", "wanted"), [("linear", 2), ("relu", 5)])
def test_a_gaussian_unit_has_the_known_excess(said: str, wanted: int) -> None:
    left, right = SLOPES[said]
    found = derive(NAME).predict(
        left_slope=left, right_slope=right, second_moment=0.7, fourth_moment=3 * 0.7**2
    )
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("law", [gaussian, two_levels])
@pytest.mark.parametrize("slopes", [(0, 1), (1, 1), (-1, 1), (0.25, 2), (3, 0)])
def test_it_is_the_relative_variance_of_the_square(law: Mean, slopes: tuple[float, float]) -> None:
    left, right = slopes

    def squared(x: mpmath.mpf) -> mpmath.mpf:
        return ((right if x > 0 else left) * x) ** 2

    first, second = law(squared), law(lambda x: squared(x) ** 2)
    found = derive(NAME).predict(
        left_slope=left,
        right_slope=right,
        second_moment=float(law(lambda x: x**2)),
        fourth_moment=float(law(lambda x: x**4)),
    )
    assert found == pytest.approx(float(second / first**2 - 1), rel=1e-9)
