"""Residual streams that are drawn whole: what experiments of several theorems sample.

x^[l+1] = x^[l] + α W^[l] a^[l], where the inside of a branch takes absolute values and moves them
by one unit: not linear, without mean zero, not independent of the stream, and as large as it.
Behind a norm it is also scaled to a fixed length. x^[0] has random signs.

The relative variance of ‖x^[L]‖² follows branch by branch. Given the stream, with s = ‖x‖²/n,
t = α² n Var(W) ‖a‖²/n and c = max(2, κ − 1) for weights of kurtosis κ and a symmetric law, ‖x'‖²/n
has the mean s + t and at most the variance (4 s t + c t²)/n.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.quantities import SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest

__all__ = ["Inside", "in_proportion", "normed", "stream"]

_ENTRIES = 2**20  # numbers that are held in memory at once
Inside = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def in_proportion(share: float) -> Inside:
    """The inside of a branch with ``share`` times the mean square of the stream."""

    def inside(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return math.sqrt(share) * np.roll(np.abs(x), 1, axis=1)

    return inside


def normed(second_moment: float) -> Inside:
    """The same with the mean square ``second_moment``, whatever the stream."""

    def inside(x: NDArray[np.float64]) -> NDArray[np.float64]:
        size = np.sqrt(np.square(x).mean(axis=1, keepdims=True) / second_moment)
        return np.roll(np.abs(x), 1, axis=1) / size

    return inside


def stream(
    inside: Inside,
    law: Law,
    *,
    width: int,
    depth: int,
    scale: float,
    weight_variance: float,
    second_moment: float,
    relative_variance: float,
) -> SampledQuantity:
    """‖x^[L]‖²/n, with a bound on its relative variance that the caller knows."""
    if not law.symmetric:
        raise InvalidInputError(f"the law {law.name} is not symmetric")

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        signs = 2.0 * generator.integers(0, 2, (count, width)) - 1.0
        x = np.asarray(math.sqrt(second_moment) * signs, dtype=np.float64)
        for _ in range(depth):
            a = inside(x)
            if law.name == "normal":  # given a, the outputs are independent N(0, Var(W) ‖a‖²)
                sizes = np.sqrt(weight_variance * np.square(a).sum(axis=1, keepdims=True))
                x = x + scale * sizes * generator.standard_normal((count, width))
            else:
                weights = law.sample(generator, (count, width, width), weight_variance)
                x = x + scale * np.einsum("kij,kj->ki", weights, a)
        return np.asarray(np.square(x).mean(axis=1))

    held = 4 * width if law.name == "normal" else 2 * width**2
    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance)
    return SampledQuantity(test, mean_squares, block=max(1, _ENTRIES // held))
