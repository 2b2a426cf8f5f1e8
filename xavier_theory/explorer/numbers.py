"""Arrays as plain values for JSON, in which there is no infinity and no NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["log10", "plain"]

_DIGITS = 6


def plain(values: ArrayLike) -> list[Any]:
    """Nested lists of floats with six significant digits; what is not finite becomes None."""
    return [_plain(each) for each in np.asarray(values, dtype=float).tolist()]


def _plain(value: Any) -> Any:
    if isinstance(value, Iterable):
        return [_plain(each) for each in value]
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def log10(values: ArrayLike) -> NDArray[np.float64]:
    """The decimal logarithm; −∞ for zero, without a warning."""
    with np.errstate(divide="ignore"):
        return np.log10(np.asarray(values, dtype=float))
