"""Laws of single entries, where the Gaussian that has their moments would mislead an activation.

A sum of independent X and Y with Gaussian Y has P(X + Y ≤ t) = E Φ((t − X − E Y)/σ_Y); its
quantiles make it a function of one Gaussian again. ``lean`` says of a gradient where it lies:
E[G² | Z]/E[G²] at the nodes of the source Z of the signal beside it. Behind a
shortcut relu passes more of it where the signal is positive, and a maximum takes it where the
signal is large.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtr, ndtri

from xavier_theory.audit.states import Array, State, quadrature

_GRID, _FEW = 400, 32


def of_sum(x: State, y: State, total: State, source: int) -> State:
    """``total``, the state of X + Y, as a function of a Gaussian with that source.

    As it is where both are Gaussian, as then the sum is, or where neither is.
    """
    if _is_gaussian(x):
        x, y = y, x
    if x.values is None or _is_gaussian(x) or not _is_gaussian(y):
        return total
    nodes, mass, rows = quadrature()
    deviation = math.sqrt(y.variance)
    if deviation <= 0 or total.variance <= 0:
        return total
    reach = 8 * deviation
    inside = x.values[np.abs(nodes) < 8]
    if not np.all(np.isfinite(inside)) or inside.max() - inside.min() > 1e6 * reach:
        return total  # one is so much larger that no grid shows both
    grid = y.mean + np.linspace(inside.min() - reach, inside.max() + reach, _GRID)
    away = (grid[:, None] - y.mean - x.values) / deviation
    below, above = ndtr(away) @ mass, ndtr(-away) @ mass
    score = np.where(below < 0.5, ndtri(below), -ndtri(above))
    sure = np.abs(score) < 7
    sure[1:] &= np.diff(score) > 0
    if np.count_nonzero(sure) < 3:
        return total
    values = _through(nodes, score[sure], grid[sure])
    squares = (rows @ values) ** 2
    return replace(
        total, values=values, source=source, rho_p=_correlation(squares, total.p),
        rho_c=_correlation(squares, total.c),
    )  # fmt: skip


def positive(mean: State, source: int) -> State:
    """A mean of many numbers that are not negative, as a gamma law: it never is either."""
    centre = mean.mean / math.sqrt(mean.even)
    spread = mean.q - centre**2
    if centre <= 0 or spread <= 1e-9 * mean.q:
        return mean
    nodes, _, rows = quadrature()
    shape = centre**2 / spread
    values = np.where(
        nodes < 0, gammaincinv(shape, ndtr(nodes)), gammainccinv(shape, ndtr(-nodes))
    ) * (centre / shape)  # fmt: skip
    squares = (rows @ values) ** 2
    return replace(
        mean, values=values, source=source, rho_p=_correlation(squares, mean.p / mean.even),
        rho_c=_correlation(squares, mean.c / mean.even),
    )  # fmt: skip


def lean_of_part(x: State, y: State, total: State, lean: Array | None) -> Array | None:
    """From a gradient by X + Y to the same gradient beside X: E[lean | X], Y independent of it."""
    if lean is None or x.values is None or y.values is None or total.values is None:
        return None
    if np.any(np.diff(total.values) <= 0):
        return None
    nodes, _, _ = quadrature()
    points, weights = _hermite()
    sums = x.values[:, None] + np.interp(points, nodes, y.values)
    at = np.interp(sums, total.values, nodes)
    return np.asarray(np.interp(at, nodes, lean) @ weights)


def lean_of_largest(x: State, count: int) -> Array | None:
    """n·P(largest of its window | Z) for n exchangeable positions and a monotone function of Z."""
    if x.values is None or np.any(np.diff(x.values) < -1e-9):
        return None
    nodes, mass, _ = quadrature()
    points, weights = _hermite()
    rho = min(max(x.rho_p, 0.0), 1 - 1e-9)
    shared = math.sqrt(rho) * nodes[:, None] + math.sqrt(1 - rho) * points
    others = ndtr((nodes[:, None] - math.sqrt(rho) * shared) / math.sqrt(1 - rho))
    found = others ** (count - 1) @ weights
    return np.asarray(found / (found @ mass))


def times(lean: Array | None, function: Array) -> tuple[float, Array | None]:
    """E[lean·f] and the lean behind a product with f, for f ≥ 0 at the nodes."""
    _, mass, _ = quadrature()
    found = function if lean is None else lean * function
    mean = float(found @ mass)
    return mean, found / mean if mean > 0 else None


def mixed(first: State, second: State) -> Array | None:
    """Of the sum of two gradients beside one signal."""
    if (first.lean is None and second.lean is None) or first.q + second.q <= 0:
        return None
    one = np.ones_like(quadrature()[0])
    a, b = (one if x.lean is None else x.lean for x in (first, second))
    return np.asarray((first.q * a + second.q * b) / (first.q + second.q))


@lru_cache(maxsize=1)
def _hermite() -> tuple[Array, Array]:
    points, weights = np.polynomial.hermite_e.hermegauss(_FEW)
    return points, weights / math.sqrt(2 * math.pi)


def _is_gaussian(x: State) -> bool:
    if x.values is None:
        return False
    nodes, _, _ = quadrature()
    line = x.mean + math.sqrt(x.variance) * nodes
    return bool(np.allclose(x.values, line, rtol=1e-9, atol=1e-9 * (abs(x.mean) + 1e-300)))


def _through(at: Array, score: Array, grid: Array) -> Array:
    """Between the points linear, and beyond them on with the last slope."""
    inner = np.interp(at, score, grid)
    low = grid[0] + (at - score[0]) * (grid[1] - grid[0]) / (score[1] - score[0])
    high = grid[-1] + (at - score[-1]) * (grid[-1] - grid[-2]) / (score[-1] - score[-2])
    return np.where(at < score[0], low, np.where(at > score[-1], high, inner))


def _correlation(squares: Array, product: float) -> float:
    """The ρ with Σ aₙ² ρⁿ = E[X X'], by halving: for a monotone function the sum grows with ρ."""
    low, high = -1.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if np.polynomial.polynomial.polyval(middle, squares) < product:
            low = middle
        else:
            high = middle
    return (low + high) / 2
