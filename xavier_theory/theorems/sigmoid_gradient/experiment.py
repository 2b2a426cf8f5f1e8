"""How `sigmoid-gradient` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest, Hypothesis
from xavier_theory.theorems.sigmoid_gradient.proof import second_moment
from xavier_theory.theorems.symbols import fan_out, weight_variance


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


SQUARE = {"fan_out": 64, "weight_variance": 1 / 64, "second_moment": 1}

EXPERIMENTS = tuple(
    Experiment(
        f"pre-activations {said}",
        sigmoid_gradient,
        SQUARE,
        0.01,
        {"pre_activation_variance": variance},
    )
    for said, variance in (
        ("near 0, where the bound is nearly reached", 0.0001),
        ("of variance 1", 1),
    )
)

WRONG = {
    "1/20 for 1/16": fan_out * weight_variance * second_moment / 20,
    "fan-out dropped": weight_variance * second_moment / 16,
}
