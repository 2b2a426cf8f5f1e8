"""Attention: scores of queries against keys, their softmax, and the mixture of values.

Logits are taken as Gaussian with variance s² within a row, and values as independent of them. How
concentrated the softmax of T such logits is, A = E Σ a², is averaged over fixed draws; no theorem
of this package covers it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from xavier_theory.audit.records import Op
from xavier_theory.audit.states import State

_DRAWS, _MOST_KEYS, _LENGTHS = 64, 1024, 12


@lru_cache(maxsize=8)
def _normals(keys: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(np.random.SeedSequence(17))
    first, second = generator.standard_normal((2, _DRAWS, keys))
    return first, second


def concentration(keys: int, spread: float, alike: float = 0.0) -> tuple[float, float]:
    """E Σ a² and E Σ a a' of softmax(√spread·Z) over ``keys``, a' of logits correlated ``alike``.

    Beyond 1,024 keys both fall as 1/keys.
    """
    drawn = min(keys, _MOST_KEYS)
    z, other = _normals(drawn)
    alike = min(max(alike, 0.0), 1.0)
    first = _softmax(math.sqrt(spread) * z)
    second = _softmax(math.sqrt(spread) * (alike * z + math.sqrt(1 - alike**2) * other))
    return tuple(
        float(np.mean(np.sum(first * one, axis=1))) * drawn / keys for one in (first, second)
    )  # type: ignore[return-value]


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    found: np.ndarray = powers / np.sum(powers, axis=1, keepdims=True)
    return found


def scores(op: Op, inputs: Sequence[State]) -> State:
    """q·k over d features: E (q·k)² = d·E q²·E k², for independent queries and keys of mean 0."""
    x, y = inputs
    d = int(op.attributes["summed"])
    cross = d * (d - 1) * (x.mean * y.mean) ** 2
    return State(
        op.shape, op.axes, q=d * x.q * y.q + cross, mean=d * x.mean * y.mean,
        p=d * x.p * y.p + cross, c=d * x.c * y.c + cross,
    )  # fmt: skip


def softmax(op: Op, inputs: Sequence[State]) -> State | None:
    """Along ``keys`` entries: mean 1/T and q = A/T."""
    x, keys = inputs[0], int(op.attributes["keys"])
    if keys < 2:
        return None
    alone, _ = concentration(keys, max(x.q - x.p, 0.0))
    square = 1 / keys**2
    return State(op.shape, op.axes, q=alone / keys, mean=1 / keys, p=square, c=square)


def mixture(op: Op, inputs: Sequence[State]) -> State | None:
    """Σ a v over T positions, Σ a = 1: A q_v + (1 − A) p_v, with A = T·E a²."""
    a, v = inputs
    keys = int(op.attributes["summed"])
    if abs(a.mean * keys - 1) > 0.25:
        return None  # no row that sums to 1
    return _mixed(op, v, min(keys * a.q, 1.0), min(keys * max(a.p, 0.0), 1.0))


def whole(op: Op, inputs: Sequence[State]) -> State | None:
    """Attention as one op: s² = d·scale²·q_q·(q_k − p_k), then ``softmax`` and ``mixture``."""
    query, key, value = inputs[:3]
    a = op.attributes
    if len(inputs) > 3:
        return None  # a mask that is a tensor
    keys, d = int(a["keys"]), int(a["summed"])
    spread = d * float(a["scale"]) ** 2 * query.q * max(key.q - key.p, 0.0)
    alike = query.p / query.q if query.q > 0 else 0.0
    lengths, shares, pairs = [keys], [1.0], [1.0]
    if (
        a.get("causal") and keys > 1
    ):  # rows of all lengths; of two rows the longer decides what they share
        lengths = sorted({int(x) for x in np.linspace(1, keys, min(keys, _LENGTHS))})
        shares = list(np.gradient(np.array(lengths, dtype=float)))
        pairs = [share * (length - 1) for share, length in zip(shares, lengths, strict=True)]
    found = [concentration(length, spread, alike) for length in lengths]
    alone = float(np.average([one for one, _ in found], weights=shares))
    paired = float(np.average([two for _, two in found], weights=pairs))
    if a.get("dropout"):
        return None
    return _mixed(op, value, alone, paired)


def _mixed(op: Op, v: State, alone: float, paired: float) -> State:
    return State(
        op.shape, op.axes, q=alone * v.q + (1 - alone) * v.p, mean=v.mean,
        p=paired * v.q + (1 - paired) * v.p, c=v.c,
    )  # fmt: skip
