"""Isolating the fixed points of a length map: each box proven to hold one, or none.

The range is covered by intervals. On one where the enclosure of V lies above or below the interval
there is no fixed point; nor where V(q) − q keeps its sign from an end with the slopes there are; on
one where V' − 1 keeps its sign there is at most one, and the signs of V(q) − q at the ends say
whether there is; any other interval is halved, down to a least width, or until the work is used up,
and then reported as unsettled.
"""

from __future__ import annotations

import heapq
import math
from fractions import Fraction
from itertools import pairwise

import numpy as np

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.gaussian_integrals import InfiniteMomentError
from xavier_theory.activations.length_map import length_map as fast_map
from xavier_theory.activations.mean_field.length import LengthMap
from xavier_theory.activations.plain_numbers import rounded
from xavier_theory.activations.quadrature import QuadratureError
from xavier_theory.errors import InvalidInputError

LARGEST = Fraction(2**20)
FARTHEST = Fraction(2**40)  # the largest variance of which moments are enclosed
_COARSE_DIGITS = 8
_MOST_INTERVALS = 300
_LEAST_WIDTH = Fraction(1, 2**20)  # of an interval, relative to its place
APART = Fraction(1, 2**9)
_CLOSER = 10  # halvings towards the limit of V
_HUGE = 2**100  # values of V beyond which nobody looks


def isolate(
    length_map: LengthMap, start: Fraction, near: Fraction, whole: bool
) -> tuple[list[Enclosure], list[Enclosure], Fraction]:
    """Boxes with one fixed point each, unsettled intervals, and how far up the search went.

    ``start`` is its lower end. Where not ``whole``, it is restricted to the way that lengths take
    from ``near``, as far as the first fixed point.
    """
    coarse = _coarse(length_map)
    ends = _octaves(coarse, start)
    seen = guesses(length_map, ends[0], ends[-1])
    path = _path(seen, near, coarse, ends)
    ends = _with_guesses(seen, ends)
    boxes = [(low, high) for low, high in pairwise(ends) if whole or _meets(low, high, path)]
    found, unsettled = _search(coarse, boxes, path)
    return found, unsettled, boxes[-1][1] if boxes else ends[-1]


def _meets(low: Fraction, high: Fraction, path: tuple[Fraction, Fraction]) -> bool:
    return low < path[1] and path[0] < high


def _coarse(length_map: LengthMap) -> LengthMap:
    return LengthMap(
        length_map.activation, length_map.weight_variance, length_map.bias_variance, _COARSE_DIGITS
    )


def _octaves(length_map: LengthMap, start: Fraction) -> list[Fraction]:
    """The places between which the search begins: up to 2^20, or nearly to where V is enclosed.

    Further, up to a place where V(q) < q, if V(q) < q at 2^40: then there is a fixed point. They
    are odd numbers, so that fixed points such as q = 1 lie between them.
    """
    ends = [start]
    while ends[-1] < LARGEST or _stops_later(length_map, ends[-1]):
        following = ends[-1] * Fraction(203, 101)
        if ends[-1] < LARGEST:
            following = min(following, LARGEST)
        try:
            huge = length_map.at(following).lower > _HUGE
        except (NotCertifiedError, InfiniteMomentError):
            if following < 1:
                raise
            return ends + _up_to_the_limit(length_map, ends[-1], following)
        ends.append(following)
        if huge:
            break
    return ends


def _stops_later(length_map: LengthMap, end: Fraction) -> bool:
    """Whether V(q) > q at ``end``, as it seems, but certainly not at 2^40."""
    try:
        if end >= FARTHEST or length_map.at(end).upper < end:
            return False
        return length_map.at(FARTHEST).upper < FARTHEST
    except (NotCertifiedError, InfiniteMomentError):
        return False


def _up_to_the_limit(length_map: LengthMap, low: Fraction, high: Fraction) -> list[Fraction]:
    """Places from where V is enclosed towards the limit beyond which it is not, by halving."""
    places = []
    for _ in range(_CLOSER):
        middle = (low + high) / 2
        try:
            length_map.at(middle)
        except (NotCertifiedError, InfiniteMomentError):
            high = middle
        else:
            low = middle
            places.append(middle)
    return places


def grows_on(length_map: LengthMap, end: Fraction) -> bool:
    """Whether lengths that have come to ``end``, where the search ended, certainly grow on.

    So they do, as far as anybody looks, where V is huge, and from 2^20 if V(q) > q at 2^40 as well.
    Elsewhere V is not enclosed beyond: a little further it must be infinite, and before that at
    least √(end/q)·V(end) > q.
    """
    if length_map.at(end).lower > _HUGE:
        return True
    if end >= LARGEST:
        try:
            return length_map.at(FARTHEST).lower > FARTHEST
        except (NotCertifiedError, InfiniteMomentError):
            return False
    beyond = end * (1 + Fraction(1, 2 ** (_CLOSER - 2)))
    try:
        length_map.at(beyond)
    except InfiniteMomentError:
        value = length_map.at(end).lower
        return value * value * end > beyond**3
    except NotCertifiedError:
        return False
    return False


def guesses(length_map: LengthMap, lowest: Fraction, highest: Fraction) -> list[Fraction]:
    """Where floating point sees roots of V(q) − q; none where it sees nothing."""
    grid = np.geomspace(float(lowest), float(highest), 600)
    scale = float(length_map.weight_variance), float(length_map.bias_variance)
    try:
        gap = fast_map(length_map.activation, grid, *scale) - grid
    except (QuadratureError, InvalidInputError):
        return []
    found = []
    for k in np.flatnonzero(np.sign(gap[1:]) * np.sign(gap[:-1]) <= 0)[:20]:
        low, high = grid[k], grid[k + 1]
        for _ in range(20):
            middle = 0.5 * (low + high)
            value = float(fast_map(length_map.activation, middle, *scale)) - middle
            low, high = (middle, high) if (value > 0) == (gap[k] > 0) else (low, middle)
        found.append(Fraction(float(low)))
    return found


def _path(
    seen: list[Fraction], near: Fraction, length_map: LengthMap, ends: list[Fraction]
) -> tuple[Fraction, Fraction]:
    """From where lengths start to the guess that they go to, or to the end of the range."""
    direction = length_map.moves(near)
    if direction is None:
        return near * (1 - APART), near * (1 + APART)
    ahead = [guess for guess in seen if (guess - near) * direction > 0]
    goal = min(ahead, key=lambda guess: abs(guess - near), default=ends[-1 if direction > 0 else 0])
    return min(near, goal), max(near, goal)


def _with_guesses(seen: list[Fraction], ends: list[Fraction]) -> list[Fraction]:
    """The places, and two more around each guess: it saves halvings."""
    places = {*ends, *(g * (1 - APART) for g in seen), *(g * (1 + APART) for g in seen)}
    return sorted(place for place in places if ends[0] <= place <= ends[-1])


def _search(
    length_map: LengthMap, boxes: list[tuple[Fraction, Fraction]], path: tuple[Fraction, Fraction]
) -> tuple[list[Enclosure], list[Enclosure]]:
    """Isolating intervals of fixed points, and intervals that stay unsettled; wide ones first."""
    heap = [(_urgency(low, high, path), low, high) for low, high in boxes]
    heapq.heapify(heap)
    found: list[Enclosure] = []
    unsettled: list[Enclosure] = []
    for _ in range(_MOST_INTERVALS):
        if not heap:
            break
        _, low, high = heapq.heappop(heap)
        outcome = _outcome(length_map, low, high)
        if outcome == "root":
            found.append(Enclosure(low, high))
        elif outcome == "unsettled" and high - low <= _LEAST_WIDTH * low:
            unsettled.append(Enclosure(low, high))
        elif outcome == "unsettled":
            middle = rounded((low + high) / 2)
            for half in ((low, middle), (middle, high)):
                heapq.heappush(heap, (_urgency(*half, path), *half))
    unsettled += [Enclosure(low, high) for _, low, high in heap]
    return sorted(found, key=lambda i: i.lower), unsettled


def _urgency(low: Fraction, high: Fraction, path: tuple[Fraction, Fraction]) -> float:
    """The least is looked at first: wide intervals, and those on the way that lengths take."""
    distance = max(Fraction(1), low / path[1], path[0] / high)
    return -float((high - low) / low) / (1 + math.log2(distance)) ** 3


def _outcome(length_map: LengthMap, low: Fraction, high: Fraction) -> str:
    values = length_map.between(low, high)
    if values.lower > high or values.upper < low:
        return "none"
    slope = length_map.slope_between(low, high)
    if 1 in slope:
        return "none" if _kept_off(length_map, low, high, slope) else "unsettled"
    signs = (length_map.moves(low), length_map.moves(high))
    if None in signs:
        return "unsettled"
    return "none" if signs[0] == signs[1] else "root"


def _kept_off(length_map: LengthMap, low: Fraction, high: Fraction, slope: Enclosure) -> bool:
    """Whether V(q) − q keeps its sign, going from either end with the slopes there are."""
    width = high - low
    left, right = length_map.at(low), length_map.at(high)
    rise, fall = (slope.upper - 1) * width, (1 - slope.lower) * width
    below = left.upper + rise < low or right.upper + fall < high
    above = left.lower - fall > low or right.lower - rise > high
    return below or above


def merged(intervals: list[Enclosure]) -> list[Enclosure]:
    """Neighbours that touch, joined."""
    result: list[Enclosure] = []
    for interval in sorted(intervals, key=lambda i: i.lower):
        if result and interval.lower <= result[-1].upper:
            result[-1] = Enclosure(result[-1].lower, max(result[-1].upper, interval.upper))
        else:
            result.append(interval)
    return result
