"""A few linear Gaussian layers behind each other, multiplied out: the mean square of their units.

What enters are independent signs, so that its length is fixed; each layer multiplies the squared
length by Var(W) times an independent χ²_n, n its width. Few layers only: the relative variance,
known exactly, grows like a power of depth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_squares_behind", "relative_variance_behind"]


def mean_squares_behind(
    generator: np.random.Generator,
    count: int,
    widths: Sequence[int],
    variances: Sequence[Any],
    start: Any,
) -> NDArray[np.float64]:
    """The mean square of the last layer's units in ``count`` networks; what enters has ``start``.

    ``widths`` has one more entry than ``variances``: the first is that of what enters.
    """
    x = 2.0 * generator.integers(0, 2, (count, widths[0])) - 1.0
    for (below, n), variance in zip(pairwise(widths), variances, strict=True):
        weights = math.sqrt(float(variance)) * generator.standard_normal((count, n, below))
        x = np.einsum("kij,kj->ki", weights, x)
    return np.asarray(float(start) * np.square(x).mean(axis=1))


def relative_variance_behind(widths: Sequence[int]) -> float:
    """The variance of these mean squares over their mean, squared: (χ²_n/n)² has mean 1 + 2/n."""
    return math.prod(1 + 2 / n for n in widths[1:]) - 1
