"""A convolution as a sampled layer: its kernels are drawn again for every query, never all held.

Images have c channels of h × w pixels; as a column a channel comes after the other, row by row. The
k × k kernels (k odd) are centred on their pixel and see zeros beyond the border, so that
W[(o, p), (c, p + d)] = K[o, c, d]: entries repeat along the diagonals of blocks and are not
independent, but each pixel's outgoing and incoming kernels are. fan_in of a pixel away from the
border is c k².

The kernels of every output channel have a seed of their own: W v and Wᵀ u see the same W, and W
does not depend on who asks, in what order, or with how much memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import DTypeLike

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law, law
from xavier_theory.monte_carlo.layers.dense import drawn_weights
from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_variance,
)
from xavier_theory.monte_carlo.layers.streamed import TILE_BYTES

__all__ = ["ConvolutionLayer"]

_TEMPORARIES = 4  # float64 arrays of the kernels' size that a law needs while it draws


class ConvolutionLayer(SampledLayer):
    """The convolution of ``channels`` = (out, in) on images of ``image`` = (h, w) pixels.

    Its shape is ``(out·h·w, in·h·w)``. ``size`` is k, odd; ``seed`` a ``SeedSequence`` of its own.
    A layer holds at most ``max_bytes`` of kernels, apart from questions and answers; less than the
    kernels of one output channel need is an ``InvalidInputError``, as are sizes below 1, an even k,
    and a negative variance. A law's unknown name is an ``UnknownNameError``.
    """

    def __init__(
        self,
        seed: np.random.SeedSequence,
        channels: tuple[int, int],
        image: tuple[int, int],
        size: int,
        variance: float,
        dtype: DTypeLike = np.float64,
        weight_law: str | Law = "normal",
        max_bytes: int = TILE_BYTES,
    ) -> None:
        out, into = (integer_at_least(1, number, "a number of channels") for number in channels)
        high, wide = (integer_at_least(1, number, "a side of the image") for number in image)
        super().__init__((out * high * wide, into * high * wide), dtype)
        self.size = integer_at_least(1, size, "the kernel's size")
        if self.size % 2 == 0:
            raise InvalidInputError(f"a centred kernel has an odd size, got {size}")
        self.channels, self.image = (out, into), (high, wide)
        self.variance = checked_variance(variance)
        self.law = law(weight_law) if isinstance(weight_law, str) else weight_law
        one = into * self.size**2 * 8 * _TEMPORARIES
        if not max_bytes >= one:
            raise InvalidInputError(
                f"the kernels of one output channel take up to {one} bytes, "
                f"max_bytes is {max_bytes!r}"
            )
        self._held = min(out, int(max_bytes // one))
        self._seed = seed

    def kernels(self) -> Iterator[tuple[slice, Array]]:
        """Output channels and their kernels ``(channels, in, k, k)``, some at a time."""
        out = self.channels[0]
        for start in range(0, out, self._held):
            rows = slice(start, min(start + self._held, out))
            yield rows, np.stack([self._kernel(row) for row in range(rows.start, rows.stop)])

    def _kernel(self, channel: int) -> Array:
        # What the seed's spawn() would give as child ``channel``, without the children before it.
        child = np.random.SeedSequence(
            self._seed.entropy,
            spawn_key=(*self._seed.spawn_key, channel),
            pool_size=self._seed.pool_size,
        )
        shape = (self.channels[1], self.size**2)
        weights = drawn_weights(
            np.random.default_rng(child), shape, self.variance, self.law, self.dtype
        )
        return weights.reshape(self.channels[1], self.size, self.size)

    def _matmat(self, columns: Array) -> Array:
        (out, into), (high, wide), reach = self.channels, self.image, self.size // 2
        border = ((0, 0), (reach, reach), (reach, reach), (0, 0))
        padded = np.pad(columns.reshape(into, high, wide, -1), border)
        answer = np.zeros((out, high, wide, columns.shape[1]), self.dtype)
        for rows, kernels in self.kernels():
            for down, across in np.ndindex(self.size, self.size):
                seen = padded[:, down : down + high, across : across + wide]
                answer[rows] += np.tensordot(kernels[:, :, down, across], seen, axes=1)
        return answer.reshape(self.shape[0], -1)

    def _rmatmat(self, columns: Array) -> Array:
        (out, into), (high, wide), reach = self.channels, self.image, self.size // 2
        above = columns.reshape(out, high, wide, -1)
        sides = (high + 2 * reach, wide + 2 * reach)
        answer = np.zeros((into, *sides, columns.shape[1]), self.dtype)
        for rows, kernels in self.kernels():
            for down, across in np.ndindex(self.size, self.size):
                part = np.tensordot(kernels[:, :, down, across].T, above[rows], axes=1)
                answer[:, down : down + high, across : across + wide] += part
        inside = answer[:, reach : reach + high, reach : reach + wide]
        return np.ascontiguousarray(inside).reshape(self.shape[1], -1)
