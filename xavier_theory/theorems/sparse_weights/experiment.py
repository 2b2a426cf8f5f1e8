"""How `sparse-weights` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.sparse_weights.proof import connections, second_moment
from xavier_theory.theorems.symbols import weight_variance

_UNITS = 16  # outputs whose squares are averaged
_MASKS = ("fixed", "coins")


def sparse_layer(
    *,
    connections: Any,
    weight_variance: Any,
    second_moment: Any,
    fan_in: int,
    masks: str,
    law: str,
) -> Quantity:
    """E[z²] of units with ``connections`` of ``fan_in`` weights, on inputs ±√q.

    ``fixed``: exactly so many, at random places; ``coins``: each by itself, so many on average. For
    K kept weights E z² is K v q and E z⁴ at most max(3, κ) K² v² q²; and units are independent.
    """
    n, weights = integer_at_least(1, fan_in, "fan_in"), law_named(law)
    share, variance = float(connections) / n, float(weight_variance)
    if not 0 < share <= 1:
        raise InvalidInputError(f"{connections} of {n} weights cannot be kept")
    if masks not in _MASKS:
        raise UnknownNameError("kind of mask", masks, _MASKS)
    if masks == "fixed":
        integer_at_least(1, connections, "connections")
    scale = math.sqrt(float(second_moment))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = scale * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        order = generator.random((count, _UNITS, n))
        kept = order.argsort(axis=2) < round(share * n) if masks == "fixed" else order < share
        matrices = weights.sample(generator, (count, _UNITS, n), variance)
        return np.asarray(np.square(np.einsum("kij,kj->ki", kept * matrices, a)).mean(axis=1))

    of_count = 0.0 if masks == "fixed" else (1 - share) / (share * n)
    bound = (max(3.0, float(weights.kurtosis)) * (1 + of_count) - 1) / _UNITS
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, 2**20 // (_UNITS * n)))


def _layer(name: str, kept: int, masks: str, law: str) -> Experiment:
    values = {"connections": kept, "weight_variance": 0.5, "second_moment": 2}
    return Experiment(name, sparse_layer, values, 0.03, {"fan_in": 12, "masks": masks, "law": law})


EXPERIMENTS = (
    _layer("exactly 3 of 12 weights, uniform", 3, "fixed", "uniform"),
    _layer("exactly 1 of 12 weights, signs", 1, "fixed", "rademacher"),
    _layer("a quarter of 12 weights by coins, Gaussian", 3, "coins", "normal"),
)

_WHOLE = connections * weight_variance * second_moment
WRONG = {
    "one connection more": (connections + 1) * weight_variance * second_moment,
    "the variance of the entries": _WHOLE * connections / 12,
    "the fan-in for the connections": 12 * weight_variance * second_moment,
    "the connections squared": _WHOLE * 2 * connections,
    "3 % off": _WHOLE * Rational(103, 100),
}
