"""Orthonormal vectors found one after the other, and how a new vector splits along them.

Notation: the rows q_1..q_k of ``Q`` are orthonormal in R^n. A vector v ≠ 0 is
v = ‖v‖(Σ c_i q_i + rest·q) with q ⊥ all q_i and ‖q‖ = 1. Orthogonality is kept to rounding by
projecting twice, which is enough unless v lies in the span numerically (Giraud, Langou, Rozložník
& van den Eshof 2005, theorem 2); such a v has no q.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from xavier_theory.monte_carlo.layers.interface import Array

__all__ = ["GrowingRows", "Split", "length_of", "project_out", "split"]

_SPAN = 64.0
"""A vector is in the span when what is left of it is below this many roundings of its length."""


class GrowingRows:
    """Rows of one length in one array that doubles when it is full."""

    def __init__(self, length: int, dtype: np.dtype[np.floating]) -> None:
        self._store: Array = np.empty((0, length), dtype)
        self.count = 0

    @property
    def rows(self) -> Array:
        """The rows so far, ``(count, length)``: a view."""
        return self._store[: self.count]

    def append(self, row: Array) -> None:
        """Add a copy of ``row``, of shape ``(length,)``."""
        if self.count == len(self._store):
            room = np.empty((max(1, 2 * self.count), self._store.shape[1]), self._store.dtype)
            room[: self.count] = self._store
            self._store = room
        self._store[self.count] = row
        self.count += 1


@dataclass(frozen=True, eq=False)
class Split:
    """v = ``norm``·(``along`` @ Q + ``rest``·``direction``); no direction: v is in the span.

    ``along`` has shape ``(k,)``; ``direction`` has shape ``(n,)`` or is None, with ``rest`` 0.
    """

    norm: float
    along: Array
    rest: float
    direction: Array | None


def length_of(vector: Array) -> float:
    """‖v‖ without overflow or underflow of the squares."""
    with np.errstate(over="ignore"):  # done again below
        square = float(vector @ vector)
    if 1e-20 < square < 1e30:  # far inside float32's range, so that no term was lost
        return math.sqrt(square)
    largest = float(np.max(np.abs(vector)))
    if largest == 0.0:
        return 0.0
    scaled = vector / np.asarray(largest, vector.dtype)
    return largest * math.sqrt(float(scaled @ scaled))


def project_out(vector: Array, basis: Array) -> Array:
    """(I − QᵀQ) v for orthonormal rows ``basis`` Q, in place and twice; returns the coefficients.

    ``vector`` has shape ``(n,)``, ``basis`` ``(k, n)``; the coefficients Q v have shape ``(k,)``.
    """
    along = basis @ vector
    if len(basis):
        vector -= along @ basis
        again = basis @ vector
        vector -= again @ basis
        along += again
    return along


def split(vector: Array, basis: Array) -> Split:
    """Split ``vector`` of shape ``(n,)`` along the orthonormal rows of ``basis``, ``(k, n)``."""
    norm = length_of(vector)
    if norm == 0.0:
        return Split(0.0, np.zeros(len(basis), vector.dtype), 0.0, None)
    unit = vector if 1e-30 < norm < 1e30 else vector / np.max(np.abs(vector))
    unit = unit / np.asarray(length_of(unit), vector.dtype)
    along = project_out(unit, basis)
    rest = length_of(unit)
    whole = len(basis) == len(vector)
    if whole or rest <= _SPAN * float(np.finfo(vector.dtype).eps):
        return Split(norm, along, 0.0, None)
    unit /= np.asarray(rest, vector.dtype)
    return Split(norm, along, rest, unit)
