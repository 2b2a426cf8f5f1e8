"""One layer of the length map, averaged, and the distance of two inputs that are nearly equal.

Given the activations a, the pre-activations of one layer are independent N(0, σ_w²‖a‖²/n + σ_b²).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest

__all__ = ["ROUNDING", "STEP", "Function", "averaged_map", "nearby_inputs"]

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]

ROUNDING = 1e-6  # far above the error of the quadratures
_UNITS = 64
STEP = 1e-4  # of the relative difference; its error is of order 1e-8


def averaged_map(
    function: Function, kinks: Sequence[Any], scale: float, bias: float, q: float, width: int
) -> Quantity:
    """E[q'] for σ_w² = ``scale``, σ_b² = ``bias`` over a layer of ``width`` on N(0, q)."""
    n = integer_at_least(1, width, "width")
    square = float(gaussian_mean(lambda z: function(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: function(z) ** 4, q, kinks))
    spread = scale**2 * (fourth - square**2) / n / (scale * square + bias) ** 2
    bound = (1 + 2 / _UNITS) * (1 + spread) - 1 + ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        y = math.sqrt(q) * generator.standard_normal((count, n))
        given = scale * np.square(function(y)).mean(axis=1) + bias
        return np.asarray(given * generator.chisquare(_UNITS, count) / _UNITS)

    return SampledQuantity(
        HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares, block=2**21 // n
    )


def nearby_inputs(
    function: Function, slope: Function, kinks: Sequence[Any], scale: float, q: float
) -> Quantity:
    """½ σ_w² E[(φ(U) − φ(V))²]/(q − E[U V]) for U and V nearly equal."""
    h = STEP**2
    size, distance = math.sqrt(q / (1 + h)), q * h / (1 + h)

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a, noise, other = generator.standard_normal((3, count))
        first = function(size * (a + math.sqrt(h) * noise))
        second = function(size * (a + math.sqrt(h) * other))
        return np.asarray(scale * np.square(first - second) / (2 * distance))

    # Nearly χ₁ chi-square(1) with a random factor φ'²: kurtosis 3 E φ'⁴/(E φ'²)².
    square = float(gaussian_mean(lambda z: slope(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: slope(z) ** 4, q, kinks))
    bound = 3 * fourth / square**2 - 1 + 1e-3
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), squares)
