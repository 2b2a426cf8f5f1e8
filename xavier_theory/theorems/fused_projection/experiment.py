"""How `fused-projection` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.fused_projection.proof import parts, second_moment


def last_part(*, parts: int, second_moment: Any, fan_in: int, law: str = "uniform") -> Quantity:
    """The mean square of the last part of a fused matrix, drawn whole by Xavier's rule.

    The inputs have random signs and one size; given them z² has a relative variance of at most
    max(2, κ − 1), and the mean over the n units of a part a n-th of it.
    """
    many, n = integer_at_least(1, parts, "parts"), integer_at_least(1, fan_in, "fan_in")
    weights, scale = law_named(law), math.sqrt(float(second_moment))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        shape = (count, many * n, n)
        fans = shape[1] + shape[2]
        a = scale * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        z = np.einsum("kij,kj->ki", weights.sample(generator, shape, 2 / fans), a)
        return np.asarray(np.square(z[:, -n:]).mean(axis=1))

    bound = max(2.0, float(weights.kurtosis) - 1.0) / n
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, 2**20 // (many * n * n)))


EXPERIMENTS = tuple(
    Experiment(f"{many} parts", last_part, {"parts": many, "second_moment": 2}, 0.03, {"fan_in": 8})
    for many in (1, 3, 4)
)

WRONG = {
    "each part by its own fans": second_moment,
    "1/p for 2/(1 + p)": second_moment / parts,
    "the factor squared": 4 / (1 + parts) ** 2 * second_moment,
    "3 % off": 2 / (1 + parts) * second_moment * Rational(103, 100),
}
