"""How `convolution-border` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.convolutions import forward, maps_of_signs, relative_variance
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.convolution_border.proof import inner, kernel, padding, size

_UNITS = 4  # output channels whose squares are averaged
_CHANNELS = 2


def whole_map(
    *, padding: int, size_minus_padding: int, second_moment_per_tap: Any, law: str
) -> Quantity:
    """The mean square of a padded convolution over a whole map, per tap: zeros outside.

    Each position has the relative variance of ``convolutions``, and so has their mean at most.
    """
    reach, weights = integer_at_least(0, padding, "padding"), law_named(law)
    side = reach + integer_at_least(1, size_minus_padding, "size_minus_padding")
    per_tap = float(second_moment_per_tap)
    variance = per_tap / _CHANNELS
    shape = (_UNITS, _CHANNELS, 2 * reach + 1, 2 * reach + 1)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        kernels = weights.sample(generator, (count, *shape), variance)
        z = forward(maps_of_signs(generator, count, _CHANNELS, side), kernels, padding=reach)
        return np.asarray(np.square(z).mean(axis=(1, 2, 3)) / per_tap)

    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance(weights, _UNITS))
    held = side**2 * math.prod(shape[1:]) + math.prod(shape)
    return SampledQuantity(test, mean_squares, block=max(1, 2**20 // held))


EXPERIMENTS = (
    Experiment(
        "3 × 3 on a 4 × 4 map",
        whole_map,
        {"padding": 1, "size_minus_padding": 3},
        0.03,
        {"law": "normal", "second_moment_per_tap": 0.5},
    ),
    Experiment(
        "5 × 5 on a 3 × 3 map, uniform weights",
        whole_map,
        {"padding": 2, "size_minus_padding": 1},
        0.03,
        {"law": "uniform", "second_moment_per_tap": 1},
    ),
)

_LOST = padding * (padding + 1) / (kernel * size)
WRONG = {
    "the border ignored": kernel**2,
    "one side of the map only": kernel**2 * (1 - _LOST),
    "one end of a row only": kernel**2 * (1 - _LOST / 2) ** 2,
    "the side of the map less its padding": kernel**2
    * (1 - padding * (padding + 1) / (kernel * (inner + 2 * padding))) ** 2,
    "3 % off": kernel**2 * (1 - _LOST) ** 2 * Rational(103, 100),
}
