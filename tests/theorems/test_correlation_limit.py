"""correlation-limit, against the closed forms of correlation maps and their orbits."""

from __future__ import annotations

import math

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.correlation_limit.experiment import distance_after_a_layer

NAME = "correlation-limit"


def relu_map(c: float, chi: float) -> float:
    """C(c) of relu at χ₁ = ``chi``: (σ_w² E[φφ] + σ_b²)/q with C(1) = 1."""
    pair = (math.sqrt(1 - c * c) + c * (math.pi - math.acos(c))) / math.pi
    return chi * pair + 1 - chi


@pytest.mark.parametrize("chi", [0.3, 0.9, 1.0])
@pytest.mark.parametrize("start", [0.01, 0.5, 0.99])
def test_an_orbit_stays_within_the_power_of_the_slope(chi: float, start: float) -> None:
    c, layer = start, 0
    while layer < 30 and 1 - c > 1e-8:  # nearer to 1 the difference of two floats tells nothing
        layer += 1
        bound = derive(NAME).predict(
            weight_scale=2 * chi, slope_second_moment=0.5, distance=1 / c - 1
        )
        c = relu_map(c, chi)
        assert 1 - c <= bound + 1e-15
        assert 1 - c <= chi**layer * (1 - start) + 1e-15


def test_a_slope_that_is_not_that_of_the_activation_is_refused() -> None:
    stated = theorem_folder(NAME).experiments[0]
    with pytest.raises(InvalidInputError, match="the mean square of the slope"):
        distance_after_a_layer(**{**stated.parameters, "slope_second_moment": 1}, **stated.settings)
