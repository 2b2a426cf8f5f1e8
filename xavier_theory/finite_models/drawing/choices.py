"""A stream of small choices read from bytes, so that one draw of Hypothesis makes a whole model.

Zeros give the simplest choice everywhere; that is where Hypothesis shrinks to. When the bytes run
out, a generator seeded with them goes on (zeros after zeros).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from flint import fmpq

from xavier_theory.finite_models.arithmetic import Number, exact

T = TypeVar("T")

LENGTH = 192
"""How many bytes Hypothesis draws for a model."""

SQUARE_ROOTS = tuple(
    fmpq(*pair) for pair in ((1, 1), (2, 1), (1, 2), (3, 2), (3, 1), (2, 3), (5, 2), (1, 3))
)
POSITIVE = tuple(
    fmpq(*pair)
    for pair in (
        (1, 1),
        (2, 1),
        (1, 2),
        (3, 1),
        (3, 2),
        (1, 3),
        (2, 3),
        (5, 2),
        (5, 3),
        (4, 1),
        (7, 4),
        (1, 5),
    )
)
REAL = tuple(
    fmpq(*pair)
    for pair in (
        *((1, 1), (-1, 1), (2, 1), (-2, 1), (0, 1), (1, 2)),
        *((-1, 2), (3, 1), (-3, 1), (3, 2), (-1, 3), (2, 3)),
    )
)


class Choices:
    """Choices read off ``data``, one byte each."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0
        self._more = random.Random(data) if any(data) else None

    def below(self, bound: int) -> int:
        """A whole number in 0..bound-1 (bound <= 256); 0 is the simplest."""
        if self._place < len(self._data):
            byte = self._data[self._place]
            self._place += 1
        else:
            byte = self._more.randrange(256) if self._more is not None else 0
        return byte % bound

    def one_of(self, items: Sequence[T]) -> T:
        """One of ``items``; the first is the simplest."""
        return items[self.below(len(items))]

    def number(self, domain: str) -> Number:
        """A value in the domain of a scalar."""
        if domain in ("natural", "width"):
            return exact(self.below(3) + (domain == "width"))
        return self.one_of(REAL if domain == "real" else POSITIVE)
