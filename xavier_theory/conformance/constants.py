"""What initializers without randomness should give, written out, and the sparse one's checks."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.conformance.checks import Finding, exactly, judged
from xavier_theory.conformance.distribution import Precision
from xavier_theory.conformance.entries import real_findings
from xavier_theory.conformance.laws import normal

Array = NDArray[np.float64]
VISIBLE = 1e-3  # an error of a computed kernel, relative to its largest entry


def constant_finding(sampled: NDArray[Any], expected: Array, kind: Precision) -> Finding:
    """The largest error over the largest entry, beyond which it is not the documented array."""
    if sampled.shape != expected.shape:
        return exactly("number of axes", len(expected.shape), len(sampled.shape), "another shape")
    largest = max(float(np.max(np.abs(expected))), kind.least)
    off = float(np.max(np.abs(np.asarray(sampled, dtype=complex) - expected))) / largest
    return judged("values", (0.0, kind.slack), off, (off, off), "largest error / largest entry")


def kernel_finding(sampled: NDArray[Any], expected: Array, kind: Precision) -> Finding:
    """The same for a computed kernel, where an error of a thousandth passes in any type."""
    found = constant_finding(sampled, expected, kind)
    return judged("values", (0.0, max(VISIBLE, kind.slack)), found.sampled, found.interval,
                  found.what)  # fmt: skip


def identity(shape: tuple[int, ...], gain: float = 1.0) -> Array:
    """``gain`` on the diagonal."""
    return gain * np.eye(shape[0], shape[1])


def dirac(shape: tuple[int, ...], groups: int = 1) -> Array:
    """A convolution that hands on each group's channels: 1 in the middle of its own kernel.

    ``shape`` is (out, in/groups, *k). Of an even kernel the middle is k/2, as padding k//2 needs.
    """
    expected = np.zeros(shape)
    rows = shape[0] // groups
    middle = tuple(size // 2 for size in shape[2:])
    for group in range(groups):
        for channel in range(min(rows, shape[1])):
            expected[(group * rows + channel, channel, *middle)] = 1.0
    return expected


def stft(shape: tuple[int, ...], side: str) -> Array:
    """Keras' kernels of a short-time Fourier transform, (T, 1, F): a Hann window of unit energy.

    cos or −sin of 2πtf/(2(F − 1)), times the symmetric window sin²(πt/(T − 1)) over √Σ window².
    """
    frames, _, bins = shape
    t, f = np.arange(frames)[:, None, None], np.arange(bins)[None, None, :]
    window = np.sin(math.pi * t / (frames - 1)) ** 2
    # t·f modulo the period is exact, which keeps the angle small
    angle = 2 * math.pi * ((t * f) % (2 * (bins - 1))) / (2 * (bins - 1))
    wave = np.cos(angle) if side == "real" else -np.sin(angle)
    return wave * window / math.sqrt(float(np.sum(window**2)))


def sparse_findings(
    sampled: Array, sparsity: str, std: float, kind: Precision, alpha: float
) -> list[Finding]:
    """A share ``sparsity`` of each column is 0, the rest N(0, std²).

    Where the share of the rows is no whole number, it is rounded up.
    """
    wanted = math.ceil(Fraction(sparsity) * sampled.shape[0])
    met = np.count_nonzero(sampled == 0, axis=0)
    counts = judged("zeros of a column", (wanted, wanted), float(np.mean(met)),
                    (float(met.min()), float(met.max())), "zeros")  # fmt: skip
    return [counts, *real_findings(sampled[sampled != 0], normal(0.0, std), kind, alpha)]
