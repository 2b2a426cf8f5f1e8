"""How `orthogonal-norm` is sampled, and which wrong formulas the checks must refute.

Nothing is estimated: matrices are products of two reflections at rational vectors, and so are
orthogonal without rounding; what is found is compared up to the rounding of the prediction.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.orthogonal_norm.proof import depth, gain

_DRAWS = 20
_WIDTH = 5

Vector = list[Fraction]


def _dot(left: Vector, right: Vector) -> Fraction:
    return sum((x * y for x, y in zip(left, right, strict=True)), Fraction(0))


def _drawn(generator: np.random.Generator) -> Vector:
    """A vector of small whole numbers that is not 0."""
    return [Fraction(int(k)) for k in (*generator.integers(-3, 4, _WIDTH - 1), 1)]


def _rotated(generator: np.random.Generator, x: Vector) -> Vector:
    """Two reflections of ``x``, at random vectors."""
    for _ in range(2):
        mirror = _drawn(generator)
        twice = 2 * _dot(mirror, x) / _dot(mirror, mirror)
        x = [a - twice * m for a, m in zip(x, mirror, strict=True)]
    return x


def growth_of_length(*, depth: int, gain: Any) -> Quantity:
    """‖x^[L]‖²/‖x^[0]‖² behind ``depth`` rotations times the gain, for signals of any length."""
    layers, factor = integer_at_least(0, depth, "depth"), exact_number(gain)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[object, object]:
        found = []
        for _ in range(_DRAWS):
            start = _drawn(generator)
            x = start
            for _ in range(layers):
                x = [factor * a for a in _rotated(generator, x)]
            found.append(_dot(x, x) / _dot(start, start))
        return up_to_rounding(np.array(found), np.array([exact_number(prediction)] * _DRAWS))

    return ExactQuantity(compare)


EXPERIMENTS = (
    Experiment("eight rotations", growth_of_length, {"depth": 8, "gain": 1}, 0.01),
    Experiment(
        "four rotations, gain 3/2", growth_of_length, {"depth": 4, "gain": Rational(3, 2)}, 0.01
    ),
)

WRONG = {
    "the gain for its square": gain**depth,
    "one layer too many": gain ** (2 * depth + 2),
    "a random matrix's gain": (gain**2 * Rational(1, 2)) ** depth,
}
