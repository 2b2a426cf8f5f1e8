"""A layer after steps of gradient descent: W = W₀ + L Rᵀ, with W₀ of any kind.

A step of gradient descent on B examples adds −η Δ Aᵀ, of rank B at most. So a layer that was never
drawn in full can be trained: W v = W₀ v + L (Rᵀ v), and W₀ answers what it is asked, in law like a
matrix drawn beforehand. Each step adds B columns to L and R: memory O((fan_out + fan_in)·rank).
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers.interface import Array, SampledLayer
from xavier_theory.monte_carlo.layers.subspaces import GrowingRows

__all__ = ["UpdatedLayer"]


class UpdatedLayer(SampledLayer):
    """W₀ + L Rᵀ for a layer W₀ = ``initial``; at first L and R have no columns.

    Closing it closes W₀.
    """

    def __init__(self, initial: SampledLayer) -> None:
        super().__init__(initial.shape, initial.dtype)
        self.initial = initial
        self._left = GrowingRows(self.shape[0], self.dtype)
        self._right = GrowingRows(self.shape[1], self.dtype)

    @property
    def rank(self) -> int:
        """The number of columns of L and R: a bound on the rank of what was added."""
        return self._left.count

    def add(self, left: ArrayLike, right: ArrayLike) -> None:
        """Add left rightᵀ, for ``left`` of shape ``(fan_out, B)`` and ``right`` ``(fan_in, B)``.

        Raises ``InvalidInputError`` like a query, and for different numbers of columns.
        """
        first = self._checked("an update's left side", left, self.shape[0], (2,))
        second = self._checked("an update's right side", right, self.shape[1], (2,))
        if first.shape[1] != second.shape[1]:
            raise InvalidInputError(
                f"an update needs as many left as right columns, got {first.shape[1]} "
                f"and {second.shape[1]}"
            )
        for column in range(first.shape[1]):
            self._left.append(first[:, column])
            self._right.append(second[:, column])

    def _matmat(self, columns: Array) -> Array:
        answer = self.initial.matmat(columns)
        if self.rank:
            answer += self._left.rows.T @ (self._right.rows @ columns)
        return answer

    def _rmatmat(self, columns: Array) -> Array:
        answer = self.initial.rmatmat(columns)
        if self.rank:
            answer += self._right.rows.T @ (self._left.rows @ columns)
        return answer

    def _release(self) -> None:
        self._left = GrowingRows(self.shape[0], self.dtype)
        self._right = GrowingRows(self.shape[1], self.dtype)
        self.initial.close()
