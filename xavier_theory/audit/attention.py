"""Attention: scores of queries against keys, their softmax, and the mixture of values.

Logits are taken as Gaussian with variance s² within a row (attention-logits), and values as
independent of them. What a softmax a of T such logits leaves is averaged over fixed draws:

    alone    E Σ a²,                      how concentrated it is
    paired   E Σ a a'                     of two rows
    moved    E Σ a²(1 − 2a + Σ a²)        of its derivative a(δ − a'), for independent gradients

Rows of a masked attention have different numbers of keys; ``rows`` of an op has them in order, and
None stands for all. Backward, Σ_i a_ij g_i goes to a value, and a(G − Σ a G) to the scores, where
G = g·v; its sum over a row is 0, so that what all keys share falls out. No theorem of this package
covers the softmax.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from xavier_theory.audit import borders
from xavier_theory.audit.records import Op
from xavier_theory.audit.states import Profile, State

_DRAWS, _MOST_KEYS, _LENGTHS = 64, 1024, 12


class Mixing(NamedTuple):
    """``alone``, ``paired``, ``moved`` as above, averaged over rows; ``each``, ``moves`` by row."""

    alone: float
    paired: float
    moved: float
    each: np.ndarray | None = None
    moves: np.ndarray | None = None


@lru_cache(maxsize=8)
def _normals(keys: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(np.random.SeedSequence(17))
    first, second = generator.standard_normal((2, _DRAWS, keys))
    return first, second


def concentration(keys: int, spread: float, alike: float = 0.0) -> Mixing:
    """Of softmax(√spread·Z) over ``keys``; in another row logits are correlated ``alike``.

    Beyond 1,024 keys all fall as 1/keys.
    """
    drawn = min(keys, _MOST_KEYS)
    z, other = _normals(drawn)
    alike = min(max(alike, 0.0), 1.0)
    first = _softmax(math.sqrt(spread) * z)
    second = _softmax(math.sqrt(spread) * (alike * z + math.sqrt(1 - alike**2) * other))
    square = np.sum(first**2, axis=1)
    moved = square - 2 * np.sum(first**3, axis=1) + square**2
    share = drawn / keys
    return Mixing(
        float(square.mean()) * share,
        float(np.mean(np.sum(first * second, axis=1))) * share,
        float(moved.mean()) * share,
    )


def mixing(op: Op, keys: int, spread: float, alike: float = 0.0) -> Mixing:
    """The same over the rows of an op: of two rows the longer decides what they share."""
    rows = op.attributes.get("rows")
    if rows is None:
        return concentration(keys, spread, alike)
    counts = np.sort(np.asarray(rows))
    some = sorted({int(n) for n in np.quantile(counts, np.linspace(0, 1, _LENGTHS))} - {0})
    if not some:
        return Mixing(0.0, 0.0, 0.0)
    found = [concentration(n, spread, alike) for n in some]
    each = {
        name: np.interp(counts, some, [getattr(one, name) for one in found])
        for name in ("alone", "paired", "moved")
    }
    longer = np.arange(len(counts)) + 1e-9  # how many rows are at most as long
    in_order = (
        np.interp(np.asarray(rows), some, [getattr(one, name) for one in found])
        for name in ("alone", "moved")
    )
    return Mixing(
        float(each["alone"].mean()), float(np.average(each["paired"], weights=longer)),
        float(each["moved"].mean()), *in_order,
    )  # fmt: skip


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
    """Along ``keys`` entries: mean 1/T, q = A/T, and between rows (E Σ a a')/T."""
    x, keys = inputs[0], int(op.attributes["keys"])
    if keys < 2:
        return None
    found = mixing(op, keys, max(x.q - x.p, 0.0))
    p = found.paired / keys
    return State(op.shape, op.axes, q=found.alone / keys, mean=1 / keys, p=p, c=1 / keys**2)


def mixture(op: Op, inputs: Sequence[State]) -> State | None:
    """Σ a v over T positions, Σ a = 1: A q_v + (1 − A) p_v, with A = T·E a²."""
    a, v = inputs
    keys = int(op.attributes["summed"])
    if abs(a.mean * keys - 1) > 0.25:
        return None  # no row that sums to 1
    alone, paired = min(keys * a.q, 1.0), min(keys * max(a.p, 0.0), 1.0)
    return _mixed(op, v, Mixing(alone, paired, 0.0))


def whole(op: Op, inputs: Sequence[State]) -> State | None:
    """Attention as one op: s² = d·scale²·q_q·(q_k − p_k), then ``softmax`` and ``mixture``."""
    return _mixed(op, inputs[2], _of_whole(op, inputs))


def _of_whole(op: Op, inputs: Sequence[State]) -> Mixing:
    query, key = inputs[:2]
    a = op.attributes
    spread = int(a["summed"]) * float(a["scale"]) ** 2 * query.q * max(key.q - key.p, 0.0)
    alike = query.p / query.q if query.q > 0 else 0.0
    found = mixing(op, int(a["keys"]), spread + float(a.get("bias", 0.0)), alike)
    keep = 1 - float(a.get("dropout", 0.0))
    return found._replace(
        alone=found.alone / keep, each=None if found.each is None else found.each / keep
    )


def _mixed(op: Op, v: State, by: Mixing) -> State:
    profile: Profile = None
    q = by.alone * v.q + (1 - by.alone) * v.p
    if by.each is not None and q > 0:
        rows = by.each * v.q + (1 - by.each) * v.p
        profile = borders.kept((rows / rows.mean(),), op.axes) if rows.mean() > 0 else None
    return State(
        op.shape, op.axes, q=q, mean=v.mean, p=by.paired * v.q + (1 - by.paired) * v.p, c=v.c,
        profile=profile,
    )  # fmt: skip


def whole_back(op: Op, inputs: Sequence[State], g: State, place: int) -> State | None:
    """The gradient by queries, keys or values of attention as one op."""
    if place > 2:
        return None
    found, rows = _of_whole(op, inputs), g.shape[-2]
    keys, d = int(op.attributes["keys"]), inputs[2].shape[-1]
    # several heads of queries may share keys and values: their gradients add up
    heads = math.prod(g.shape[:-2]) / math.prod(inputs[2].shape[:-2])
    if place == 2:
        back = _to_values(inputs[2], g, found, rows, keys)
        profile = _by_key(op, found.each, g, back)
        return replace(back, q=heads * back.q, p=heads * back.p, c=heads * back.c, profile=profile)
    query, key, value = inputs[:3]
    scale, spread = float(op.attributes["scale"]) ** 2, max(value.q - value.p, 0.0)
    alone = d * found.moved * spread * g.q * scale
    if place == 0:
        back = _back(query, alone * max(key.q - key.p, 0.0))
        _, _, profile = borders.product(g.profile, _even(found.moves))
        return replace(back, profile=borders.kept(profile, query.axes))
    share = heads * rows / keys
    paired = d * found.paired * spread * g.p * scale * query.p * (rows - 1)
    back = _back(key, share * (alone * query.q + max(paired, 0.0)))
    return replace(back, profile=_by_key(op, found.moves, g, back))


def _even(rows: np.ndarray | None) -> Profile:
    return None if rows is None or not rows.any() else (rows / rows.mean(),)


def _by_key(op: Op, by_row: np.ndarray | None, g: State, back: State) -> Profile:
    """Each row gives what it has to its keys alike, the first ones: early keys get most."""
    if by_row is None or not by_row.any():
        return None
    lengths = np.asarray(op.attributes["rows"])
    given = by_row / np.maximum(lengths, 1)
    if g.profile is not None and [len(one) for one in g.profile] == [len(given)]:
        given = given * g.profile[0]
    sees = np.arange(int(op.attributes["keys"]))[:, None] < lengths
    return borders.kept(_even(sees @ given), back.axes)


def _to_values(v: State, g: State, by: Mixing, rows: int, keys: int) -> State:
    """Σ_i a_ij g_i; over all j they sum to what all of g sums to, as rows of a sum to 1."""
    share = rows / keys
    q = share * (by.alone * g.q + (rows - 1) * by.paired * g.p)
    total = rows * g.q + rows * (rows - 1) * g.p
    p = (total - keys * q) / (keys * (keys - 1)) if keys > 1 else q
    return State(v.shape, v.axes, max(q, 0.0), share * g.mean, p, share**2 * g.c)


def mixture_back(op: Op, inputs: Sequence[State], g: State, place: int) -> State | None:
    """Of Σ a v: to a value as there; to a, G = g·v over d features, with p that of another key."""
    a, v = inputs
    keys = int(op.attributes["summed"])
    if abs(a.mean * keys - 1) > 0.25:
        return None
    if place:
        by = Mixing(min(keys * a.q, 1.0), min(keys * max(a.p, 0.0), 1.0), 0.0)
        return _to_values(v, g, by, g.shape[-2], keys)
    d = v.shape[-1]
    return State(a.shape, a.axes, d * g.q * v.q, d * g.mean * v.mean, d * g.q * v.p, d * g.c * v.c)


def softmax_back(op: Op, inputs: Sequence[State], g: State, place: int) -> State | None:
    """a(G − Σ a G): E a²(1 − 2a + Σ a²) of what differs between the keys of a row."""
    keys = int(op.attributes["keys"])
    if keys < 2:
        return None
    x = inputs[0]
    found = mixing(op, keys, max(x.q - x.p, 0.0))
    return _back(x, found.moved / keys * max(g.q - g.p, 0.0))


def scores_back(op: Op, inputs: Sequence[State], g: State, place: int) -> State | None:
    """Of q·k, for scores whose gradients sum to 0 in a row: Σ g k, of what keys do not share."""
    query, key = inputs
    if place:
        return _back(key, g.shape[-2] * g.q * query.q)
    return _back(query, g.shape[-1] * g.q * max(key.q - key.p, 0.0))


def _back(x: State, q: float) -> State:
    return State(x.shape, x.axes, max(q, 0.0), 0.0, 0.0, 0.0)
