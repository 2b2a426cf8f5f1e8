"""A layer with any activation: the second moment of z = W φ(y), one layer at a time.

Given y, a Gaussian layer's outputs are independent N(0, v‖φ(y)‖²): they are drawn from that law,
which is exact, and costs no matrix. Other weights are multiplied out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest

__all__ = ["keeping_variance", "standard_layer"]

_ROUNDING = 1e-6  # far above the error of the quadratures
_UNITS = 64  # outputs whose squares are averaged
_ENTRIES = 2**21  # numbers that are held in memory at once


def standard_layer(*, fan_in: int, activation: str) -> Quantity:
    """The weight variance at which a layer on iid standard normal y keeps their second moment."""
    return keeping_variance(fan_in, 1.0, get_activation(activation), "normal", "normal")


def keeping_variance(
    fan_in: int, q: float, activation: Activation, law: str, weights: str
) -> Quantity:
    """The weight variance at which E[z²] is E[y²] = ``q``, for iid y of the law called ``law``.

    A layer with weights of variance 1 is sampled: E[z²] is its growth, and q over that keeps.

    Given y the mean of 64 of the z² has mean S = ‖φ(y)‖² and relative variance at most
    max(2, κ_W − 1)/64; E S²/(E S)² is 1 + (κ − 1)/fan_in for the kurtosis κ of φ(y).
    """
    n, source, matrix = integer_at_least(1, fan_in, "fan_in"), law_named(law), law_named(weights)
    within = max(2.0, float(matrix.kurtosis) - 1.0) / _UNITS
    spread = (_kurtosis(activation, source, q) - 1) / n
    bound = (1 + within) * (1 + spread) - 1 + _ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = activation.function(source.sample(generator, (count, n), q))
        if matrix.name == "normal":
            sizes = np.square(a).sum(axis=1) / _UNITS
            return np.asarray(sizes * generator.chisquare(_UNITS, count))
        z = np.einsum("kij,kj->ki", matrix.sample(generator, (count, _UNITS, n), 1.0), a)
        return np.asarray(np.square(z).mean(axis=1))

    def other(value: Any) -> float:
        return q / float(value)

    held = n if matrix.name == "normal" else n * _UNITS
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, other, other, max(1, _ENTRIES // held))


def _kurtosis(activation: Activation, law: Law, q: float) -> float:
    """E φ⁴/(E φ²)² for y of the law with E y² = q."""
    fourth = _mean(lambda y: activation.function(y) ** 4, activation, law, q)
    return fourth / _mean(lambda y: activation.function(y) ** 2, activation, law, q) ** 2


def _mean(
    f: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    activation: Activation,
    law: Law,
    q: float,
) -> float:
    if law.name == "normal":
        return float(gaussian_mean(f, q, activation.kinks))
    if law.name != "uniform":
        raise InvalidInputError(f"the law {law.name} is neither normal nor uniform")
    end = math.sqrt(q) * law.bound
    cuts = [-end, *(k for k in map(float, activation.kinks) if abs(k) < end), end]
    nodes, heights = np.polynomial.legendre.leggauss(64)
    total = 0.0
    for low, high in pairwise(cuts):
        half = (high - low) / 2
        total += half * float(heights @ f(low + half * (1 + nodes)))
    return total / (2 * end)
