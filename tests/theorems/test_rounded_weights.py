"""rounded-weights, against weights whose errors are the worst that there are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theorems.theorem_checks import mean
from xavier_theory.theorems import derive

NAME = "rounded-weights"


@pytest.mark.parametrize("h", [Fraction(1, 8), Fraction(2), Fraction(3)])
def test_both_bounds_are_attained(h: Fraction) -> None:
    """Signs times 3, pushed outwards and inwards."""
    lower, upper = derive(NAME).predict(deviation=3, largest_error=h)
    outwards, inwards = (mean([(w * (3 + push)) ** 2 for w in (1, -1)]) for push in (h, -h))
    assert (lower, upper) == pytest.approx((float(inwards), float(outwards)))


def test_a_floating_point_format_is_bounded_by_its_relative_error() -> None:
    unit = 2.0**-9
    upper = derive(NAME).predict("relative_upper", deviation=2, relative_error=unit)
    _, absolute = derive(NAME).predict(deviation=2, largest_error=2 * unit)
    assert upper == pytest.approx(absolute) == pytest.approx(4 * (1 + unit) ** 2)


def test_weights_on_a_grid_that_lost_its_upper_end_keep_within_half_a_step() -> None:
    """Cells [k, k + 1) of a uniform law on ±4, each sent to its left end: a mean of -1/2."""
    found = float(mean(range(-4, 4)))
    assert found == -0.5
    assert -1 <= found - 0 <= derive(NAME).predict("mean_at_most", mean=0, largest_error=1)
