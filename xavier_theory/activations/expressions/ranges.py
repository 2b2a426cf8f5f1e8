"""The range of an expression over an interval, which may be a half line: proven, not sampled.

Interval arithmetic with ends in Arb, rounded outward. It serves to find the places where a
condition changes, to show that a denominator or a root's argument keeps its sign, and to bound a
function where nothing else is known. ``None`` stands for "no bound", also for "maybe undefined".
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from xavier_theory.activations.budget import spend
from xavier_theory.activations.enclosures import exact_end
from xavier_theory.activations.expressions.building import multiply, power
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.elementary import FUNCTIONS, constant_ball
from xavier_theory.activations.expressions.nodes import (
    ONE,
    Apply,
    Constant,
    Every,
    Extremum,
    Negation,
    Node,
    Number,
    Positive,
    Power,
    Product,
    Sum,
    Truth,
    Variable,
    Where,
    is_smooth,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import over_one_denominator
from xavier_theory.activations.expressions.rewriting import replace_variable
from xavier_theory.errors import InvalidInputError

_ORDER: ContextVar[int] = ContextVar("order", default=0)
_MOST_ORDERS = 4  # of derivatives for a quotient of zeros
_MOST_PARTS = 200
End = Any  # an exact arb, or None: flint publishes no types


@dataclass(frozen=True)
class Interval:
    """``[lower, upper]``; an end that is None is infinite."""

    lower: End
    upper: End

    @property
    def positive(self) -> bool:
        """Whether every element is above 0."""
        return self.lower is not None and bool(self.lower > 0)

    @property
    def negative(self) -> bool:
        """Whether every element is below 0."""
        return self.upper is not None and bool(self.upper < 0)

    @property
    def sign(self) -> int | None:
        """1, −1, 0 (exactly the number 0), or None where that is not known."""
        if self.positive:
            return 1
        if self.negative:
            return -1
        exact = self.lower is not None and self.upper is not None
        return 0 if exact and self.lower == 0 and self.upper == 0 else None


Known = Interval | bool | None  # of a number, of a condition, of a condition that is not settled
EVERYTHING = Interval(None, None)


def point(value: Fraction) -> Interval:
    """The interval of one rational number."""
    ball = arb(fmpq(value.numerator, value.denominator))
    return Interval(ball.lower(), ball.upper())


def span(lower: Fraction | None, upper: Fraction | None) -> Interval:
    """The interval between two rationals; None is infinite."""
    return Interval(
        None if lower is None else point(lower).lower, None if upper is None else point(upper).upper
    )


def range_of(root: Node, z: Interval) -> Interval:
    """An interval that contains φ(z) for every z of the interval."""
    known: dict[Node, Known] = {}
    order = postorder(root)
    spend(len(order) * (1 + ctx.prec // 256))
    for node in order:
        known[node] = _rule(node, z, known)
    result = known[root]
    return result if isinstance(result, Interval) else EVERYTHING


def _rule(node: Node, z: Interval, known: dict[Node, Known]) -> Known:
    parts = [known[child] for child in node.children]
    intervals = [part for part in parts if isinstance(part, Interval)]
    match node:
        case Variable():
            return z
        case Number():
            return point(node.value)
        case Constant():
            ball = constant_ball(node.name)
            return Interval(ball.lower(), ball.upper())
        case Sum():
            return _quotient(node, _sum(intervals), z)
        case Product():
            return _quotient(node, _product(intervals), z)
        case Power():
            return _power(intervals[0], node.exponent)
        case Apply():
            return _apply(node.function, intervals[0])
        case Extremum():
            return _extremum(node.greatest, *intervals)
        case Positive():
            return _positive(intervals[0], node.strict)
        case Truth():
            return node.holds
        case Every():
            return False if False in parts else (None if None in parts else True)
        case Negation():
            return None if parts[0] is None else not parts[0]
        case Where():
            if parts[0] is None:
                return _union(*intervals)
            return parts[1] if parts[0] else parts[2]
    return EVERYTHING


def _finite(end: End) -> End:
    return end if end is not None and end.is_finite() else None


def _sum(parts: list[Interval]) -> Interval:
    lower: End = arb(0)
    upper: End = arb(0)
    for part in parts:
        lower = None if lower is None or part.lower is None else (lower + part.lower).lower()
        upper = None if upper is None or part.upper is None else (upper + part.upper).upper()
    return Interval(_finite(lower), _finite(upper))


def _product(parts: list[Interval]) -> Interval:
    result = parts[0]
    for part in parts[1:]:
        result = _times(result, part)
    return result


def _quotient(node: Sum | Product, plain: Interval, z: Interval) -> Interval:
    """The plain range, or where it has no bound that of one quotient, by Cauchy's theorem.

    If N and D are 0 at some place of the interval, N(z)/D(z) = N'(ξ)/D'(ξ) for a ξ of it.
    """
    if plain.lower is not None and plain.upper is not None:
        return plain
    if z.lower is None or z.upper is None or _ORDER.get() >= _MOST_ORDERS:
        return plain
    if not is_smooth(node) or len(postorder(node)) > _MOST_PARTS:
        return plain
    over, below = over_one_denominator(node)
    place = None if below == ONE else _vanishing_place(over, below, z)
    if place is None:
        return plain
    token = _ORDER.set(_ORDER.get() + 1)
    try:
        return range_of(multiply(derivative(over), power(derivative(below), -1)), z)
    except InvalidInputError:  # a derivative that is the number 0, or too large
        return plain
    finally:
        _ORDER.reset(token)


def _vanishing_place(over: Node, below: Node, z: Interval) -> Fraction | None:
    """A rational of the interval where both are exactly 0; 0 itself, or one that is short."""
    middle = exact_end(((z.lower + z.upper) / 2).mid(), 1)
    for place in (Fraction(0), middle.limit_denominator(1000)):
        here = point(place)
        if not (z.lower <= here.upper and here.lower <= z.upper):
            continue
        try:
            values = [replace_variable(part, Number(place)) for part in (over, below)]
        except InvalidInputError:
            continue
        if all(isinstance(value, Number) and value.value == 0 for value in values):
            return place
    return None


def _times(left: Interval, right: Interval) -> Interval:
    """An infinite end counts as ±∞, and 0·∞ as 0: the ends are never reached."""
    if left.sign == 0 or right.sign == 0:
        return Interval(arb(0), arb(0))
    lows: list[arb] = []
    highs: list[arb] = []
    unbounded = {-1: False, 1: False}
    for a, sign_a in ((left.lower, -1), (left.upper, 1)):
        for b, sign_b in ((right.lower, -1), (right.upper, 1)):
            if a is not None and b is not None:
                lows.append((a * b).lower())
                highs.append((a * b).upper())
                continue
            sign = _end_sign(a, sign_a) * _end_sign(b, sign_b)
            if sign == 0:
                lows.append(arb(0))
                highs.append(arb(0))
            else:
                unbounded[sign] = True
    lower = None if unbounded[-1] or not lows else _least(lows)
    upper = None if unbounded[1] or not highs else _greatest(highs)
    return Interval(_finite(lower), _finite(upper))


def _end_sign(end: End, infinite: int) -> int:
    if end is None:
        return infinite
    return 1 if end > 0 else (-1 if end < 0 else 0)


def _least(values: list[arb]) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result if result <= value else value
    return result


def _greatest(values: list[arb]) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result if result >= value else value
    return result


def _power(base: Interval, exponent: Fraction) -> Interval:
    if exponent < 0:
        if not (base.positive or base.negative):
            return _pole(base, exponent)
        inverse = _reciprocal(base)
        return inverse if exponent == -1 else _power(inverse, -exponent)
    if exponent.denominator == 1 and exponent.numerator % 2 == 0:
        base = _absolute(base)
    elif exponent.denominator != 1 and not base.positive:
        if base.negative:
            return EVERYTHING
        # Where the base is negative the power is undefined; the rest of the range stands.
        base = Interval(arb(0), base.upper)
    return Interval(_end_power(base.lower, exponent, -1), _end_power(base.upper, exponent, 1))


def _pole(base: Interval, exponent: Fraction) -> Interval:
    """An even power of what may be 0 is positive all the same."""
    size = _absolute(base).upper
    if exponent.denominator != 1 or exponent.numerator % 2 or size is None or not size > 0:
        return EVERYTHING
    return Interval((size ** int(exponent)).lower(), None)


def _reciprocal(base: Interval) -> Interval:
    lower = arb(0) if base.upper is None else (1 / base.upper).lower()
    upper = arb(0) if base.lower is None else (1 / base.lower).upper()
    return Interval(_finite(lower), _finite(upper))


def _end_power(end: End, exponent: Fraction, side: int) -> End:
    if end is None:
        return None
    if exponent.denominator == 1:
        value = end ** int(exponent)
    elif end == 0:
        return arb(0)
    else:
        value = end ** arb(fmpq(exponent.numerator, exponent.denominator))
    return _finite(value.lower() if side < 0 else value.upper())


def _absolute(u: Interval) -> Interval:
    if u.lower is not None and u.lower >= 0:
        return u
    if u.upper is not None and u.upper <= 0:
        return Interval(-u.upper, None if u.lower is None else -u.lower)
    if u.lower is None or u.upper is None:
        return Interval(arb(0), None)
    return Interval(arb(0), _greatest([-u.lower, u.upper]))


def _apply(function: str, u: Interval) -> Interval:
    if function == "abs":
        return _absolute(u)
    if function == "sign":
        if u.sign is not None:
            return point(Fraction(u.sign))
        return span(Fraction(-1), Fraction(1))
    if function == "floor":
        return Interval(*(None if end is None else end.floor() for end in (u.lower, u.upper)))
    if function == "cosh":
        size = _absolute(u)
        return Interval(_image("cosh", size.lower, -1), _image("cosh", size.upper, 1))
    if function in ("sin", "cos"):
        return _wave(function, u)
    known = FUNCTIONS[function]
    if known.direction > 0:
        ends = (_end(function, u.lower, 0, -1), _end(function, u.upper, 1, 1))
    else:
        ends = (_end(function, u.upper, 1, -1), _end(function, u.lower, 0, 1))
    least = min((limit for limit in known.limits if limit is not None), default=None)
    if ends[0] is not None and least == 0 and ends[0] < 0:  # log(1 + e^−1000) in 128 bits
        ends = (arb(0), ends[1])
    return Interval(*ends)


def _end(function: str, end: End, which: int, side: int) -> End:
    if end is not None:
        return _image(function, end, side)
    limit = FUNCTIONS[function].limits[which]
    return None if limit is None else point(Fraction(limit)).lower


def _image(function: str, end: End, side: int) -> End:
    if end is None:
        return None
    value = FUNCTIONS[function].ball(acb(end), False)
    if not value.is_finite() or not value.imag.is_zero():
        return None
    return _finite(value.real.lower() if side < 0 else value.real.upper())


def _wave(function: str, u: Interval) -> Interval:
    if u.lower is None or u.upper is None:
        return span(Fraction(-1), Fraction(1))
    ball = u.lower.union(u.upper)
    value = ball.sin() if function == "sin" else ball.cos()
    return Interval(value.lower(), value.upper()) if value.is_finite() else EVERYTHING


def _extremum(greatest: bool, left: Interval, right: Interval) -> Interval:
    lows, highs = [left.lower, right.lower], [left.upper, right.upper]
    known_lows = [end for end in lows if end is not None]
    known_highs = [end for end in highs if end is not None]
    if greatest:
        lower = _greatest(known_lows) if known_lows else None
        upper = _greatest(known_highs) if len(known_highs) == 2 else None
    else:
        lower = _least(known_lows) if len(known_lows) == 2 else None
        upper = _least(known_highs) if known_highs else None
    return Interval(lower, upper)


def _positive(difference: Interval, strict: bool) -> bool | None:
    if difference.positive:
        return True
    if difference.negative:
        return False
    if difference.sign == 0:
        return not strict
    if not strict and difference.lower is not None and difference.lower >= 0:
        return True
    if strict and difference.upper is not None and difference.upper <= 0:
        return False
    return None


def _union(left: Interval, right: Interval) -> Interval:
    both_lower = left.lower is not None and right.lower is not None
    both_upper = left.upper is not None and right.upper is not None
    return Interval(
        _least([left.lower, right.lower]) if both_lower else None,
        _greatest([left.upper, right.upper]) if both_upper else None,
    )
