"""Samples taken in blocks: validation, and running sums."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.search import LARGEST_SAMPLE

__all__ = ["Moments", "as_block", "as_count"]


def as_block(block: ArrayLike) -> NDArray[np.float64]:
    """Return `block`, of any shape, as a flat float64 array; refuse NaN and infinities."""
    try:
        raw = np.asarray(block)
        if np.ma.is_masked(block):
            raise InvalidInputError("a sample has no masked values; drop them (compressed())")
        if raw.dtype.kind == "c":
            raise InvalidInputError("a sample must be an array of real numbers, got complex ones")
        values = raw.astype(np.float64, copy=False).ravel()
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError("a sample must be an array of real numbers") from error
    if not np.isfinite(values).all():
        index = int(np.flatnonzero(~np.isfinite(values))[0])
        raise InvalidInputError(
            f"the sample has {values[index]} at index {index}; it must be finite"
        )
    return values


def as_count(n: int, least: int, law: str) -> int:
    """Return `n` when it is an integer from `least` to 10^12; refuse anything else."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)):
        raise InvalidInputError(f"the number of samples must be an integer, got {n!r}")
    if n < least:
        raise InvalidInputError(f"too few samples: {law} needs at least {least}, got {int(n)}")
    if n > LARGEST_SAMPLE:
        raise InvalidInputError(f"a sample has at most {LARGEST_SAMPLE:.0e} scalars, got {int(n)}")
    return int(n)


class Moments:
    """Count, mean, sum of squared deviations and range of a sample that arrives in blocks.

    Blocks are merged by Chan, Golub and LeVeque's pairwise update (1983, eq. 2.1), which does
    not cancel as sums of squares do.
    """

    def __init__(self) -> None:
        self.n = 0
        self.mean = 0.0
        self.squared_deviations = 0.0
        self.smallest = math.inf
        self.largest = -math.inf

    def update(self, values: NDArray[np.float64]) -> None:
        """Take in one block that `as_block` has accepted."""
        if values.size == 0:
            return
        count = int(values.size)
        with np.errstate(over="ignore", invalid="ignore"):  # refused below, with one line
            mean = float(values.mean())
            within = float(np.square(values - mean).sum())
        if not math.isfinite(within):
            raise InvalidInputError("the sample's squares overflow; rescale it")
        total, shift = self.n + count, mean - self.mean
        self.squared_deviations += within + shift * shift * self.n * (count / total)
        self.mean += shift * (count / total)
        self.n = total
        self.smallest = min(self.smallest, float(values.min()))
        self.largest = max(self.largest, float(values.max()))

    @property
    def is_constant(self) -> bool:
        """Whether at least two values were seen and all were equal."""
        return self.n >= 2 and self.smallest == self.largest

    @property
    def variance(self) -> float:
        """The unbiased sample variance; needs two values."""
        return self.squared_deviations / (self.n - 1)

    def refuse_constant(self) -> None:
        """Raise `InvalidInputError` when the sample cannot have come from a spread-out law."""
        if self.is_constant:
            raise InvalidInputError(
                f"all {self.n} samples equal {self.smallest!r}; a variance needs values that vary"
            )
