"""How `convolution-gradient` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.convolutions import backward, maps_of_signs, relative_variance
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.convolution_gradient.proof import (
    area,
    channels,
    kernel,
    outputs,
    signal,
    unit,
)
from xavier_theory.theorems.symbols import weight_variance

_MAPS = 16  # input channels whose squares are averaged
_POSITIONS = 2  # of a row
_SIDE = 3  # of the kernel


def one_pixel(
    *,
    channels: int,
    outputs_fed: int,
    weight_variance: Any,
    gradient_second_moment: Any,
    pixel: tuple[int, int],
    law: str = "normal",
) -> Quantity:
    """E[g²] at a pixel behind a 3 × 3 convolution of stride 2, with gradients independent of it.

    How many outputs the pixel feeds is what the theorem takes; here the positions decide.
    """
    units, weights = integer_at_least(1, channels, "channels"), law_named(law)
    if not 0 < outputs_fed <= _SIDE**2:
        raise InvalidInputError(f"a pixel under 9 taps cannot feed {outputs_fed} outputs")
    variance, scale = float(weight_variance), math.sqrt(float(gradient_second_moment))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        delta = scale * maps_of_signs(generator, count, units, _POSITIONS)
        kernels = weights.sample(generator, (count, units, _MAPS, _SIDE, _SIDE), variance)
        g = backward(delta, kernels, stride=2)
        return np.asarray(np.square(g[:, :, pixel[0], pixel[1]]).mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance(weights, _MAPS))
    return SampledQuantity(test, mean_squares, block=2**12)


def whole_ring(
    *, kernel_taps: int, stride_squared: int, second_moment_per_output: Any, law: str = "normal"
) -> Quantity:
    """The mean of E[g²] over all pixels of a ring, where every output has all its taps."""
    side, stride, weights = math.isqrt(kernel_taps), math.isqrt(stride_squared), law_named(law)
    if side**2 != kernel_taps or stride**2 != stride_squared:
        raise InvalidInputError(f"{kernel_taps} taps and stride² {stride_squared} are no squares")
    if side > stride * _POSITIONS:
        raise InvalidInputError(f"a kernel of side {side} covers a pixel of the ring twice")
    variance = float(second_moment_per_output)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        delta = maps_of_signs(generator, count, 1, _POSITIONS)
        kernels = weights.sample(generator, (count, 1, _MAPS, side, side), variance)
        return np.asarray(np.square(backward(delta, kernels, stride=stride)).mean(axis=(1, 2, 3)))

    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance(weights, _MAPS))
    return SampledQuantity(test, mean_squares, block=2**12)


def _pixel(name: str, outputs_fed: int, pixel: tuple[int, int], law: str) -> Experiment:
    values = {
        "channels": 3,
        "outputs_fed": outputs_fed,
        "weight_variance": 0.5,
        "gradient_second_moment": 2,
    }
    return Experiment(name, one_pixel, values, 0.02, {"pixel": pixel, "law": law})


NOT_THE_MEAN = {
    "every tap counted": kernel * unit,
    "the stride for its square": kernel * unit / sqrt(area),
    "2 % off": kernel * unit / area * Rational(102, 100),
}

EXPERIMENTS = (
    _pixel("a pixel that feeds four outputs", 4, (0, 0), "normal"),
    _pixel("a pixel that feeds two outputs, uniform weights", 2, (0, 1), "uniform"),
    _pixel("a pixel that feeds one output, random signs as weights", 1, (1, 1), "rademacher"),
    *(
        Experiment(
            f"all pixels of a ring, side {side} with stride {stride}",
            whole_ring,
            {
                "kernel_taps": side**2,
                "stride_squared": stride**2,
                "second_moment_per_output": 1,
            },
            0.02,
            result="average",
            wrong=NOT_THE_MEAN,
        )
        for side, stride in ((3, 2), (4, 2), (1, 2))
    ),
)

WRONG = {
    "channels dropped": outputs * weight_variance * signal,
    "every tap counted": 9 * channels * weight_variance * signal,
    "the mean 9/4 at every pixel": Rational(9, 4) * channels * weight_variance * signal,
    "standard deviation for variance": channels * outputs * weight_variance**2 * signal,
    "2 % off": channels * outputs * weight_variance * signal * Rational(102, 100),
}
