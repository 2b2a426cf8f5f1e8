"""One input forward and one gradient back, through fresh Gaussian layers: O(nL), in place.

This is ``deferred_gaussian`` with one query from each side of every layer, written out. Notation:
W^[l] has entries N(0, v^[l]), s = √v; a is a^[l-1], z = W a, δ = ∂J/∂z^[l]. With fresh normal
vectors g,

    z = s‖a‖ g,    ∂J/∂a = Wᵀ δ = s‖δ‖ g + a·(zᵀδ − s‖δ‖ aᵀg)/‖a‖².

Only z is kept; a = φ(z) is computed again on the way back. The work goes in blocks that stay in the
processor's cache. Nothing overflows: gradients are kept in units of s‖δ‖, and for homogeneous φ
signals in units of s‖a‖ too, with the units apart.

Arrays are ``(width,)`` for one network, ``(networks, width)`` for several, and sums over units are
floats or ``(networks,)`` accordingly: for one narrow network floats are what makes it quick. The
normals are drawn in the order in which layers asked one after the other would draw them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers.interface import Array
from xavier_theory.monte_carlo.layers.kernels import Kernel
from xavier_theory.monte_carlo.layers.moments import NetworkMoments
from xavier_theory.monte_carlo.layers.row_sums import (
    Sums,
    all_equal,
    positive,
    ratio,
    row_products,
)

__all__ = ["BLOCK", "OnePass"]

BLOCK = 2**14
"""Entries of a buffer that is worked on at once: a few such buffers fit a core's cache."""

_SMALLEST = 1e3  # times the least normal float: a signal below it loses digits


class OnePass:
    """Forward and backward passes of ``networks`` networks at once, each with weights of its own.

    ``widths`` are n^[0..L], ``variances`` v^[1..L] (not negative), ``x`` the input, ``(n0,)``.
    All of it is checked by the caller. A signal that leaves the range of ``x.dtype`` raises
    ``InvalidInputError`` with its layer.
    """

    def __init__(
        self,
        generator: np.random.Generator,
        widths: Sequence[int],
        variances: Sequence[float],
        kernel: Kernel,
        x: Array,
        networks: int,
    ) -> None:
        self._generator, self._kernel = generator, kernel
        self._widths = tuple(widths)
        self._deviations = [float(s) for s in np.sqrt(np.asarray(variances, float))]
        self._networks, self._dtype = networks, x.dtype
        self._x = x if networks == 1 else np.broadcast_to(x, (networks, len(x)))
        top = max(self._widths)
        self._scratch = np.empty(networks * (min(BLOCK, top) if networks == 1 else top), x.dtype)
        self._z: list[Array] = []
        self._inner: list[Sums] = []  # ‖z^[l]‖² for l = 1..L, in its unit
        self._outer: list[Sums] = []  # ‖a^[l]‖² for l = 0..L, in its unit
        self._lengths: list[Sums] = []  # s‖a^[l-1]‖ for l = 1..L, in the unit of a^[l-1]

    def run(self, backward: bool) -> NetworkMoments:
        """Forward, and back from independent N(0, 1) gradients ∂J/∂a^[L] when ``backward``."""
        with np.errstate(over="ignore", invalid="ignore"):  # _check_range finds the layer
            self._forward(keep=backward)
        lengths = self._rows(self._lengths)
        self._check_range(lengths)
        units = np.zeros((len(self._widths), self._networks))
        if self._kernel.homogeneous:
            units[1:] = np.cumsum(_log(lengths, at_zero=0.0), axis=0)
        outer = _log(self._rows(self._outer)) + 2 * units
        inner = _log(self._rows(self._inner)) + 2 * units[1:]
        gradient = self._backward() if backward else None
        return NetworkMoments(
            self._per_unit(outer, self._widths),
            self._per_unit(inner, self._widths[1:]),
            None if gradient is None else self._per_unit(gradient, self._widths),
        )

    def _forward(self, keep: bool) -> None:
        """Sample z^[1..L], kept if asked."""
        self._outer.append(row_products(self._x, self._x))
        room = np.empty(0 if keep else self._networks * max(self._widths[1:]), self._dtype)
        for width, deviation in zip(self._widths[1:], self._deviations, strict=True):
            fresh = np.empty(self._networks * width, self._dtype) if keep else room
            z = self._view(fresh, width)
            self._enter(z, deviation * self._outer[-1] ** 0.5)
            if keep:
                self._z.append(z)

    def _enter(self, z: Array, length: Sums) -> None:
        """Sample ``length``·g into ``z``, or g where that is the unit, and note the norms."""
        self._lengths.append(length)
        # A dead signal stays dead also where the unit is its length.
        factor = positive(length) if self._kernel.homogeneous else length
        is_one = all_equal(factor, 1.0)
        inner, outer = 0.0 * length, 0.0 * length
        for part in self._blocks(z.shape[-1]):
            piece, a = z[..., part], self._buffer(part)
            self._fill(piece)
            if not is_one:
                piece *= self._column(factor)
            self._kernel.apply(piece, a)
            inner = inner + row_products(piece, piece)
            outer = outer + row_products(a, a)
        self._inner.append(inner)
        self._outer.append(outer)

    def _backward(self) -> NDArray[np.float64]:
        """log ‖∂J/∂a^[l]‖² for l = 0..L, after ``_forward``: ``(L + 1, networks)``."""
        depth, top = len(self._z), max(self._widths)
        buffers = np.empty((2, self._networks * top), self._dtype)
        squares: list[Sums] = []
        lengths: list[Sums] = []
        still, growth = positive(self._outer[0] + 1), 0.0 * self._outer[0]
        delta, along = growth, growth
        for layer in range(depth, -1, -1):
            g, a = (self._view(buffer, self._widths[layer]) for buffer in buffers)
            across = self._draw_gradient(layer, g, a)
            if layer < depth:
                lengths.append(self._deviations[layer] * delta**0.5)
                still, growth = self._coefficients(layer, across, lengths[-1], along)
            square, delta, along = self._mix(layer, g, a, still, growth)
            squares.append(square)
            if layer:
                self._z.pop()  # it has done its work: give the memory back as we go
        logs = _log(self._rows(squares))
        logs[1:] += 2 * np.cumsum(_log(self._rows(lengths), at_zero=0.0), axis=0)
        return logs[::-1]

    def _draw_gradient(self, layer: int, g: Array, a: Array) -> Sums:
        """Fresh normals into ``g`` and a^[layer] into ``a``; returns aᵀg."""
        across: Sums = 0.0
        for part in self._blocks(g.shape[-1]):
            fresh, piece = g[..., part], a[..., part]
            self._fill(fresh)
            if layer:
                self._kernel.apply(self._z[layer - 1][..., part], piece)
            else:
                piece[...] = self._x[..., part]
            across = across + row_products(piece, fresh)
        return across

    def _coefficients(
        self, layer: int, across: Sums, length: Sums, along: Sums
    ) -> tuple[Sums, Sums]:
        """Of g and of a in ∂J/∂a^[layer], in units of s‖δ‖: 1 and (zᵀδ/(s‖δ‖) − aᵀg)/‖a‖².

        Both are 0 where δ is; the second is 0 where a is. A homogeneous φ has z in its own unit.
        """
        ahead = along * self._lengths[layer] if self._kernel.homogeneous else along
        still = positive(length)
        return still, still * ratio(ratio(ahead, length) - across, self._outer[layer])

    def _mix(
        self, layer: int, g: Array, a: Array, still: Sums, growth: Sums
    ) -> tuple[Sums, Sums, Sums]:
        """u = still·g + growth·a, then δ = φ'(z)∘u: returns ‖u‖², ‖δ‖² and zᵀδ."""
        square, delta, along = 0.0 * still, 0.0 * still, 0.0 * still
        all_alive, nothing_added = all_equal(still, 1.0), all_equal(growth, 0.0)
        for part in self._blocks(g.shape[-1]):
            u, piece, scratch = g[..., part], a[..., part], self._buffer(part)
            if not all_alive:
                u *= self._column(still)
            if not nothing_added:
                np.multiply(piece, self._column(growth), out=scratch)
                u += scratch
            square = square + row_products(u, u)
            if layer:
                z = self._z[layer - 1][..., part]
                self._kernel.pull(z, piece, u, scratch)
                delta = delta + row_products(u, u)
                along = along + row_products(z, u)
        return square, delta, along

    def _check_range(self, lengths: NDArray[np.float64]) -> None:
        """Refuse a run in which a signal left the range of its dtype, naming the first layer."""
        sums = self._rows(self._inner) + self._rows(self._outer[1:])
        small = (lengths > 0) & (lengths < _SMALLEST * float(np.finfo(self._dtype).tiny))
        wrong = np.flatnonzero((~np.isfinite(sums) | ~np.isfinite(lengths) | small).any(axis=1))
        if len(wrong):
            better = "larger" if small[wrong[0]].any() else "smaller"
            raise InvalidInputError(
                f"the signal leaves the range of {self._dtype} at layer {wrong[0] + 1}; "
                f"take {better} weights, or dtype float64"
            )

    def _fill(self, block: Array) -> None:
        self._generator.standard_normal(out=block, dtype=self._dtype.type)

    def _column(self, sums: Sums) -> Array | np.floating:
        """A factor for each network, to multiply its units by."""
        if isinstance(sums, float):
            return self._dtype.type(sums)
        return sums[:, None].astype(self._dtype)

    def _view(self, buffer: Array, width: int) -> Array:
        if self._networks == 1:
            return buffer[:width]
        return buffer[: self._networks * width].reshape(self._networks, width)

    def _buffer(self, part: slice) -> Array:
        return self._view(self._scratch, part.stop - part.start)

    def _blocks(self, width: int) -> Iterator[slice]:
        """All columns at once when there are several networks: the rows must stay whole."""
        step = BLOCK if self._networks == 1 else width
        for start in range(0, width, step):
            yield slice(start, min(start + step, width))

    def _rows(self, sums: Sequence[Sums]) -> NDArray[np.float64]:
        """One row for each layer: ``(len(sums), networks)``."""
        return np.array(sums, dtype=float).reshape(len(sums), self._networks)

    def _per_unit(self, logs: NDArray[np.float64], widths: Sequence[int]) -> NDArray[np.float64]:
        """log of the mean square, networks first and one input last."""
        return (logs - np.log(np.asarray(widths, float))[:, None]).T[:, :, None]


def _log(values: NDArray[np.float64], at_zero: float = -np.inf) -> NDArray[np.float64]:
    return np.log(values, out=np.full_like(values, at_zero), where=values > 0)
