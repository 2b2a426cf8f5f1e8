"""A matrix of any law that is never held: its tiles are drawn again for every query.

Tile (i, j) covers 256 rows and 1024 columns, and has its own seed, so W v and Wᵀ u see the same W,
and W does not depend on who asks, in what order, or with how much memory. A query costs as much
time as drawing the matrix; ask for many columns at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law, law
from xavier_theory.monte_carlo.layers.dense import drawn_weights
from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_variance,
)

__all__ = ["TILE_BYTES", "StreamedDenseLayer"]

_ROWS, _COLUMNS = 256, 1024
_TEMPORARIES = 4  # float64 arrays of a tile's size that a law needs while it draws
TILE_BYTES = _ROWS * _COLUMNS * 8 * _TEMPORARIES
"""What a layer holds at most, apart from questions and answers: one tile being drawn."""


class StreamedDenseLayer(SampledLayer):
    """W of shape ``(fan_out, fan_in)`` with independent entries of a law, drawn anew when asked.

    ``seed`` is a ``SeedSequence`` of its own (``spawn`` one for each layer). ``max_bytes`` is the
    memory that it may hold; less than one tile needs (``TILE_BYTES``) is an
    ``InvalidInputError``, a law's unknown name an ``UnknownNameError``.
    """

    def __init__(
        self,
        seed: np.random.SeedSequence,
        shape: tuple[int, int],
        variance: float,
        dtype: DTypeLike = np.float64,
        weight_law: str | Law = "uniform",
        max_bytes: int = TILE_BYTES,
    ) -> None:
        super().__init__(shape, dtype)
        if not max_bytes >= TILE_BYTES:
            raise InvalidInputError(
                f"a streamed layer holds up to {TILE_BYTES} bytes, max_bytes is {max_bytes!r}"
            )
        self.variance = checked_variance(variance)
        self.law = law(weight_law) if isinstance(weight_law, str) else weight_law
        self._seed = seed

    def tiles(self) -> Iterator[tuple[slice, slice, Array]]:
        """Rows, columns and weights of every tile: together they are W."""
        fan_out, fan_in = self.shape
        across = -(-fan_in // _COLUMNS)
        for top in range(0, fan_out, _ROWS):
            rows = slice(top, min(top + _ROWS, fan_out))
            for left in range(0, fan_in, _COLUMNS):
                columns = slice(left, min(left + _COLUMNS, fan_in))
                number = (top // _ROWS) * across + left // _COLUMNS
                yield rows, columns, self._tile(number, rows, columns)

    def _tile(self, number: int, rows: slice, columns: slice) -> Array:
        # What the seed's spawn() would give as child ``number``, without the children before it.
        child = np.random.SeedSequence(
            self._seed.entropy,
            spawn_key=(*self._seed.spawn_key, number),
            pool_size=self._seed.pool_size,
        )
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        generator = np.random.default_rng(child)
        return drawn_weights(generator, shape, self.variance, self.law, self.dtype)

    def _matmat(self, columns: Array) -> Array:
        answer = np.zeros((self.shape[0], columns.shape[1]), self.dtype)
        for rows, across, weights in self.tiles():
            answer[rows] += weights @ columns[across]
        return answer

    def _rmatmat(self, columns: Array) -> Array:
        answer = np.zeros((self.shape[1], columns.shape[1]), self.dtype)
        for rows, across, weights in self.tiles():
            answer[across] += weights.T @ columns[rows]
        return answer
