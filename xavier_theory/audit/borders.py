"""Where along an axis of positions a second moment lies: borders have fewer taps.

A profile has for each factor of positions q there over q on average, as if they multiplied. A
convolution sums q over the taps that are inside (convolution-border), so that after a few layers a
small image has most of it in the middle; and gradients, which go back along the same taps, as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from xavier_theory.audit import axes as ax
from xavier_theory.audit.states import Array, Profile, State

Window = tuple[int, int, int, int, int]  # size of the input, kernel, stride, padding, dilation


@lru_cache(maxsize=256)
def taps(window: Window) -> Array:
    """How many taps join each output (row) with each input (column) along one axis."""
    size, kernel, stride, padding, dilation = window
    outputs = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    place = np.arange(outputs)[:, None] * stride - padding + np.arange(kernel) * dilation
    return np.asarray(place[:, :, None] == np.arange(size), dtype=float).sum(axis=1)


def passed(
    profile: Profile, windows: Sequence[Window], *, back: bool = False
) -> tuple[float, Profile]:
    """By what the sum over taps exceeds that of an even profile, and the profile behind it."""
    factor, found = 1.0, []
    if profile is not None and [len(one) for one in profile] != [
        taps(window).shape[0 if back else 1] for window in windows
    ]:
        profile = None
    for place, window in enumerate(windows):
        joined = taps(window).T if back else taps(window)
        even = joined.sum(axis=1)
        here = even if profile is None else joined @ profile[place]
        if not here.any():
            return 0.0, None
        factor *= float(here.mean() / even.mean())
        found.append(here / here.mean())
    return factor, tuple(found)


def kept(profile: Profile, axes: ax.Axes) -> Profile:
    """The profile, if these axes have positions as it says; else None, which is evenly."""
    if profile is None or [len(one) for one in profile] != ax.lengths_of_positions(axes):
        return None
    return profile


def product(first: Profile, second: Profile) -> tuple[float, float, Profile]:
    """For X·Y: by what q, and E[X X'] of two positions, exceed the products, and the profile."""
    if first is None or second is None or [len(x) for x in first] != [len(x) for x in second]:
        return 1.0, 1.0, first if second is None else second if first is None else None
    square = paired = 1.0
    found = []
    for a, b in zip(first, second, strict=True):
        both = a * b
        if not both.any():
            return 0.0, 0.0, None
        square *= float(both.mean())
        sizes = float(np.sqrt(a).mean() * np.sqrt(b).mean())
        paired *= (float(np.sqrt(both).mean()) / sizes) ** 2
        found.append(both / both.mean())
    return square, paired, tuple(found)


def end_to_end(states: Sequence[State]) -> Profile:
    """Of states that follow each other along one factor of positions."""
    parts = [
        x.q * (np.ones(x.positions) if x.profile is None else np.asarray(x.profile[0]))
        for x in states
    ]
    if any(len(one) != x.positions for one, x in zip(parts, states, strict=True)):
        return None
    found = np.concatenate(parts)
    return (found / found.mean(),) if found.any() else None


def cut(g: State, start: int, count: int) -> tuple[float, float, Profile]:
    """Of ``count`` positions: q and E[X X'] of two of them over those of all, and their profile."""
    if g.profile is None or len(g.profile) != 1 or len(g.profile[0]) != g.positions:
        return 1.0, 1.0, None
    part = g.profile[0][start : start + count]
    if not part.any():
        return 0.0, 0.0, None
    share = float(part.mean())
    return share, float(np.sqrt(part).mean()) ** 2 / g.even, (part / share,)


def mixed(states: Sequence[State], shares: Sequence[float]) -> Profile:
    """Of a sum: each by its share of the second moment."""
    known = [one.profile for one in states if one.profile is not None]
    total = math.fsum(shares)
    if not known or total <= 0:
        return None
    sizes = [len(one) for one in known[0]]
    if any([len(one) for one in profile] != sizes for profile in known):
        return None
    return tuple(
        sum(
            (share / total * (np.ones(size) if s.profile is None else s.profile[place])
             for s, share in zip(states, shares, strict=True)),
            start=np.zeros(size),
        )
        for place, size in enumerate(sizes)
    )  # fmt: skip
