"""Convolutions that are drawn whole, forward and backward.

What goes in are maps of fixed squares, ±1 everywhere: each channel has one random sign for its
whole map, + with probability 3/4, so that neighbouring positions are equal and the mean is not 0.
Given them a pre-activation is a sum of independent weights of one law with signs, whose square has
the relative variance κ_z − 1 <= max(2, κ − 1), κ the kurtosis of the weights. Means over several
units, independent given the maps, divide that by their number; means over positions do not raise
it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xavier_theory.monte_carlo.laws import Law

__all__ = ["backward", "forward", "maps_of_signs", "relative_variance"]


def relative_variance(weights: Law, units: int) -> float:
    """A bound on that of the mean of the squares of ``units`` pre-activations."""
    return max(2.0, float(weights.kurtosis) - 1.0) / units


def maps_of_signs(
    generator: np.random.Generator, count: int, channels: int, side: int
) -> NDArray[np.float64]:
    """Shape ``(count, channels, side, side)``."""
    signs = np.where(generator.random((count, channels, 1, 1)) < 0.75, 1.0, -1.0)
    return np.broadcast_to(signs, (count, channels, side, side)).copy()


def forward(
    maps: NDArray[np.float64],
    kernels: NDArray[np.float64],
    *,
    padding: int = 0,
    stride: int = 1,
    dilation: int = 1,
) -> NDArray[np.float64]:
    """A convolution of each network's maps with its own kernels, and zeros outside.

    ``maps``: ``(count, channels, side, side)``; ``kernels``: ``(count, units, channels, k, k)``;
    returns ``(count, units, positions, positions)``.
    """
    reach = dilation * (kernels.shape[-1] - 1) + 1
    ends = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(maps, ends), (reach, reach), axis=(2, 3)
    )
    taken = windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
    found: NDArray[np.float64] = np.einsum("ncyxab,nucab->nuyx", taken, kernels, optimize=True)
    return found


def backward(
    gradients: NDArray[np.float64], kernels: NDArray[np.float64], *, stride: int
) -> NDArray[np.float64]:
    """The gradient of the maps, on a ring of ``stride`` times as many pixels as positions.

    ``gradients``: ``(count, units, positions, positions)``; ``kernels`` as in ``forward``; returns
    ``(count, channels, pixels, pixels)``. Position s covers the pixels s·stride, s·stride + 1, …
    """
    count, _, positions, _ = gradients.shape
    pixels, side = positions * stride, kernels.shape[-1]
    found = np.zeros((count, kernels.shape[2], pixels, pixels))
    starts = np.arange(positions) * stride
    for down in range(side):
        for right in range(side):
            rows, columns = (starts + down) % pixels, (starts + right) % pixels
            share = np.einsum("nuyx,nuc->ncyx", gradients, kernels[..., down, right], optimize=True)
            found[:, :, rows[:, None], columns] += share
    return found
