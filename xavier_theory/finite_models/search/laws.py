"""All rational laws of one block of dependent members, in a fixed order, with bounded height.

The *height* of a rational number in lowest terms is the larger of its numerator's size and its
denominator; there are finitely many numbers of each height. Numbers come in the order 0, 1, -1, 2,
-2, 1/2, -1/2, 3, -3, 3/2, -3/2, 1/3, …: by height, then the larger denominator last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from math import gcd

from flint import fmpq

from xavier_theory.finite_models.arithmetic import ONE, ZERO, Number, dot

Row = tuple[Number, ...]


def height(number: Number) -> int:
    """The larger of the numerator's size and the denominator; 1 for 0."""
    return max(abs(int(number.p)), int(number.q))


@lru_cache
def numbers(most: int) -> tuple[Number, ...]:
    """All rationals of height <= ``most``, simplest first."""
    found = [(0, 1)]
    for size in range(1, most + 1):
        pairs = [(size, q) for q in range(1, size + 1)] + [(p, size) for p in range(1, size)]
        for p, q in sorted({pair for pair in pairs if gcd(*pair) == 1}, key=lambda x: x[::-1]):
            found += [(p, q), (-p, q)]
    return tuple(fmpq(*pair) for pair in found)


@lru_cache
def weightings(atoms: int, most: int) -> tuple[Row, ...]:
    """All ways to give ``atoms`` atoms positive probabilities of height <= ``most``."""
    choices = [number for number in numbers(most) if 0 < number <= 1]

    def extended(count: int, left: Number) -> Iterator[Row]:
        if count == 1:
            if left > 0 and height(left) <= most:
                yield (left,)
            return
        for first in choices:
            if first < left:
                yield from ((first, *rest) for rest in extended(count - 1, left - first))

    return tuple(extended(atoms, ONE))


@dataclass(frozen=True)
class Law:
    """Probabilities of a block's atoms, and each member's values there."""

    weights: Row
    rows: tuple[Row, ...]
    height: int


Suits = Callable[[Row, tuple[Row, ...]], bool]
"""Whether the rows of a block's first members, given the weights, can be part of a law."""

Place = tuple[int, ...]
"""A row by the places of its numbers in the list of numbers."""


@lru_cache(maxsize=4096)
def _rows(weights: Row, most: int, centred: bool, symmetric: bool) -> tuple[tuple[Place, Row], ...]:
    """The values that a member may take on the atoms, simplest first."""
    everything = numbers(most)
    places = {(int(x.p), int(x.q)): place for place, x in enumerate(everything)}
    found: Iterator[Row] = product(everything, repeat=len(weights))
    if centred or symmetric:  # a symmetric law has mean 0
        found = _centred_rows(weights, most)
    return tuple(
        (tuple(places[int(x.p), int(x.q)] for x in row), row)
        for row in found
        if not symmetric or _is_symmetric(weights, row)
    )


def _centred_rows(weights: Row, most: int) -> Iterator[Row]:
    """Rows of mean 0: the last value follows from the others."""
    *others, last = weights
    for start in product(numbers(most), repeat=len(others)):
        end = -dot(others, start) / last
        if height(end) <= most:
            yield (*start, end)


def _is_symmetric(weights: Row, row: Row) -> bool:
    law: dict[Number, Number] = {}
    for weight, value in zip(weights, row, strict=True):
        law[value] = law.get(value, ZERO) + weight
    return all(law.get(-value, ZERO) == weight for value, weight in law.items())


def laws(
    atoms: int, most: int, centred: Sequence[bool], symmetric: Sequence[bool], suits: Suits
) -> Iterator[Law]:
    """Every law of ``len(centred)`` members on ``atoms`` atoms of height <= ``most``, once.

    Atoms are different from each other and in the order of the members' values there, so that no
    law comes twice under another naming of its atoms. ``centred`` and ``symmetric`` say of which
    members the mean is 0, or the law symmetric; ``suits`` decides about the rest, member by member.
    """
    for weights in weightings(atoms, most):
        options = [_rows(weights, most, *flags) for flags in zip(centred, symmetric, strict=True)]
        for rows in _ordered(weights, options, suits, (), (False,) * (atoms - 1)):
            largest = max(map(height, [*weights, *(x for row in rows for x in row)]))
            yield Law(weights, rows, largest)


def _ordered(
    weights: Row,
    options: Sequence[tuple[tuple[Place, Row], ...]],
    suits: Suits,
    rows: tuple[Row, ...],
    apart: tuple[bool, ...],
) -> Iterator[tuple[Row, ...]]:
    """``rows`` and one row of each of the other ``options``, such that the columns increase.

    ``apart`` says which neighbouring columns ``rows`` have put in order already.
    """
    if len(rows) == len(options):
        if all(apart):
            yield rows
        return
    for places, row in options[len(rows)]:
        pairs = list(zip(apart, pairwise(places), strict=True))
        if all(done or x <= y for done, (x, y) in pairs) and suits(weights, (*rows, row)):
            now = tuple(done or x < y for done, (x, y) in pairs)
            yield from _ordered(weights, options, suits, (*rows, row), now)
