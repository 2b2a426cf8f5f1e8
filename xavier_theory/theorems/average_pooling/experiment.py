"""How `average-pooling` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.average_pooling.proof import alone, positions, shared


def pooled_signs(*, positions: int, shared: Any, alone: Any) -> Quantity:
    """The square of a mean over positions c + b_j: c is not 0 on average, and b_j are signs.

    c is 0 or √(2s), and b_j = ±√r, whose number of signs + is binomial. The square is at most
    (√(2s) + √r)², and so is its variance over its mean.
    """
    k = integer_at_least(1, positions, "positions")
    top, own = math.sqrt(2 * float(shared)), math.sqrt(float(alone))

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        common = top * generator.integers(0, 2, count)
        signs = 2.0 * generator.binomial(k, 0.5, count) / k - 1.0
        return np.asarray(np.square(common + own * signs))

    largest = (top + own) ** 2 * (1 + 1e-12)
    spread = largest * (float(shared) + float(alone) / k)
    return SampledQuantity(BoundedMeanTest(0.0, largest, spread, method="bernstein"), squares)


EXPERIMENTS = tuple(
    Experiment(said, pooled_signs, {"positions": k, "shared": common, "alone": own}, 0.02)
    for said, k, common, own in (
        ("four positions that share half", 4, 1, 1),
        ("49 positions that share little", 49, 0.5, 3),
    )
)

WRONG = {
    "uncorrelated": (shared + alone) / positions,
    "all alike": shared + alone,
    "the square of the number": shared + alone / positions**2,
    "2 % off": (shared + alone / positions) * Rational(102, 100),
}
