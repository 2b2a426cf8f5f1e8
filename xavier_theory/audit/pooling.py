"""Pooling over windows of positions.

Both take the positions of a window as exchangeable, with the correlation p of any two positions:
neighbours that share inputs are more alike than that. No theorem of this package covers it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from xavier_theory.audit.records import Op
from xavier_theory.audit.states import Array, State, quadrature

_ORDER = 64


@lru_cache(maxsize=32)
def _largest(count: int) -> tuple[Array, Array]:
    """Nodes and weights for the largest of ``count`` independent N(0, 1): P(max ≤ x) = Φ(x)^count.

    Gauss–Legendre in the probability, in which the maximum is uniform.
    """
    points, weights = np.polynomial.legendre.leggauss(_ORDER)
    probability = 0.5 * (points + 1)
    return ndtri(probability ** (1 / count)), 0.5 * weights


def maximum(op: Op, inputs: Sequence[State]) -> State | None:
    """The largest of a window of h(Z) for a monotone h: h(√ρ·S + √(1−ρ)·max Zᵢ)."""
    x = inputs[0]
    count = int(op.attributes["window"])
    if x.values is None or np.any(np.diff(x.values) < -1e-9):
        return None
    nodes, mass, _ = quadrature()
    rho = min(max(x.rho_p, 0.0), 1.0)
    top, weights = _largest(count)
    at = math.sqrt(rho) * nodes[:, None] + math.sqrt(1 - rho) * top
    found = np.interp(at, nodes, x.values)
    given = found @ weights  # E of the maximum given what the positions share
    q, mean = float((found**2 @ weights) @ mass), float(given @ mass)
    p = float(given**2 @ mass)
    ratio = min(max(x.rho_c, 0.0) / rho, 1.0) if rho > 0 else 0.0
    c = mean**2 + (p - mean**2) * ratio
    return State(op.shape, op.axes, q=q, mean=mean, p=p, c=c)


def average(op: Op, inputs: Sequence[State]) -> State:
    """(q + (n−1)p)/n for a window of n."""
    x, n = inputs[0], int(op.attributes["window"])
    q = (x.q + (n - 1) * x.p) / n
    return x.plain(q=q, shape=op.shape, axes=op.axes, profile=None)
