"""tanh and sigmoid: what is left of a variance after tanh, of a gradient before sigmoid."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest, HeavyTailedMeanTest, Hypothesis

__all__ = ["sigmoid_gradient", "tanh_ratio"]


@dataclass(frozen=True)
class _Standard:
    """A law of mean 0 and variance 1: E Z³ to E Z⁶, E(Z − Z')⁴, and how to draw it."""

    moments: tuple[int, int, int, int]
    fourth_of_difference: int
    draw: Callable[[np.random.Generator, Any], NDArray[np.float64]]


_LAWS = {
    "normal": _Standard((0, 3, 0, 15), 12, lambda g, shape: g.standard_normal(shape)),
    "exponential": _Standard(
        (2, 9, 44, 265), 24, lambda g, shape: g.standard_exponential(shape) - 1
    ),
}
"""The exponential law, less its mean, is skewed; the difference of two copies is Laplace's."""


def tanh_ratio(
    *,
    variance: Any,
    covariance_with_cube: Any,
    covariance_with_fifth_power: Any,
    variance_of_cube: Any,
    law: str = "normal",
) -> Quantity:
    """Var(tanh z)/Var(z) for z of mean zero and the named law, which must have the stated moments.

    ½(tanh z − tanh z')²/Var(z) has that mean, lies in [0, 2/Var(z)], and its variance is at most
    E(Z − Z')⁴/4 of the standard law, because tanh is 1-Lipschitz.
    """
    if law not in _LAWS:
        raise UnknownNameError("law", law, _LAWS)
    standard, q = _LAWS[law], float(variance)
    _, fourth, _, sixth = standard.moments
    stated = (covariance_with_cube, covariance_with_fifth_power, variance_of_cube)
    known = (fourth * q**2, sixth * q**3, (sixth - standard.moments[0] ** 2) * q**3)
    if not np.allclose([float(value) for value in stated], known, rtol=1e-9, atol=0.0):
        raise InvalidInputError(
            f"the law {law} of variance {q:g} has the moments {known}, not {stated}"
        )

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        a = np.tanh(math.sqrt(q) * standard.draw(generator, (2, n)))
        return np.square(a[0] - a[1]) / (2.0 * q)

    spread = standard.fourth_of_difference / 4
    test = BoundedMeanTest(0.0, 2.0 / q, spread, method="bernstein")
    return SampledQuantity(test, half_squares, _interval)


def _interval(prediction: Any) -> Any:
    if isinstance(prediction, tuple):
        return tuple(map(float, prediction))
    return float(prediction)


def sigmoid_gradient(
    *, fan_out: int, weight_variance: Any, second_moment: Any, pre_activation_variance: Any
) -> Quantity:
    """E[δ_j²] of δ_j = σ'(y_j) (Wᵀδ')_j, which the theorem bounds from above.

    W is Gaussian, δ' a column of a scaled random orthogonal matrix, y ~ N(0, s²). The arriving
    gradients are independent N(0, m), so δ² has the mean m E σ'(y)² and the relative variance
    3 E σ'⁴/(E σ'²)² − 1 <= 3/(16 E σ'²) − 1. A prediction is one-sided: at most so much.
    """
    n = integer_at_least(1, fan_out, "fan_out")
    variance, q = float(weight_variance), float(second_moment)
    spread = float(pre_activation_variance)
    slope = get_activation("sigmoid").derivative
    mean = float(gaussian_mean(lambda y: np.square(slope(y)), spread))

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        units = -(-count // n)
        signals = math.sqrt(n * q) * orthonormal(generator, n)
        weights = generator.standard_normal((n, units)) * math.sqrt(variance)
        arriving = (weights.T @ signals).ravel()[:count]
        y = math.sqrt(spread) * generator.standard_normal(count)
        return np.square(slope(y) * arriving)

    bound = 3.0 / (16.0 * mean) - 1.0 + 1e-6  # far above the rounding of the quadrature
    return SampledQuantity(
        HeavyTailedMeanTest(relative_variance_bound=bound),
        squares,
        lambda most: Hypothesis(-math.inf, float(most)),
        located=n * variance * q * mean,
    )
