"""Sums over units, and arithmetic with them: a float for one network, an array for several."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xavier_theory.monte_carlo.layers.interface import Array

__all__ = ["Sums", "all_equal", "positive", "ratio", "row_products"]

Sums = float | NDArray[np.float64]

# Sums of float32 products of this size lost nothing to the ends of float32's range.
_LEAST, _MOST = 1e-20, 1e30


def row_products(left: Array, right: Array) -> Sums:
    """Σ_j left_j right_j over the last axis: ``(n,)`` to a float, ``(networks, n)`` to an array.

    Sums of float32 that come near the ends of its range are done again in float64.
    """
    if left.ndim == 1:
        product = float(left.dot(right))
        if left.dtype == np.float32 and not _LEAST < abs(product) < _MOST:
            return float(np.einsum("j,j->", left, right, dtype=np.float64))
        return product
    products = np.einsum("ij,ij->i", left, right)
    if left.dtype == np.float32:
        sizes = np.abs(products)
        if not ((sizes > _LEAST) & (sizes < _MOST)).all():
            return np.einsum("ij,ij->i", left, right, dtype=np.float64)
    return products.astype(np.float64, copy=False)


def all_equal(sums: Sums, value: float) -> bool:
    """Whether every sum is ``value``."""
    return sums == value if isinstance(sums, float) else bool((sums == value).all())


def positive(sums: Sums) -> Sums:
    """1 where a sum is positive, 0 elsewhere."""
    if isinstance(sums, float):
        return float(sums > 0)
    return (sums > 0).astype(np.float64)


def ratio(top: Sums, bottom: Sums) -> Sums:
    """top/bottom, and 0 where bottom is 0."""
    if isinstance(bottom, float):
        return top / bottom if bottom else 0.0
    tops = np.broadcast_to(np.asarray(top, dtype=np.float64), bottom.shape)
    return np.divide(tops, bottom, out=np.zeros_like(bottom), where=bottom != 0)
