"""How `layer-rule` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, pi, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import ROUNDING
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.layer_rule.proof import bias_mean, spread, total
from xavier_theory.theorems.length_map.proof import bias_variance
from xavier_theory.theorems.symbols import weight_mean


def layer(
    *,
    fan_in: int,
    weight_variance: Any,
    second_moment: Any,
    weight_mean: Any,
    bias_mean: Any,
    bias_variance: Any,
    square_of_the_sum: Any,
    mean_of_the_sum: Any,
) -> Quantity:
    """E[z²] for Gaussian weights and biases, and inputs that are all one √q|g|, g Gaussian.

    Given the inputs z is Gaussian; its fourth moment is averaged over g by quadrature.
    """
    n, q = integer_at_least(1, fan_in, "fan_in"), float(second_moment)
    of_sum = n**2 * q, n * math.sqrt(2 * q / math.pi)
    if not np.allclose([float(square_of_the_sum), float(mean_of_the_sum)], of_sum):
        raise InvalidInputError(f"the sum of the inputs has E A² = {of_sum[0]}, E A = {of_sum[1]}")
    v, omega = float(weight_variance), float(weight_mean)
    beta, noise = float(bias_mean), float(bias_variance)

    def given(g: Any) -> tuple[Any, Any]:
        """The mean and the variance of z."""
        a = math.sqrt(q) * np.abs(g)
        return omega * n * a + beta, v * n * a**2 + noise

    def power(k: int) -> float:
        """E z^k for k = 2 and 4."""

        def inside(g: Any) -> Any:
            m, s = given(g)
            return m**2 + s if k == 2 else m**4 + 6 * m**2 * s + 3 * s**2

        return float(gaussian_mean(inside, 1.0, (0.0,)))

    bound = power(4) / power(2) ** 2 - 1 + ROUNDING

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = math.sqrt(q) * np.abs(generator.standard_normal((count, 1)))
        weights = omega + math.sqrt(v) * generator.standard_normal((count, n))
        biases = beta + math.sqrt(noise) * generator.standard_normal(count)
        return np.asarray(np.square((weights * a).sum(axis=1) + biases))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=max(1, 2**20 // n))


def _values(n: int, omega: Any, beta: Any, noise: Any) -> dict[str, Any]:
    return {
        "fan_in": n,
        "weight_variance": Rational(1, n),
        "second_moment": 1,
        "weight_mean": omega,
        "bias_mean": beta,
        "bias_variance": noise,
        "square_of_the_sum": n**2,
        "mean_of_the_sum": n * sqrt(2 / pi),
    }


half = Rational(1, 2)
EXPERIMENTS = (
    Experiment("weights, inputs and biases with a mean", layer, _values(4, half, half, half), 0.04),
    Experiment("a mean of 1/n, 64 inputs", layer, _values(64, Rational(1, 64), half, half), 0.04),
)

_mixed = 2 * weight_mean * bias_mean * E(total)
_of_means = weight_mean**2 * E(total**2)
WRONG = {
    "the weights' mean forgotten": spread + bias_mean**2 + bias_variance,
    "the mixed term forgotten": spread + _of_means + bias_mean**2 + bias_variance,
    "the biases' mean forgotten": spread + _of_means + bias_variance,
    "the inputs' mean for their sum": spread
    + weight_mean**2 * E(total) ** 2
    + _mixed
    + bias_mean**2
    + bias_variance,
    "5 % off": (spread + _of_means + _mixed + bias_mean**2 + bias_variance) * Rational(21, 20),
}
