"""depth-scale, against orbits of length maps and networks whose mean recursion is a line."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xavier_theory.activations.length_map import backward_factor, iterate_length_map, length_map
from xavier_theory.theorems import derive

NAME = "depth-scale"


def test_the_exponential_form_is_the_same_bound() -> None:
    found = derive(NAME)
    by_slope = found.predict(
        depth=7, largest_slope=math.exp(-1 / 3), smallest_slope=0, first_deviation=2
    )[1]
    assert found.predict("exponential", depth=7, xi=3, first_deviation=2) == pytest.approx(by_slope)


@pytest.mark.parametrize(("start", "depth"), [(1.0, 1), (0.9, 12), (1.5, 30)])
def test_an_orbit_of_the_length_map_of_sin_stays_within_its_bounds(
    start: float, depth: int
) -> None:
    """V(q) = 1 − e^(−2q), V'(q) = 2 e^(−2q) falls: the slopes lie between V'(start) and V'(q*)."""
    fixed = float(iterate_length_map("sin", 1.0, 2.0, 0.0, 200)[-1])
    orbit = iterate_length_map("sin", start, 2.0, 0.0, depth)
    lower, upper = derive(NAME).predict(
        depth=depth,
        smallest_slope=2 * math.exp(-2 * start),
        largest_slope=2 * math.exp(-2 * fixed),
        first_deviation=start - fixed,
    )
    slack = 1e-14
    assert lower - slack <= abs(float(orbit[-1]) - fixed) <= upper + slack


def test_the_rate_tends_to_the_slope_at_the_fixed_point() -> None:
    fixed = float(iterate_length_map("tanh", 1.0, 2.0, 0.1, 300)[-1])
    orbit = iterate_length_map("tanh", fixed * 1.05, 2.0, 0.1, 12)
    rates = (orbit[1:] - fixed) / (orbit[:-1] - fixed)
    h = 1e-5
    above, below = length_map("tanh", np.array([fixed + h, fixed - h]), 2.0, 0.1)
    assert rates[-1] == pytest.approx((above - below) / (2 * h), rel=1e-4)
    assert float(backward_factor("tanh", fixed, 2.0)) > rates[-1]


def test_a_line_is_followed_exactly() -> None:
    predicted = derive(NAME).predict("linear", depth=9, chi=0.75, first_signed_deviation=-4)
    q = -4 + 1 / (1 - 0.75)
    for _ in range(9):
        q = 0.75 * q + 1
    assert predicted == pytest.approx(q - 4)
