"""depth-scale-remainder, against iterated length maps and the extremal recursions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xavier_theory.activations.length_map import length_map
from xavier_theory.theorems import derive

NAME = "depth-scale-remainder"


def bounds(depth: int, chi: float, kappa: float, start: float) -> tuple[float, float]:
    """The theorem's two bounds."""
    lower, upper = derive(NAME).predict(
        depth=depth, chi=chi, kappa=kappa, margin=1 - chi - kappa, first_deviation=start
    )
    return float(lower), float(upper)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("chi", "bend", "start"), [(0.5, 1, 0.2), (0.9, 2, 0.05), (0.2, 3, 0.1)])
def test_the_largest_and_the_smallest_errors_lie_within(
    chi: float, bend: float, start: float, sign: int
) -> None:
    """e' = χ e ± K e²/2: nothing that the assumptions allow grows or shrinks faster."""
    error = start
    for depth in range(41):
        lower, upper = bounds(depth, chi, bend * start / 2, start)
        assert lower * (1 - 1e-12) <= error <= upper * (1 + 1e-12)
        error = chi * error + sign * bend * error**2 / 2


@pytest.mark.parametrize("start", [0.05, -0.05, 0.01])
def test_orbits_of_tanh_lie_within(start: float) -> None:
    """At σ_w² = 2, σ_b² = 1/2: the slope and its changes are found by differences."""

    def image(q: float) -> float:
        return float(length_map("tanh", np.array([q]), 2.0, 0.5)[0])

    fixed = 1.0
    for _ in range(200):
        fixed = image(fixed)
    step = 1e-4
    near = np.linspace(fixed - 0.06, fixed + 0.06, 25)
    seconds = [abs(image(q + step) - 2 * image(q) + image(q - step)) / step**2 for q in near]
    chi = (image(fixed + step) - image(fixed - step)) / (2 * step)
    kappa = 1.01 * max(seconds) * abs(start) / 2
    q = fixed + start
    for depth in range(12):
        lower, upper = bounds(depth, chi, kappa, abs(start))
        assert lower - 1e-9 <= abs(q - fixed) <= upper + 1e-9
        q = image(q)


def test_the_length_map_of_sin_loses_what_the_text_says() -> None:
    q, chi = 0.55, math.exp(-1)
    for _ in range(12):
        q = (1 - math.exp(-2 * q) + chi) / 2
    assert round(1 - (q - 0.5) / (0.05 * chi**12), 3) == 0.074
    lower, _ = bounds(12, chi, chi / 20, 0.05)
    assert round(1 - lower / (0.05 * chi**12), 3) == 0.081
