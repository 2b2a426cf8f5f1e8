"""What the axes of a tensor mean: sample, position or feature, also after reshaping.

An axis is a tuple of factors (label, size), outermost first, whose sizes multiply to its length; an
axis of length 1 has none. ``b`` counts samples, ``p`` positions (pixels, tokens), ``f`` features.
So an axis of samples and heads is ``(("b", 8), ("f", 4))``, and a view that takes it apart again
finds both (factor lists as in einops: Rogozhnikov 2022, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Factor = tuple[str, int]
Axis = tuple[Factor, ...]
Axes = tuple[Axis, ...]
Shape = tuple[int, ...]

SAMPLE, POSITION, FEATURE = "b", "p", "f"


def axis(label: str, size: int) -> Axis:
    """One axis with one meaning."""
    return ((label, size),) if size > 1 else ()


def usual(shape: Shape, integers: bool = False) -> Axes:
    """What axes mean where nothing is known: samples first; images and series as in torch.

    Integers are tokens or classes, and have no axis of features.
    """
    if integers:
        labels = "b" + "p" * max(len(shape) - 1, 0)
    else:
        by_rank = {0: "", 1: "f", 2: "bf", 3: "bpf"}
        labels = by_rank.get(len(shape), "bf" + "p" * (len(shape) - 2))
    return tuple(axis(label, size) for label, size in zip(labels, shape, strict=False))


def of_weight(shape: Shape) -> Axes:
    """Axes of what does not depend on the sample: the last is of features, others positions."""
    labels = "p" * (len(shape) - 1) + "f"
    return tuple(axis(label, size) for label, size in zip(labels, shape, strict=False))


def count(axes: Axes, label: str) -> int:
    """How many samples, positions or features there are."""
    return math.prod(size for one in axes for name, size in one if name == label)


def lengths_of_positions(axes: Axes) -> list[int]:
    """The sizes of all factors that are of positions, in order."""
    return [size for one in axes for label, size in one if label == POSITION]


def resized(old: Axis, size: int, otherwise: str = POSITION) -> Axis:
    """An axis whose length has changed: its outermost meaning, or ``otherwise``."""
    if math.prod(n for _, n in old) == size:
        return old
    return axis(old[0][0] if old else otherwise, size)


def reshaped(axes: Axes, shape: Shape) -> Axes | None:
    """The axes after a view: factors are dealt out in order, and cut where they must be.

    None where a new axis would take a part of a factor that does not divide it.
    """
    left = [factor for one in axes for factor in one]
    if math.prod(size for _, size in left) != math.prod(shape):
        return None
    found: list[Axis] = []
    for size in shape:
        taken: list[Factor] = []
        while size > 1:
            label, here = left.pop(0)
            step = math.gcd(here, size)
            if step not in (here, size):
                return None
            if here % size == 0 and here > size:  # the outer part belongs here, the rest goes on
                left.insert(0, (label, here // size))
                step = size
            taken.append((label, step))
            size //= step
        found.append(_merged(taken))
    return tuple(found)


def _merged(factors: Iterable[Factor]) -> Axis:
    found: list[Factor] = []
    for label, size in factors:
        if found and found[-1][0] == label:
            found[-1] = (label, found[-1][1] * size)
        else:
            found.append((label, size))
    return tuple(found)


def permuted(axes: Axes, order: Sequence[int]) -> Axes:
    """The axes in another order."""
    return tuple(axes[index] for index in order)


def broadcast(given: Sequence[tuple[Axes, Shape]], shape: Shape) -> Axes:
    """The axes of an elementwise result: of each, the first operand that is that long there."""
    found: list[Axis] = []
    for index, size in enumerate(shape):
        place = index - len(shape)
        here = [
            axes[place] for axes, sizes in given if len(sizes) >= -place and sizes[place] == size
        ]
        known = [one for one in here if one]
        found.append(known[0] if known else axis(POSITION, size))
    return tuple(found)


def contracted(axes: Axes, size: int) -> Axes:
    """After a weight that is applied along the last axis: what is left counts as positions.

    Where features are left (a map along tokens), they share the weight as positions do.
    """
    rest = tuple(
        _merged((POSITION if label == FEATURE else label, n) for label, n in one)
        for one in axes[:-1]
    )
    return (*rest, axis(FEATURE, size))


def reduced(axes: Axes, dims: Sequence[int], keep: bool) -> tuple[Axes, tuple[Factor, ...]]:
    """The axes after a mean or a sum along ``dims``, and the factors that went."""
    chosen = {dim % len(axes) for dim in dims} if axes else set()
    gone = tuple(factor for index, one in enumerate(axes) if index in chosen for factor in one)
    rest = [() if index in chosen else one for index, one in enumerate(axes)]
    if not keep:
        rest = [one for index, one in enumerate(axes) if index not in chosen]
    return tuple(rest), gone
