"""How `weight-mean` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.symbols import fan_in, weight_mean, weight_variance
from xavier_theory.theorems.weight_mean.proof import (
    input_mean,
    relative_mean,
    second_moment,
)

_UNITS = 16  # outputs whose squares are averaged


def layer(
    *,
    fan_in: int,
    weight_variance: Any,
    weight_mean: Any,
    second_moment: Any,
    input_mean: Any,
    law: str,
) -> Quantity:
    """E[z²] of a layer whose weights have a mean, on inputs of two values, μ ± √(q − μ²)."""
    spread = float(second_moment) - float(input_mean) ** 2
    if spread < 0:
        raise InvalidInputError(f"inputs of mean {input_mean} have more than {second_moment}")
    low, high = (float(input_mean) + sign * math.sqrt(spread) for sign in (-1, 1))
    moments = [(low**k + high**k) / 2 for k in range(1, 5)]

    def inputs(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
        return np.where(generator.integers(0, 2, shape) == 1, high, low)

    return _quantity(fan_in, float(weight_mean), float(weight_variance), law, inputs, moments)


def behind_a_relu(
    *,
    fan_in: int,
    weight_variance: Any,
    relative_mean: Any,
    second_moment: Any,
    mean_share: Any,
    law: str,
) -> Quantity:
    """The same on inputs relu(y), y centred Gaussians with E[relu(y)²] = q, so E[y²] = 2q.

    ``mean_share`` is what the theorem takes; what is drawn has its own.
    """
    scale = math.sqrt(2 * float(second_moment))
    bell = (1 / math.sqrt(2 * math.pi), 1 / 2, 2 / math.sqrt(2 * math.pi), 3 / 2)
    moments = [m * scale**k for k, m in enumerate(bell, 1)]

    def inputs(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
        return np.maximum(scale * generator.standard_normal(shape), 0.0)

    mean = float(relative_mean) * math.sqrt(float(weight_variance))
    return _quantity(fan_in, mean, float(weight_variance), law, inputs, moments)


def _quantity(
    fan_in: int, mean: float, variance: float, law: str, inputs: Any, moments: list[float]
) -> Quantity:
    n, weights = integer_at_least(1, fan_in, "fan_in"), law_named(law)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = inputs(generator, (count, n))
        matrices = mean + weights.sample(generator, (count, _UNITS, n), variance)
        return np.asarray(np.square(np.einsum("kij,kj->ki", matrices, a)).mean(axis=1))

    bound = _relative_variance(n, mean, variance, weights, moments) * (1 + 1e-9)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, 2**20 // (_UNITS * n)))


def _relative_variance(
    n: int, mean: float, variance: float, weights: Law, moments: list[float]
) -> float:
    """Of the mean of z² over the units, for independent inputs with these four moments.

    Given the inputs, z is m S plus a centred sum of conditional variance v T, with S = Σ a_j and
    T = Σ a_j²; units are independent. So E[z_1² z_2²] = E[(m² S² + v T)²], and E[z⁴] has besides
    4 m² v S² T + 2 v² T² + (κ − 3) v² Σ a_j⁴, for the laws here are symmetric.
    """
    m1, m2, m3, m4 = moments
    pairs, triples = n * (n - 1), n * (n - 1) * (n - 2)
    sum_square = n * m2 + pairs * m1**2
    sum_fourth = (
        n * m4
        + pairs * (4 * m3 * m1 + 3 * m2**2)
        + 6 * triples * m2 * m1**2
        + triples * (n - 3) * m1**4
    )
    mixed = n * m4 + pairs * (2 * m3 * m1 + m2**2) + triples * m1**2 * m2
    squares = n * m4 + pairs * m2**2
    both = mean**4 * sum_fourth + 2 * mean**2 * variance * mixed + variance**2 * squares
    excess = (float(weights.kurtosis) - 3) * n * m4
    fourth = both + 4 * mean**2 * variance * mixed + variance**2 * (2 * squares + excess)
    first = mean**2 * sum_square + variance * n * m2
    return (fourth / _UNITS + (1 - 1 / _UNITS) * both) / first**2 - 1


def _layer(name: str, fan: int, mean: float, of_inputs: int, law: str) -> Experiment:
    values = {
        "fan_in": fan,
        "weight_variance": 0.25,
        "weight_mean": mean,
        "second_moment": 4,
        "input_mean": of_inputs,
    }
    return Experiment(name, layer, values, 0.03, {"law": law})


def _behind(name: str, fan: int, part: float, delta: float, law: str) -> Experiment:
    values = {"fan_in": fan, "weight_variance": 2 / fan, "relative_mean": part, "second_moment": 1}
    plain = fan_in * weight_variance * second_moment
    return Experiment(
        name,
        behind_a_relu,
        {**values, "mean_share": 1 / math.pi},
        delta,
        {"law": law},
        result="relative",
        wrong={
            "the mean ignored": plain,
            "as for inputs of mean zero": plain * (1 + relative_mean**2),
            "inputs without variance": plain * (1 + relative_mean**2 * fan_in),
        },
    )


EXPERIMENTS = (
    _layer("inputs of mean zero", 12, 0.5, 0, "uniform"),
    _layer("inputs with a mean, signs as weights", 12, -0.25, 1, "rademacher"),
    _layer("inputs without variance", 6, 0.25, 2, "normal"),
    _behind(
        "a hundredth of a standard deviation behind a relu, fan-in 4096", 4096, 0.01, 0.1, "uniform"
    ),
    _behind("half a standard deviation behind a relu", 24, 0.5, 0.03, "normal"),
)

_PAIRS = fan_in * (fan_in - 1) * weight_mean**2 * input_mean**2
_PLAIN = fan_in * weight_variance * second_moment
WRONG = {
    "the mean ignored": _PLAIN,
    "as for inputs of mean zero": _PLAIN + fan_in * weight_mean**2 * second_moment,
    "the squared mean of the sum alone": _PLAIN + fan_in**2 * weight_mean**2 * input_mean**2,
    "every pair with the mean square": _PLAIN + fan_in**2 * weight_mean**2 * second_moment,
    "3 % off": (_PLAIN + fan_in * weight_mean**2 * second_moment + _PAIRS) * Rational(103, 100),
}
