"""How `convolution-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.convolutions import forward, maps_of_signs, relative_variance
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.convolution_variance.proof import (
    channels,
    second_moment,
    taps,
)
from xavier_theory.theorems.symbols import weight_variance

_UNITS = 16  # outputs whose squares are averaged
_SIDE = 5  # of the map


def one_position(
    *,
    channels: int,
    kernel_taps: int,
    taps_inside: int,
    weight_variance: Any,
    second_moment: Any,
    row: int,
    column: int,
    dilation: int = 1,
    law: str = "normal",
) -> Quantity:
    """E[z²] at (``row``, ``column``) of a padded convolution of a 5 × 5 map, with stride 1.

    How many taps are inside is what the theorem takes; here padding decides.
    """
    groups, weights = integer_at_least(1, channels, "channels"), law_named(law)
    side = math.isqrt(kernel_taps)
    if side**2 != kernel_taps or side % 2 == 0:
        raise InvalidInputError(f"a kernel of {kernel_taps} taps has no odd side")
    if not 0 < taps_inside <= kernel_taps:
        raise InvalidInputError(f"{taps_inside} of {kernel_taps} taps cannot be inside")
    variance, scale = float(weight_variance), math.sqrt(float(second_moment))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        maps = scale * maps_of_signs(generator, count, groups, _SIDE)
        shape = (count, _UNITS, groups, side, side)
        kernels = weights.sample(generator, shape, variance)
        z = forward(maps, kernels, padding=dilation * (side // 2), dilation=dilation)
        return np.asarray(np.square(z[:, :, row, column]).mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance(weights, _UNITS))
    return SampledQuantity(test, mean_squares, block=2**12)


def _experiment(name: str, taps_inside: int, at: tuple[int, int], **settings: Any) -> Experiment:
    values = {
        "channels": 3,
        "kernel_taps": 9,
        "taps_inside": taps_inside,
        "weight_variance": 0.25,
        "second_moment": 2,
    }
    return Experiment(
        name,
        one_position,
        {key: value for key, value in values.items() if key != "kernel_taps"},
        0.02,
        {"kernel_taps": 9, "row": at[0], "column": at[1], **settings},
    )


EXPERIMENTS = (
    _experiment("the middle of a map", 9, (2, 2)),
    _experiment("an edge, uniform weights", 6, (0, 2), law="uniform"),
    _experiment("a corner, random signs as weights", 4, (0, 0), law="rademacher"),
    _experiment("dilation 2, next to a corner", 4, (1, 1), dilation=2),
)

WRONG = {
    "channels dropped": taps * weight_variance * second_moment,
    "one more tap": channels * (taps + 1) * weight_variance * second_moment,
    "standard deviation for variance": channels * taps * weight_variance**2 * second_moment,
    "the side for the taps": channels * 3 * weight_variance * second_moment,
    "2 % off": channels * taps * weight_variance * second_moment * Rational(102, 100),
}
