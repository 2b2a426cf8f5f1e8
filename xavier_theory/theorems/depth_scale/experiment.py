"""How `depth-scale` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Abs, Integer, Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import ROUNDING
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.depth_scale.proof import chi, depth, e, lower, upper


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
    bound = square * (1 + 2 / n) / mean**2 - 1 + ROUNDING

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


EXPERIMENTS = tuple(
    Experiment(
        f"relu with biases, width {width}, {layers} layers",
        relu_with_biases,
        {"depth": layers, "chi": slope, "first_signed_deviation": first},
        0.04,
        {"width": width, "bias_variance": bias},
        result="linear",
        wrong={
            "one layer too many": chi ** (depth + 1) * e[0],
            "no decay": e[0],
            "the fixed point reached": Integer(0),
        },
    )
    for width, layers, slope, first, bias in (
        (16, 5, Rational(1, 2), 32, 1),
        (64, 10, Rational(9, 10), 20, Rational(1, 10)),
    )
)

WRONG = {
    "r and R exchanged": (upper**depth * Abs(e[0]), lower**depth * Abs(e[0])),
    "a sum of slopes for a product": (lower * depth * Abs(e[0]), upper * depth * Abs(e[0])),
}
