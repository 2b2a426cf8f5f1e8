"""homogeneous-activation, against certified moments, kernels in closed form, and iterated maps."""

from __future__ import annotations

import math

import pytest

from xavier_theory.activations import gain, gaussian_moments
from xavier_theory.activations.length_map import backward_factor, length_map
from xavier_theory.theorems import derive

NAME = "homogeneous-activation"
LINES = {"relu": (1, 0), "abs": (1, -1), "identity": (1, 1)}


def test_its_three_factors_are_one() -> None:
    found = derive(NAME)
    chi = found.results["length_slope"].right
    assert chi == found.results["correlation_slope"].right
    assert chi == found.results["conclusion"].right / found.quantities["second_moment"]
    factor = found.results["gradient_factor"].right
    assert chi == found.quantities["weight_scale"] * factor


@pytest.mark.parametrize("q", [0.25, 1, 7])
@pytest.mark.parametrize("name", LINES)
def test_it_agrees_with_certified_moments(name: str, q: float) -> None:
    right, left = LINES[name]
    slopes = {"right_slope": right, "left_slope": left}
    predicted = derive(NAME).predict(weight_scale=1.5, second_moment=q, **slopes)
    assert float(length_map(name, q, 1.5)) == pytest.approx(predicted, rel=1e-12)
    moments = gaussian_moments(name, q)
    factor = derive(NAME).predict("gradient_factor", **slopes)
    assert float(moments.derivative_second_moment.midpoint) == pytest.approx(factor, rel=1e-12)
    chi = derive(NAME).predict("correlation_slope", weight_scale=1.5, **slopes)
    assert float(backward_factor(name, q, 1.5)) == pytest.approx(chi, rel=1e-12)
    assert predicted == pytest.approx(chi * q, rel=1e-12)


@pytest.mark.parametrize("slope", [0.0, 0.2, -0.5, 3.0])
def test_the_gain_is_critical(slope: float) -> None:
    scale = gain("leaky_relu", slope=slope).value ** 2
    lines = {"right_slope": 1, "left_slope": slope}
    for result in ("length_slope", "correlation_slope"):
        predicted = derive(NAME).predict(result, weight_scale=scale, **lines)
        assert predicted == pytest.approx(1, rel=1e-12)


def test_two_inputs_of_a_relu_net_grow_alike_as_the_text_says() -> None:
    """c' = (√(1 − c²) + c (π − arccos c))/π, and 1 − c is near 9π²/(2l²)."""
    angle = math.pi / 2
    distance = before = 1.0
    for _ in range(20_000):
        cosine = (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / math.pi
        angle = math.acos(cosine)
        before, distance = distance, 2 * math.sin(angle / 2) ** 2
    slope = derive(NAME).predict("correlation_slope", weight_scale=2, right_slope=1, left_slope=0)
    assert distance / before == pytest.approx(slope, rel=1e-3)
    assert distance * 20_000**2 == pytest.approx(9 * math.pi**2 / 2, rel=0.01)
