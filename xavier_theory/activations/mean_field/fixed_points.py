"""The fixed points of a length map, certified, with the range in which there are no others.

Isolated by ``search``, then narrowed by signs of V(q) − q and Newton's steps. Near q = 0 the values
of φ near 0 decide (``origin``); a homogeneous φ has a map that is a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.constants import constant_square
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.gaussian_integrals import number
from xavier_theory.activations.mean_field.comparison import beside_identity
from xavier_theory.activations.mean_field.length import LengthMap
from xavier_theory.activations.mean_field.origin import origin, squares_near
from xavier_theory.activations.mean_field.search import (
    APART,
    LARGEST,
    guesses,
    isolate,
    merged,
)
from xavier_theory.activations.mean_field.shapes import (
    bends_towards_zero,
    homogeneous_slopes,
    is_somewhere_below,
    steepest_square,
)
from xavier_theory.activations.plain_numbers import rounded

SMALLEST = Fraction(1, 2**30)
STABLE, MARGINAL, UNSTABLE = "stable", "marginal", "unstable"


@dataclass(frozen=True)
class FixedPoint:
    """One solution of V(q) = q, somewhere in ``q``; ``slope`` encloses V' there.

    ``stability`` is ``stable`` where |V'| < 1 is proven, ``unstable`` where |V'| > 1 is,
    ``marginal`` where V' = 1 is proven by exact arithmetic, and otherwise None.
    """

    q: Enclosure
    slope: Enclosure
    stability: str | None

    @property
    def is_zero(self) -> bool:
        """Whether it is the fixed point q = 0."""
        return self.q.upper == 0


@dataclass(frozen=True)
class FixedPoints:
    """All fixed points for 0 ≤ q ≤ ``searched_to`` but for those within ``unsettled``.

    ``every`` is True where V(q) = q for every q; then ``points`` is empty. ``searched_to`` is None
    where the whole half line was settled.
    """

    length_map: LengthMap
    points: tuple[FixedPoint, ...]
    unsettled: tuple[Enclosure, ...] = ()
    every: bool = False
    searched_to: Fraction | None = None


def fixed_points(
    length_map: LengthMap, near: Fraction = Fraction(1), *, whole: bool = True
) -> FixedPoints:
    """The fixed points of V from 0 to 2^20, or as far as V can be enclosed.

    For a homogeneous φ, for one whose map is constant, and where σ_w·|φ'| ≤ 1 leaves room for
    none, of all q ≥ 0. The work is bounded, and goes to intervals near ``near`` first; what is left
    is reported. Without ``whole`` only the way is searched that lengths take from ``near`` to the
    next fixed point. Raises ``NotCertifiedError`` where V cannot be enclosed at 1, or its behaviour
    at 0 not be settled.
    """
    slopes = homogeneous_slopes(length_map.root)
    if slopes is not None:
        return _of_a_line(length_map, (slopes[0] ** 2 + slopes[1] ** 2) / 2)
    square = constant_square(length_map.root)
    if square is not None:
        return _of_a_constant(length_map, square)
    at_zero, start, lowest = _near_zero(length_map)
    if _contracts(length_map):
        return FixedPoints(length_map, at_zero, searched_to=None)
    side = beside_identity(length_map.root, length_map.weight_variance)
    if side == 1 or (side == -1 and length_map.bias_variance == 0):
        return FixedPoints(length_map, at_zero, searched_to=None)
    only = _only_one(length_map, at_zero)
    if only is not None:
        return FixedPoints(length_map, (*at_zero, *only), searched_to=None)
    found, unsettled, highest = isolate(length_map, start, near, whole)
    points = [refined(length_map, where) for where in found]
    if lowest is not None:
        unsettled = [lowest, *unsettled]
    return FixedPoints(
        length_map, (*at_zero, *points), tuple(merged(unsettled)), searched_to=highest
    )


def refined(length_map: LengthMap, where: Enclosure) -> FixedPoint:
    """The fixed point whose ends have opposite signs of V(q) − q, by bisection, then its slope."""
    with ctx.workprec(8 * length_map.digits):
        ends = _bisected(length_map, where)
    slope = length_map.slope_between(ends.lower, ends.upper)
    return FixedPoint(ends, slope, stability(slope))


def stability(slope: Enclosure) -> str | None:
    """What the enclosure of V' proves."""
    if max(abs(slope.lower), abs(slope.upper)) < 1:
        return STABLE
    if slope.lower > 1 or slope.upper < -1:
        return UNSTABLE
    return MARGINAL if slope.lower == slope.upper == 1 else None


def _bisected(length_map: LengthMap, where: Enclosure) -> Enclosure:
    """Secant steps inside, and the halves: until both ends agree to the map's digits or so."""
    low, high = where.lower, where.upper
    rising = (length_map.moves(low) or 0) > 0
    goal = Fraction(1, 10 ** (length_map.digits - 6))
    for _ in range(200):
        if high - low <= goal * low:
            break
        middle = _newton(length_map, low, high)
        step = max((high - low) / 2**12, goal * low / 2)
        tried = [p for p in (middle - step, middle + step) if low < p < high]
        if len(tried) < 2 or high - low > low / 16:
            tried = [rounded((low + high) / 2)]
        before = (low, high)
        for place in tried:
            place = rounded(place)
            sign = length_map.moves(place)
            if sign is None or not low < place < high:
                continue
            if (sign > 0) == rising:
                low = place
            else:
                high = place
        if (low, high) == before:
            break
    return Enclosure(low, high)


def _newton(length_map: LengthMap, low: Fraction, high: Fraction) -> Fraction:
    """The zero of V(q) − q by a Newton step from the middle, in floating point of many digits."""
    middle = (low + high) / 2
    gap = length_map.at(middle).midpoint - middle
    slope = length_map.slope(middle).midpoint - 1
    return middle - gap / slope if slope else middle


def _of_a_line(length_map: LengthMap, half: Fraction) -> FixedPoints:
    """V(q) = slope·q + σ_b² for a homogeneous φ."""
    slope, bias = length_map.weight_variance * half, length_map.bias_variance
    if slope == 1:
        return FixedPoints(length_map, (), every=bias == 0, searched_to=None)
    place = bias / (1 - slope)
    if place < 0:
        return FixedPoints(length_map, (), searched_to=None)
    exact = Enclosure(slope, slope)
    point = FixedPoint(Enclosure(place, place), exact, stability(exact))
    return FixedPoints(length_map, (point,), searched_to=None)


def _of_a_constant(length_map: LengthMap, square: Fraction) -> FixedPoints:
    """V(q) = σ_w²·square + σ_b² at every q > 0, where E[φ(√q·Z)²] does not depend on q."""
    place = length_map.weight_variance * square + length_map.bias_variance
    point = FixedPoint(Enclosure(place, place), Enclosure(Fraction(0), Fraction(0)), STABLE)
    return FixedPoints(length_map, (point,), searched_to=None)


def _contracts(length_map: LengthMap) -> bool:
    """Whether 0 is the only fixed point because σ_w·|φ'| ≤ 1 everywhere.

    Then σ_w·|φ(z)| ≤ |z|, strictly around some z, so that V(q) < q for every q > 0.
    """
    root, weight = length_map.root, length_map.weight_variance
    if length_map.bias_variance != 0 or not origin(root).passes_through_zero:
        return False
    bound = steepest_square(root)
    return bound is not None and weight * bound <= 1 and is_somewhere_below(root, weight)


def _only_one(
    length_map: LengthMap, at_zero: tuple[FixedPoint, ...]
) -> tuple[FixedPoint, ...] | None:
    """The positive fixed points of a V for which V(q)/q falls: one or none. None: not settled.

    So it does where |φ| is concave on both sides of 0. Where V(q) − q changes its sign from above
    to below between two places, all fixed points lie between them.
    """
    root = length_map.root
    if not bends_towards_zero(root):
        return None
    below = is_somewhere_below(root, length_map.weight_variance)
    if at_zero and at_zero[0].slope.upper <= 1 and below:
        return ()
    for guess in guesses(length_map, SMALLEST, LARGEST):
        where = Enclosure(guess * (1 - APART), guess * (1 + APART))
        if length_map.moves(where.lower) == 1 and length_map.moves(where.upper) == -1:
            return (refined(length_map, where),)
    return None


def _near_zero(
    length_map: LengthMap,
) -> tuple[tuple[FixedPoint, ...], Fraction, Enclosure | None]:
    """The fixed point 0 if it is one, where the search begins, and what is unsettled below that."""
    here = origin(length_map.root)
    if length_map.bias_variance > 0:
        # V(q) ≥ σ_b² > q below it
        return (), min(_starts()[-1], length_map.bias_variance / 2), None
    zero = Enclosure(Fraction(0), Fraction(0))
    points: tuple[FixedPoint, ...] = ()
    if here.passes_through_zero:
        if here.square_slope is None:
            raise NotCertifiedError(
                f"the slope of {length_map.activation.name} at 0 is not settled"
            )
        weight, limit = length_map.weight_variance, here.square_slope
        exact = limit if isinstance(limit, Enclosure) else Enclosure(limit, limit)
        slope = Enclosure(exact.lower * weight, exact.upper * weight)
        points = (FixedPoint(zero, slope, stability(slope)),)
        settles = _is_settled_near_zero
    else:
        settles = _is_lifted
    for start in _starts():
        if settles(length_map, start):
            return points, start, None
    return points, start, Enclosure(Fraction(0), start)


def _starts() -> list[Fraction]:
    """Where the search may begin, for radii that fall."""
    return [_radius(k) ** 2 / 2**7 for k in range(2, 9)]


def _radius(k: int) -> Fraction:
    return Fraction(1, 2**k)


def _radius_of(start: Fraction) -> Fraction:
    return next(r for k in range(2, 9) if (r := _radius(k)) ** 2 / 2**7 == start)


def _is_settled_near_zero(length_map: LengthMap, start: Fraction) -> bool:
    ratio = _ratio_near_zero(length_map, start)
    return ratio is not None and 1 not in ratio


def _is_lifted(length_map: LengthMap, start: Fraction) -> bool:
    """Whether V(q) > q for all q ≤ start, because φ stays away from 0 near 0."""
    squares = squares_near(length_map.root, _radius_of(start), differentiated=False)
    if squares is None:
        return False
    inside = 1 - _outside(start)
    return squares.lower * length_map.weight_variance * inside > start


def _ratio_near_zero(length_map: LengthMap, start: Fraction) -> Enclosure | None:
    """An enclosure of V(q)/q for all 0 < q ≤ start, for a φ with φ(0) = 0 and no bias.

    For |z| ≤ r, φ(z)² lies between the extremes of φ'² on that side, times z². What lies outside,
    E[φ(√q·Z)²; |√q·Z| > r]/q, is at most its value at ``start``, as r² > 3·start; and that is at
    most start^(-1/2)·e^(−r²(1/start − 1)/2)·W(1)/start, by comparing the two densities there.
    """
    squares = squares_near(length_map.root, _radius_of(start), differentiated=True)
    if squares is None:
        return None
    with ctx.workprec(128):
        ratio = number(start)
        factor = (
            (-number(_radius_of(start) ** 2) * (1 / ratio - 1) / 2).exp() / ratio.sqrt() / ratio
        )
        outside = Enclosure.from_arb(factor * length_map.moment(Fraction(1)).to_arb()).upper
    weight = length_map.weight_variance
    lower = squares.lower * (1 - _outside(start))
    return Enclosure(weight * lower, weight * (squares.upper + outside))


def _outside(start: Fraction) -> Fraction:
    """An upper bound of E[Z²; |√q·Z| > r] and of P(|√q·Z| > r), for all q ≤ start."""
    with ctx.workprec(64):
        t = number(_radius_of(start)) / number(start).sqrt()
        # ∫_t^∞ z²·density = t·density + P(Z > t) ≤ (t + 1/t)·density
        bound = 2 * (t + 1 / t) * (-t * t / 2).exp()
        return Enclosure.from_arb(bound + arb(0)).upper
