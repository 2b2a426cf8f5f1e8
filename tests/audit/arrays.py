"""Moments of arrays whose axes are (samples, positions, features), straight from their meaning."""

from __future__ import annotations

from itertools import product

import numpy as np

from xavier_theory.audit import axes as ax
from xavier_theory.audit.records import Op
from xavier_theory.audit.states import State


def state_of(x: np.ndarray) -> State:
    """The state of an array ``(b, p, f)``, pair by pair."""
    b, p, _ = x.shape
    places = list(product(range(b), range(p)))
    same = [x[i, j] * x[i, k] for i in range(b) for j in range(p) for k in range(p) if j != k]
    other = [x[i] * x[j] for i, j in product(places, places) if i[0] != j[0]]
    q = float(np.mean(x**2))
    return State(
        x.shape,
        tuple(ax.axis(label, size) for label, size in zip("bpf", x.shape, strict=True)),
        q,
        float(np.mean(x)),
        float(np.mean(same)) if same else q,
        float(np.mean(other)) if other else q,
    )


def op(kind: str, shape: tuple[int, ...] = (), **attributes: object) -> Op:
    """An op of a kind, whose axes are (samples, positions, features)."""
    axes = tuple(ax.axis(label, size) for label, size in zip("bpf", shape, strict=False))
    return Op(0, kind, kind, (0, 1), shape, axes, attributes=attributes)
