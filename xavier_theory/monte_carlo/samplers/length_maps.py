"""The length map: a layer given the layer below, its average, and its slope.

Networks are sampled as they are, layer by layer: given the activations a, the pre-activations of
one layer are independent N(0, σ_w²‖a‖²/n + σ_b²). Depth is not averaged over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest, SequentialGaussianVarianceTest

__all__ = [
    "backward_activation",
    "correlation_slope",
    "given_layers",
    "length_map",
    "length_map_slope",
    "relu_with_biases",
    "two_lines_correlation",
    "two_lines_map",
]

_Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]

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
) -> Quantity:
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

    return SampledQuantity(SequentialGaussianVarianceTest(), pre_activations, block=2**16)


def length_map(
    *,
    weight_scale: Any,
    bias_variance: Any,
    activation_second_moment: Any,
    activation: str,
    second_moment: Any,
    width: int = 64,
) -> Quantity:
    """V(q) = E[q'] for a layer on ``width`` independent N(0, q), q = ``second_moment``.

    Given these, the mean of 64 of the z² is T χ²/64 with T = σ_w² times the average of φ² plus
    σ_b²; so its relative variance follows from that of φ². The stated
    ``activation_second_moment`` is not used: that is what is tested.
    """
    function, kinks = get_activation(activation).function, get_activation(activation).kinks
    scale, bias = float(weight_scale), float(bias_variance)
    return _averaged(function, kinks, scale, bias, float(second_moment), width)


def two_lines_map(
    *, weight_scale: Any, right_slope: Any, left_slope: Any, second_moment: Any, width: int = 64
) -> Quantity:
    """V(q) for φ(t) = ``right_slope`` t where t > 0, ``left_slope`` t where t < 0; no biases."""
    function, _ = _two_lines(float(right_slope), float(left_slope))
    return _averaged(function, (0.0,), float(weight_scale), 0.0, float(second_moment), width)


def _two_lines(right: float, left: float) -> tuple[_Function, _Function]:
    """Two lines that meet at 0, and their slope."""
    return lambda t: np.where(t > 0, right * t, left * t), lambda t: np.where(t > 0, right, left)


def _averaged(
    function: _Function, kinks: Sequence[Any], scale: float, bias: float, q: float, width: int
) -> Quantity:
    """E[q'] for σ_w² = ``scale``, σ_b² = ``bias`` over a layer of ``width`` on N(0, q)."""
    n = integer_at_least(1, width, "width")
    square = float(gaussian_mean(lambda z: function(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: function(z) ** 4, q, kinks))
    spread = scale**2 * (fourth - square**2) / n / (scale * square + bias) ** 2
    bound = (1 + 2 / _UNITS) * (1 + spread) - 1 + _ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        y = math.sqrt(q) * generator.standard_normal((count, n))
        given = scale * np.square(function(y)).mean(axis=1) + bias
        return np.asarray(given * generator.chisquare(_UNITS, count) / _UNITS)

    return SampledQuantity(
        HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares, block=2**21 // n
    )


def length_map_slope(
    *,
    activation_second_moment: Any,
    weighted_second_moment: Any,
    activation: str,
    second_moment: Any,
) -> Quantity:
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

    return SampledQuantity(HeavyTailedMeanTest(variance_bound=bound), slopes)


def relu_with_biases(
    *, depth: int, chi: Any, first_signed_deviation: Any, width: int, bias_variance: Any
) -> Quantity:
    """E[q^[L]] − q* of relu networks with σ_w² = 2χ, q* = σ_b²/(1 − χ), at a finite width.

    Given the layer below, q' is T χ²_n/n with T = σ_w² ‖relu(z)‖²/n + σ_b². For relu the map is a
    line, so that its recursion holds for E[T] at every width, and E[T²] has one of its own: it
    bounds the variance of q^[L].
    """
    n, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    slope, bias = float(chi), float(bias_variance)
    fixed = bias / (1 - slope)
    start = fixed + float(first_signed_deviation)
    mean, square = start, start**2
    for _ in range(layers):
        square = slope**2 * square * (1 + 5 / n) + 2 * slope * bias * mean + bias**2
        mean = slope * mean + bias
    bound = square * (1 + 2 / n) / mean**2 - 1 + _ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        z = math.sqrt(start) * generator.standard_normal((count, n))
        for _ in range(layers):
            given = 2 * slope * np.square(np.maximum(z, 0.0)).mean(axis=1) + bias
            z = np.sqrt(given)[:, None] * generator.standard_normal((count, n))
        return np.asarray(np.square(z).mean(axis=1))

    return SampledQuantity(
        HeavyTailedMeanTest(relative_variance_bound=bound),
        mean_squares,
        lambda deviation: fixed + float(deviation),
        lambda found: found - fixed,
        max(1, 2**20 // n),
    )


def correlation_slope(
    *, weight_scale: Any, slope_second_moment: Any, activation: str, second_moment: Any
) -> Quantity:
    """χ₁ by differences: ½ σ_w² E[(φ(U) − φ(V))²]/(q − E[U V]) for U and V nearly equal.

    With c = 1/(1 + h): E[(φ(U) − φ(V))²] = 2 (E[φ²] − E[φ(U) φ(V)]), and q (1 − c) = q h/(1 + h).
    The stated ``slope_second_moment`` is not used: that is what is tested.
    """
    known = get_activation(activation)
    q, scale = float(second_moment), float(weight_scale)
    return _apart(known.function, known.derivative, known.kinks, scale, q)


def two_lines_correlation(
    *, weight_scale: Any, right_slope: Any, left_slope: Any, second_moment: Any = 1
) -> Quantity:
    """χ₁ by differences, as in ``correlation_slope``, for the φ of ``two_lines_map``."""
    function, slope = _two_lines(float(right_slope), float(left_slope))
    return _apart(function, slope, (0.0,), float(weight_scale), float(second_moment))


def _apart(
    function: _Function, slope: _Function, kinks: Sequence[Any], scale: float, q: float
) -> Quantity:
    """½ σ_w² E[(φ(U) − φ(V))²]/(q − E[U V]) for U and V nearly equal."""
    h = _STEP**2
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


def backward_activation(
    *,
    weight_scale: Any,
    unit_slope_second_moment: Any,
    signal_second_moment: Any,
    activation: str,
    second_moment: Any,
    width: int,
) -> Quantity:
    """E[δ_j²] of δ_j = φ'(y_j) (Wᵀδ')_j, all three independent, widths equal, W Gaussian.

    Given δ', the entries of Wᵀδ' are independent N(0, σ_w²‖δ'‖²/n). The stated
    ``unit_slope_second_moment`` is not used: that is what is tested.
    """
    n, q = integer_at_least(1, width, "width"), float(second_moment)
    slope, kinks = get_activation(activation).derivative, get_activation(activation).kinks
    factor = float(weight_scale) * float(signal_second_moment) / n
    square = float(gaussian_mean(lambda z: slope(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: slope(z) ** 4, q, kinks))
    # The mean of n of the δ_j² given δ': φ'² times chi-squares, times ‖δ'‖², a chi-square.
    bound = (1 + 2 / n) * (1 + (3 * fourth / square**2 - 1) / n) - 1 + _ROUNDING

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        sizes = factor * generator.chisquare(n, count)
        arriving = generator.standard_normal((count, n))
        y = math.sqrt(q) * generator.standard_normal((count, n))
        return np.asarray(sizes * np.square(slope(y) * arriving).mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=2**20 // n)
