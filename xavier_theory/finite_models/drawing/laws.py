"""Rational laws on a few atoms that have prescribed moments by construction.

The heart: for a rational unit vector q without zeros, the weights p = q**2 turn functions f on the
atoms into vectors f q with E[f g] = <f q, g q>, and the constant 1 into q. A rational orthogonal
matrix whose first column is q (a Householder reflection) therefore gives rational random variables
with mean 0 and variance 1 that are pairwise uncorrelated, and in general dependent and skewed;
rational rotations give all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from flint import fmpq

from xavier_theory.finite_models.arithmetic import (
    ONE,
    ZERO,
    Number,
    dot,
    exact,
    exact_root,
    is_exact,
)
from xavier_theory.finite_models.drawing.choices import POSITIVE, REAL, Choices

Vector = list[Number]

_PARAMETERS = tuple(fmpq(*pair) for pair in ((2, 1), (1, 2), (3, 1), (3, 2), (1, 3), (2, 3)))
_ROTATIONS = tuple(
    (fmpq(*c), fmpq(*s))
    for c, s in (((1, 1), (0, 1)), ((3, 5), (4, 5)), ((12, 13), (5, 13)), ((-4, 5), (3, 5)))
)


def unit_vector(choices: Choices, length: int) -> Vector:
    """A rational vector of length 1 with ``length`` >= 2 entries, none 0 (stereographic)."""
    ends = [choices.one_of(_PARAMETERS) for _ in range(length - 1)]
    square = sum((t * t for t in ends), ZERO)
    if square == 1:
        ends[0] = ends[0] + 1
        square = sum((t * t for t in ends), ZERO)
    return [2 * t / (square + 1) for t in ends] + [(square - 1) / (square + 1)]


def orthonormal_family(q: Vector) -> list[Vector]:
    """Uncorrelated variables with mean 0 and variance 1 on atoms of weight q**2."""
    length = len(q)
    w = [q[0] - 1, *q[1:]]
    norm = dot(w, w)
    columns = []
    for column in range(1, length):
        factor = 2 * w[column] / norm
        columns.append([((row == column) - factor * w[row]) / q[row] for row in range(length)])
    return columns


def rotated(choices: Choices, family: Sequence[Vector]) -> list[Vector]:
    """Another orthonormal family of the same span, by rational rotations and changes of sign."""
    result = [list(vector) for vector in family]
    for place in range(len(result) - 1):
        cos, sin = choices.one_of(_ROTATIONS)
        first, second = result[place], result[place + 1]
        result[place] = [cos * x - sin * y for x, y in zip(first, second, strict=True)]
        result[place + 1] = [sin * x + cos * y for x, y in zip(first, second, strict=True)]
    turn = choices.below(len(result))
    result = result[turn:] + result[:turn]
    return [[-x for x in vector] if choices.below(2) else vector for vector in result]


def any_weights(choices: Choices, length: int) -> Vector:
    """Positive weights with sum 1."""
    parts = [1 + choices.below(4) for _ in range(length)]
    return [exact(part) / sum(parts) for part in parts]


def two_levels(choices: Choices, second_moment: Number) -> tuple[Vector, Vector]:
    """Weights and two different values >= 0 of an R with E[R**2] = ``second_moment`` > 0."""
    quarter = fmpq(isqrt(int(16 * second_moment.p) // int(second_moment.q)), 4)
    if quarter**2 == second_moment:
        low, high = quarter / 2, quarter * choices.one_of((2, 3))
    else:
        low = choices.one_of((quarter, quarter / 2))
        high = quarter + fmpq(1, choices.one_of((2, 4, 1)))
        high = high if high**2 > second_moment else quarter + ONE
    chance = (high**2 - second_moment) / (high**2 - low**2)
    return [chance, 1 - chance], [low, high]


def root(value: Number) -> Number | None:
    """The rational square root of a rational, if it has one."""
    return exact_root(value, 2) if is_exact(value) and value >= 0 else None


def any_values(choices: Choices, length: int, positive: bool = False) -> Vector:
    """Values of a member that nothing constrains; not constant when there are two atoms or more."""
    values = [choices.one_of(POSITIVE if positive else REAL) for _ in range(length)]
    if length > 1 and len(set(values)) == 1:
        values[-1] = values[-1] + 1
    return values


def mean_and_scale(choices: Choices, square_root: Number) -> tuple[Number, Number]:
    """A mean m and a scale s >= 0 with m**2 + s**2 = ``square_root``**2."""
    t = choices.one_of((fmpq(1, 2), fmpq(-1, 3), ZERO, fmpq(2, 3)))
    return square_root * 2 * t / (1 + t * t), square_root * (1 - t * t) / (1 + t * t)
