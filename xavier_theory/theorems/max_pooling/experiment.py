"""How `max-pooling` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special
from sympy import sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.max_pooling.proof import others, second_moment


def independent_positions(*, further_positions: int, second_moment: Any) -> Quantity:
    """E[max²] of relus of independent Gaussian positions, of mean square ``second_moment`` each.

    E max⁴ is at most P E relu⁴ = 6 P q², and E max² at least q.
    """
    k, q = 1 + integer_at_least(1, further_positions, "further_positions"), float(second_moment)

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        y = math.sqrt(2 * q) * generator.standard_normal((count, k))
        return np.asarray(np.square(np.maximum(y.max(axis=1), 0.0)))

    def weighted(x: float) -> float:
        return float(x**2 * special.ndtr(x) ** (k - 1) * math.exp(-(x**2) / 2))

    factor = 2 * k / math.sqrt(2 * math.pi) * integrate.quad(weighted, 0, 40)[0]
    test = HeavyTailedMeanTest(relative_variance_bound=6.0 * k - 1)
    return SampledQuantity(test, squares, _pair, block=2**16, located=q * factor)


def alike_positions(*, further_positions: int, second_moment: Any) -> Quantity:
    """The same for positions that are all one Gaussian: E relu⁴ = 6 (E relu²)²."""
    k, q = 1 + integer_at_least(1, further_positions, "further_positions"), float(second_moment)

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        y = np.repeat(math.sqrt(2 * q) * generator.standard_normal((count, 1)), k, axis=1)
        return np.asarray(np.square(np.maximum(y.max(axis=1), 0.0)))

    test = HeavyTailedMeanTest(relative_variance_bound=5.0)
    return SampledQuantity(test, squares, _pair, block=2**16, located=q)


def one_open_position(*, further_positions: int, second_moment: Any) -> Quantity:
    """The same where one position, any of them, is |g| for a Gaussian g, the others −|g|."""
    k, q = 1 + integer_at_least(1, further_positions, "further_positions"), float(second_moment)

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        size = math.sqrt(k * q) * np.abs(generator.standard_normal((count, 1)))
        opened = np.arange(k) == generator.integers(0, k, (count, 1))
        y = np.where(opened, size, -size)
        return np.asarray(np.square(np.maximum(y.max(axis=1), 0.0)))

    test = HeavyTailedMeanTest(relative_variance_bound=2.0)
    return SampledQuantity(test, squares, _pair, block=2**16, located=k * q)


def _pair(prediction: Any) -> tuple[float, float]:
    lower, upper = prediction
    return float(lower), float(upper)


EXPERIMENTS = tuple(
    Experiment(name, quantity, {"further_positions": k - 1, "second_moment": q}, 0.03)
    for name, quantity, k, q in (
        ("four independent positions", independent_positions, 4, 0.5),
        ("nine positions that are alike", alike_positions, 9, 2),
        ("nine positions of which one is open", one_open_position, 9, 1),
    )
)

_ALL = 1 + others
WRONG = {
    "kept": (second_moment, second_moment),
    "as for a mean": (second_moment / _ALL, second_moment),
    "the root of the number": (second_moment, sqrt(_ALL) * second_moment),
    "never as small": (2 * second_moment, _ALL * second_moment),
}
