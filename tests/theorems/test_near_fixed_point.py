"""near-fixed-point, against the length map of sin and maps whose bound is attained."""

from __future__ import annotations

import math

import pytest

from xavier_theory.theorems import derive

NAME = "near-fixed-point"


@pytest.mark.parametrize("curvature", [-2.0, 0.5, 3.0])
def test_a_quadratic_map_attains_the_bound(curvature: float) -> None:
    """V(t) = t + curvature (t − 1)²/2 is fixed at 1, with slope 1."""
    for at in (-1.0, 0.5, 4.0):
        left_out = abs(at + curvature * (at - 1) ** 2 / 2 - 1 - (at - 1))
        predicted = derive(NAME).predict(x=at, fixed_point=1, bend=abs(curvature))
        assert left_out == pytest.approx(predicted)


def test_the_length_map_of_sin_stays_within_it() -> None:
    for at in (0.1, 0.4, 0.6, 2.0):
        value = (1 - math.exp(-2 * at) + math.exp(-1)) / 2
        bound = derive(NAME).predict(x=at, fixed_point=0.5, bend=2 * math.exp(-2 * min(at, 0.5)))
        assert 0 < abs(value - 0.5 - math.exp(-1) * (at - 0.5)) < bound
