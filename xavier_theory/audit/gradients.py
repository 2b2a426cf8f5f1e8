"""The op rules backward: from the gradient by an op's result to the gradient by one of its inputs.

All stand on backward-variance's assumption, that what comes back is independent of the weights and
of the signal; in networks it is not exactly so, and batch norm after pooling shows it most.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from xavier_theory.audit import attention, borders, laws
from xavier_theory.audit import axes as ax
from xavier_theory.audit.elementwise import THEOREMS, slope_of
from xavier_theory.audit.records import Op
from xavier_theory.audit.rules import inverse_of, spread_of
from xavier_theory.audit.states import Array, Profile, State, applied

_FEWEST = 4.0  # independent entries: with 3 or less E[1/s] does not exist
Back = Callable[[Op, Sequence[State], State, int], State | None]


def _weighted(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    w = op.weight
    if w is None or place:
        return None
    windows = op.attributes.get("windows")
    more, profile = (1.0, g.profile) if windows is None else borders.passed(
        g.profile, windows, back=True
    )  # fmt: skip
    # what came back through a norm was divided by this very Σ w², feature by feature
    factor = more * w.backward / g.uneven
    return _at(x[0], factor * g.q, 0.0, factor * g.p, factor * g.c, profile)


def _elementwise(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    """g·φ'(X): E[φ'²] times q, and the correlations of φ' times p and c (correlation-map)."""
    slope = slope_of(op)
    found = None if slope is None else applied(x[0].as_gaussian(op.inputs[0]), slope)
    if found is None or found.values is None:
        return None
    q, lean = laws.times(g.lean, found.values**2)
    back = _at(x[0], q * g.q, found.mean * g.mean, found.p * g.p, found.c * g.c, g.profile)
    return replace(back, lean=lean)


def _passed(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    alpha = float(op.attributes.get("alpha", 1.0))
    back = _same_size(x[place], g.scaled(alpha if place else 1.0))
    if back is None or op.state is None:
        return back
    parts = [x[0], x[1].scaled(alpha)]
    total = op.state.as_gaussian(op.index)
    return replace(back, lean=laws.lean_of_part(parts[place], parts[1 - place], total, g.lean))


def _scaled(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    scale = float(op.attributes.get("scale", 1.0))
    flipped = g.lean is not None and scale < 0
    back = _same_size(x[0], g.scaled(scale))
    return replace(back, lean=g.lean[::-1]) if back and flipped and g.lean is not None else back


def _product(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    if op.inputs[0] == op.inputs[1] or x[place].shape != g.shape:
        return None
    y = x[1 - place]
    p, c = (y.q if y.positions == 1 else y.p), (y.q if y.samples == 1 else y.c)
    square, paired, profile = borders.product(g.profile, y.profile)
    mean = math.sqrt(paired) * g.mean * y.mean
    return _at(x[place], square * g.q * y.q, mean, paired * g.p * p, paired * g.c * c, profile)


def _viewed(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    share = math.prod(g.shape) / math.prod(x[0].shape)
    if share > 1:
        return _repeated(x[0], g)
    # of pairs of positions both must be among those that were taken
    taken, all_of_them = g.positions, x[0].positions
    if taken < all_of_them and math.isclose(share, taken / all_of_them):
        pairs = share * (taken - 1) / (all_of_them - 1)
        back = _at(x[0], share * g.q, share * g.mean, pairs * g.p, share**2 * g.c)
        return replace(back, lean=g.lean, profile=_taken(op, x[0], g))
    back = _at(x[0], share * g.q, share * g.mean, share * g.p, share * g.c, g.profile)
    return replace(back, lean=g.lean, uneven=g.uneven)


def _taken(op: Op, x: State, g: State) -> Profile:
    """All of it lies where the positions were taken from, if that is known."""
    start, lengths = op.attributes.get("start"), ax.lengths_of_positions(x.axes)
    if start is None or len(lengths) != 1 or lengths[0] != x.positions:
        return None
    inside = g.profile[0] if g.profile and len(g.profile[0]) == g.positions else 1.0
    found = np.zeros(x.positions)
    found[start : start + g.positions] = inside
    return (found * x.positions / found.sum(),) if found.any() else None


def _repeated(x: State, g: State) -> State | None:
    """What is repeated gets the sum: of positions with E[G G'] = p, samples c, features none."""
    more = {
        name: after / before
        for name, after, before in (
            ("p", g.positions, x.positions), ("b", g.samples, x.samples),
            ("f", g.features, x.features),
        )
    }  # fmt: skip
    n = math.prod(more.values())
    if sum(times > 1 for times in more.values()) != 1 or min(more.values()) < 1:
        return None
    other = g.p if more["p"] > 1 else g.c if more["b"] > 1 else g.mean**2
    q = n * (g.q + (n - 1) * other)
    if x.positions > 1 and more["f"] > 1:
        return _at(x, q, n * g.mean, n * g.p, n * g.c)
    return _at(x, q, n * g.mean, n * n * g.p, n * n * g.c)


def _batch_norm(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    """γ²·E[1/s]·(g less what the batch shares of it, and less its part along x).

    s is the variance that the batch shows of a feature. It differs by weights (``uneven``) and by
    chance: of n independent Gaussian entries E[1/s] is (n − 1)/(n − 3) over its mean.
    """
    a = op.attributes
    if place:
        return None
    if not a.get("training"):
        s = a["slope_q"]
        back = _at(x[0], s * g.q, a["slope_mean"] * g.mean, s * g.p, s * g.c, g.profile)
        return replace(back, lean=g.lean)
    spread = x[0].q - x[0].shared
    if spread <= 1e-12 * x[0].q or a.get("alone"):
        return None
    n, k = x[0].samples * x[0].positions, g.shared
    alike = 1 + (x[0].positions - 1) * (max(x[0].p - x[0].shared, 0.0) / spread) ** 2
    free = max(n / max(alike, 1.0), _FEWEST)
    factor = x[0].uneven * a["scale_q"] / (spread + a["eps"]) * (free - 1) / (free - 3)
    q = max(g.q - k - g.q / n, 0.0)
    back = _at(x[0], factor * q, 0.0, factor * (g.p - k), factor * (g.c - k), g.profile)
    return replace(back, lean=g.lean, uneven=x[0].uneven)


def _layer_norm(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    a = op.attributes
    count = int(a["features"]) * int(a["positions"])
    spread = x[0].variance if op.kind == "layer_norm" else x[0].q
    if place or spread <= 0 or count < 3:
        return None
    factor = a["scale_q"] / (spread + a["eps"]) * (1 - 2 / count)
    if int(a["positions"]) > 1:
        return _at(x[0], factor * g.q, 0.0, factor * g.p, factor * g.c, g.profile)
    # each position is divided by its own, and those of small signals get more
    square, paired, profile, told = 1.0, 1.0, g.profile, 1.0
    own = x[0].profile
    if own is not None and all(bool(np.all(one > 0)) for one in own):
        square, paired, profile = borders.product(g.profile or _even(own), _inverse(own))
        told = math.prod(float((1 / one).mean()) for one in own)
        square, paired = square * told, paired * told
    factor *= max(x[0].scatter / told, 1.0)
    return _at(
        x[0], factor * square * g.q, 0.0, factor * paired * g.p, factor * g.c * told, profile
    )


def _even(profile: tuple[Array, ...]) -> tuple[Array, ...]:
    return tuple(np.ones(len(one)) for one in profile)


def _inverse(profile: tuple[Array, ...]) -> tuple[Array, ...]:
    return tuple((1 / one) / (1 / one).mean() for one in profile)


def _mean(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    n = math.prod(x[0].shape) / math.prod(g.shape)
    factor = (float(op.attributes.get("times", 1.0)) / n) ** 2
    p = g.q if g.positions == 1 else g.p
    return _at(x[0], factor * g.q, math.sqrt(factor) * g.mean, factor * p, factor * g.c)


def _max_pool(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    share = math.prod(g.shape) / math.prod(x[0].shape)
    back = _at(x[0], share * g.q, share * g.mean, share**2 * g.p, share**2 * g.c)
    at = x[0].as_gaussian(op.inputs[0])
    return replace(back, lean=laws.lean_of_largest(at, int(op.attributes["window"])))


def _average_pool(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    n = int(op.attributes["window"])
    covered = n * math.prod(g.shape) / math.prod(x[0].shape)
    if abs(covered - 1) > 0.2:
        return None
    return _at(x[0], g.q / n**2, g.mean / n, g.p / n**2, g.c / n**2)


def _joined(op: Op, x: Sequence[State], g: State, place: int) -> State | None:
    """Each part gets its own; a norm behind has divided each by its variance."""
    times = 1.0
    if sum(one.positions for one in x) == g.positions:
        start = sum(one.positions for one in x[:place])
        square, paired, profile = borders.cut(g, start, x[place].positions)
        mean = math.sqrt(paired) * g.mean
        return _at(x[place], square * g.q, mean, paired * g.p, paired * g.c, profile)
    if g.uneven != 1:
        times = x[place].uneven / spread_of(x[place]) / inverse_of(x)
    mean = math.sqrt(times) * g.mean
    return _at(x[place], times * g.q, mean, times * g.p, times * g.c, g.profile)


def _at(x: State, q: float, mean: float, p: float, c: float, profile: Profile = None) -> State:
    profile = borders.kept(profile, x.axes)
    return State(x.shape, x.axes, max(q, 0.0), mean, p, c, profile=profile)


def _same_size(x: State, g: State) -> State | None:
    if x.shape != g.shape:
        return None
    return replace(g, shape=x.shape, axes=x.axes, profile=borders.kept(g.profile, x.axes))


BACK: dict[str, Back] = {
    "linear": _weighted,
    "convolution": _weighted,
    "add": _passed,
    "multiply": _product,
    "affine": _scaled,
    "view": _viewed,
    "masked": _viewed,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "rms_norm": _layer_norm,
    "mean": _mean,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "join": _joined,
    "attention": attention.whole_back,
    "mixture": attention.mixture_back,
    "softmax": attention.softmax_back,
    "scores": attention.scores_back,
    **dict.fromkeys(THEOREMS, _elementwise),
}


def sent_back(op: Op, inputs: Sequence[State | None], g: State, place: int) -> State | None:
    """The gradient by the input at ``place``; None where no rule says it."""
    rule = BACK.get(op.kind)
    if rule is None or any(x is None for x in inputs):
        return None
    found = rule(op, [x for x in inputs if x is not None], g, place)
    if found is None or not all(math.isfinite(v) for v in found.moments().values()):
        return None
    return found
