"""Samplers of the theorems on gradient descent: everything follows in fractions or balls."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx

from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.chains import random_dyadics
from xavier_theory.monte_carlo.descending_chains import (
    common_weight,
    curvatures,
    last_layer_errors,
    two_layers,
)
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number

__all__ = ["chain_descent", "chain_minima", "chain_plateau", "two_layer_cycle"]

_ROUNDING = Fraction(1, 2**45)
"""Relative: a prediction is a float, computed from the theorem's formula at higher precision."""


def chain_descent(
    *, factor: Any, hidden_layers: int, signal: Any, step_size: Any, steps: int
) -> Quantity:
    """e_t for a random last layer behind L − 1 layers of c·I, against the prediction times e_0.

    The two inputs are equal, so that Σ x_i² is ``signal`` for 2k² with a rational k.
    """
    c, energy, rate = (exact_number(value) for value in (factor, signal, step_size))
    side = Fraction(math.isqrt(int(energy / 2)))
    if 2 * side**2 != energy:
        raise InvalidInputError(f"signal must be twice a square, got {signal}")

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        identity = np.array([[Fraction(int(i == j)) for j in range(2)] for i in range(2)], object)
        weights = [c * identity] * hidden_layers + [random_dyadics(generator, (3, 2))]
        x = np.array([[side], [-side]], object)
        errors = last_layer_errors(weights, x, random_dyadics(generator, (3, 1)), rate, steps)
        return _rounded(errors[steps], exact_number(prediction) * errors[0])

    return ExactQuantity(compare)


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
        found, predicted = _rounded(np.array([largest]), np.array([exact_number(prediction)]))
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


def two_layer_cycle(*, p: Any, q: Any, steps: int = 6, odd: bool = False) -> Quantity:
    """u v − y from u = v = p at each even step, or each odd one, against the prediction."""
    first, second = exact_number(p), exact_number(q)
    target, rate = first**2 - first * second + second**2, 1 / (first * second)
    errors = two_layers(first, target, rate, 2 * integer_at_least(1, steps, "steps"))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        found = np.array(errors[int(odd) :: 2], object)
        return _rounded(found, np.full(found.shape, exact_number(prediction), object))

    return ExactQuantity(compare)


def chain_plateau(
    *, layers_beyond_two: int, step_size: Any, target: Any, steps: int, start: Any
) -> Quantity:
    """1/c_0^(L−2) − 1/c_t^(L−2), which the prediction must not fall below.

    The last step's value is what is compared; the start is such that it is near its bound.
    """
    power = integer_at_least(1, layers_beyond_two, "layers_beyond_two")
    weights = common_weight(
        exact_number(start), power + 2, exact_number(target), exact_number(step_size), steps
    )
    with ctx.workprec(200):
        ball = 1 / weights[0] ** power - 1 / weights[-1] ** power
        if not (ball.is_finite() and ball.rad() < 1e-20 and all(c > 0 for c in weights)):
            raise InvalidInputError("this descent leaves the positive weights")
        progress = exact_number(float(ball))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        bound = exact_number(prediction)
        return max(progress, bound), bound

    return ExactQuantity(compare)


def _rounded(found: Any, predicted: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both sides; equal where they differ by no more than a float's rounding."""
    near = abs(found - predicted) <= abs(predicted) * _ROUNDING
    return np.where(near, predicted, found), predicted
