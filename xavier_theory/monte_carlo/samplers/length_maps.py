"""The length map: a layer given the layer below, its average, and its slope.

Networks are sampled as they are, layer by layer: given the activations a, the pre-activations of
one layer are independent N(0, σ_w²‖a‖²/n + σ_b²). Depth is not averaged over.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.samplers.base import Plan, SampledPlan
from xavier_theory.monte_carlo.statistics import HeavyTailedMeanTest, SequentialGaussianVarianceTest

__all__ = ["given_layers", "length_map", "length_map_slope"]

_ROUNDING = 1e-6  # far above the error of the quadratures
_UNITS = 64
_STEP = 1e-4  # of the relative difference; its error is of order 1e-8


def given_layers(
    *,
    fan_in: int,
    weight_scale: Any,
    bias_variance: Any,
    sum_of_squares: Any,
    activation: str,
    depth: int = 50,
) -> Plan:
    """E[q'] given the layer below, in every layer of networks of one width and the given depth.

    The activations that a layer makes are scaled so that their squares add up to
    ``sum_of_squares``; so each layer has the same law, given what is below, and every z_i is
    N(0, E[q']). Weights and biases are drawn, and multiplied out.
    """
    n, known = integer_at_least(1, fan_in, "fan_in"), get_activation(activation)
    layers = integer_at_least(1, depth, "depth")
    size, weight = math.sqrt(float(sum_of_squares)), math.sqrt(float(weight_scale) / n)
    bias = math.sqrt(float(bias_variance))

    def pre_activations(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        networks = -(-count // (n * layers))
        z = generator.standard_normal((networks, n))
        found = []
        for _ in range(layers):
            a = known.function(z)
            a *= size / np.linalg.norm(a, axis=1, keepdims=True)
            weights = generator.standard_normal((networks, n, n))
            z = weight * np.einsum("kij,kj->ki", weights, a)
            z += bias * generator.standard_normal((networks, n))
            found.append(z)
        return np.concatenate([z.ravel() for z in found])[:count]

    return SampledPlan(SequentialGaussianVarianceTest(), pre_activations, block=2**16)


def length_map(
    *,
    weight_scale: Any,
    bias_variance: Any,
    activation_second_moment: Any,
    activation: str,
    second_moment: Any,
    width: int = 64,
) -> Plan:
    """V(q) = E[q'] for a layer on ``width`` independent N(0, q), q = ``second_moment``.

    Given these, the mean of 64 of the z² is T χ²/64 with T = σ_w² times the average of φ² plus
    σ_b²; so its relative variance follows from that of φ². The stated
    ``activation_second_moment`` is not used: that is what is tested.
    """
    n, q = integer_at_least(1, width, "width"), float(second_moment)
    function, kinks = get_activation(activation).function, get_activation(activation).kinks
    scale, bias = float(weight_scale), float(bias_variance)
    square = float(gaussian_mean(lambda z: function(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: function(z) ** 4, q, kinks))
    spread = scale**2 * (fourth - square**2) / n / (scale * square + bias) ** 2
    bound = (1 + 2 / _UNITS) * (1 + spread) - 1 + _ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        y = math.sqrt(q) * generator.standard_normal((count, n))
        given = scale * np.square(function(y)).mean(axis=1) + bias
        return np.asarray(given * generator.chisquare(_UNITS, count) / _UNITS)

    return SampledPlan(
        HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares, block=2**21 // n
    )


def length_map_slope(
    *,
    activation_second_moment: Any,
    weighted_second_moment: Any,
    activation: str,
    second_moment: Any,
) -> Plan:
    """V'(q) at the gain, by differences: φ² at two variances, 1e-4 apart, with the same Z.

    φ must not jump. The stated ``weighted_second_moment`` is not used: that is what is tested.
    """
    known, q = get_activation(activation), float(second_moment)
    gain = 1.0 / float(activation_second_moment)
    high, low = math.sqrt(q * (1 + _STEP)), math.sqrt(q * (1 - _STEP))

    def difference(z: NDArray[np.float64]) -> NDArray[np.float64]:
        change = np.square(known.function(high * z)) - np.square(known.function(low * z))
        return np.asarray(gain * change / (2 * _STEP))

    kinks = [float(kink) / math.sqrt(q) for kink in known.kinks]
    first = float(gaussian_mean(difference, 1.0, kinks))
    second = float(gaussian_mean(lambda z: np.square(difference(z)), 1.0, kinks))
    bound = (second - first**2) * (1 + _ROUNDING)

    def slopes(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return difference(generator.standard_normal(count))

    return SampledPlan(HeavyTailedMeanTest(variance_bound=bound), slopes)
