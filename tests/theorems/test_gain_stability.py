"""gain-stability, against numerical slopes of length maps and sampled deep networks."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.activations import gaussian_moments
from xavier_theory.activations.length_map import length_map
from xavier_theory.theorems import derive

NAME = "gain-stability"
SLOPES = {
    "tanh": 0.46,
    "selu": 0.78,
    "elu": 0.89,
    "relu": 1.0,
    "mish": 1.076,
    "gelu": 1.144,
    "silu": 1.173,
    "hardswish": 1.224,
}
"""V'(1), to the digits that the theorem's text prints or more."""


def predicted_slope(name: str) -> float:
    """By the theorem, from certified moments: E[Z²φ²] = 2 E[φ φ' Z] + E[φ²]."""
    moments = gaussian_moments(name)
    square = moments.second_moment.midpoint
    return float(
        derive(NAME).predict(
            activation_second_moment=square,
            weighted_second_moment=2 * moments.cross_moment.midpoint + square,
        )
    )


def test_it_takes_two_moments() -> None:
    found = derive(NAME)
    moments = ("activation_second_moment", "weighted_second_moment")
    assert found.parameters == moments
    assert found.parameters_of("excess") == moments
    assert found.predict(activation_second_moment=3, weighted_second_moment=15) == 2


@pytest.mark.parametrize("name", SLOPES)
def test_the_slope_is_that_of_the_length_map(name: str) -> None:
    h = 1e-4
    scale = 1 / float(gaussian_moments(name).second_moment.midpoint)
    above, below = length_map(name, np.array([1 + h, 1 - h]), scale)
    assert predicted_slope(name) == pytest.approx((above - below) / (2 * h), abs=2e-6)
    assert round(predicted_slope(name), 2) == round(SLOPES[name], 2)


@pytest.mark.parametrize("q", [0.25, 1, 7])
def test_leaky_relu_is_marginal_at_every_size(q: float) -> None:
    moments = gaussian_moments("leaky_relu", q, slope=0.3)
    assert moments.cross_moment.midpoint / moments.second_moment.midpoint == pytest.approx(1)
