"""How `chain-sharpness` is sampled, and which wrong formulas the checks must refute.

Everything follows in fractions; curvatures come from differences of the cost alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.chains import random_dyadics
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.chain_sharpness.proof import layers, mean, target


def chain_cost(weights: Sequence[Fraction], target: Fraction) -> Fraction:
    """½ (w_1 ⋯ w_L − y)²."""
    return (math.prod(weights) - target) ** 2 / 2


def curvatures(weights: Sequence[Fraction], target: Fraction) -> list[list[Fraction]]:
    """The Hessian of ``chain_cost``, exactly: it has degree 2 in each weight.

    Central differences with step 1 are then the derivatives themselves.
    """
    count = range(len(weights))

    def cost(*moves: tuple[int, int]) -> Fraction:
        moved = list(weights)
        for place, by in moves:
            moved[place] += by
        return chain_cost(moved, target)

    def entry(i: int, j: int) -> Fraction:
        if i == j:
            return cost((i, 1)) - 2 * cost() + cost((i, -1))
        signs = [(a, b) for a in (1, -1) for b in (1, -1)]
        return sum((a * b * cost((i, a), (j, b)) for a, b in signs), Fraction(0)) / 4

    return [[entry(i, j) for j in count] for i in count]


def chain_minima(
    *, layers: int, log_product: Any, target: Any, ratio: Any, minima: int = 12
) -> Quantity:
    """2/λ, the largest over minima of which the balanced one is the last.

    A minimum has random weights but for one, which makes their product the target, whose
    logarithm is ``log_product``.
    """
    count, y, r = integer_at_least(2, layers, "layers"), exact_number(target), exact_number(ratio)
    if r**count != y or abs(math.log(y) - float(log_product)) > 1e-12:
        raise InvalidInputError(
            f"a balanced minimum needs ratio^{count} = target = exp(log_product)"
        )

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        drawn = [abs(random_dyadics(generator, (count - 1,))).tolist() for _ in range(minima)]
        points = [[*weights, y / math.prod(weights)] for weights in drawn] + [[r] * count]
        largest = max(2 / _sharpness(point, y) for point in points)
        found, predicted = up_to_rounding(np.array([largest]), np.array([exact_number(prediction)]))
        return found, predicted

    return ExactQuantity(compare)


def _sharpness(weights: list[Fraction], target: Fraction) -> Fraction:
    """The largest eigenvalue of the Hessian: its trace, after a check that its rank is 1."""
    hessian = curvatures(weights, target)
    places = range(len(weights))
    minors = (
        hessian[i][i] * hessian[j][k] - hessian[i][j] * hessian[i][k]
        for i in places
        for j in places
        for k in places
    )
    if any(minor != 0 for minor in minors):
        raise InvalidInputError("the Hessian at a minimum of a chain has rank 1; this one has not")
    return sum((hessian[i][i] for i in places), Fraction(0))


EXPERIMENTS = tuple(
    Experiment(
        f"the flattest of random minima, L = {depth}, y = {y}",
        chain_minima,
        {"layers": depth, "log_product": log_product, "target": y},
        0.01,
        {"ratio": r},
    )
    for depth, r, y, log_product in (
        (10, 1, 1, 0),
        (2, 3, 9, math.log(9)),
        (5, 0.5, 0.03125, -5 * math.log(2)),
    )
)

WRONG = {
    "L + 1 for L": 2 * mean / ((layers + 1) * target**2),
    "1/λ for 2/λ": mean / (layers * target**2),
    "the target not squared": 2 * mean / (layers * target),
}
