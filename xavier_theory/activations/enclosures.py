"""An interval with exact rational ends that is known to contain a real number."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from xavier_theory.activations.plain_numbers import shown
from xavier_theory.errors import InvalidInputError

if TYPE_CHECKING:
    from flint import arb


_MOST_BITS = 2**17
_FLOAT_DIGITS = 17  # which tell one float from another
_SHORT = 8  # characters of a fraction that is shown as one


@dataclass(frozen=True, repr=False)
class Enclosure:
    """The closed interval ``[lower, upper]``; both ends are exact rationals.

    It prints its centre, to the digits that are certain, and half its width; it formats as its
    centre, and ``float`` gives that. Raises ``InvalidInputError`` when ``lower > upper``.
    """

    lower: Fraction
    upper: Fraction

    def __post_init__(self) -> None:
        if self.lower > self.upper:
            raise InvalidInputError(
                f"an enclosure needs lower <= upper, got [{self.lower}, {self.upper}]"
            )

    def __repr__(self) -> str:
        return f"Enclosure({self})"

    def __str__(self) -> str:
        exact, half = str(self.midpoint), nearest_float(self.width / 2)
        if half == 0:
            return exact if len(exact) <= _SHORT else _decimal(self.midpoint, _FLOAT_DIGITS)
        size = abs(self.value)
        digits = math.ceil(math.log10(size / half)) + 1 if half < size < math.inf else 1
        return f"{_decimal(self.midpoint, min(digits, _FLOAT_DIGITS))} ± {half:.1g}"

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __float__(self) -> float:
        return self.value

    @property
    def midpoint(self) -> Fraction:
        """The exact centre."""
        return (self.lower + self.upper) / 2

    @property
    def width(self) -> Fraction:
        """``upper - lower``, exactly."""
        return self.upper - self.lower

    @property
    def value(self) -> float:
        """The centre as the nearest float; infinite beyond the range of floats."""
        return nearest_float(self.midpoint)

    @property
    def lower_float(self) -> float:
        """The largest float that is at most ``lower``."""
        rounded = nearest_float(self.lower)
        if math.isinf(rounded):
            return rounded if rounded < 0 else sys.float_info.max
        return math.nextafter(rounded, -math.inf) if Fraction(rounded) > self.lower else rounded

    @property
    def upper_float(self) -> float:
        """The smallest float that is at least ``upper``."""
        rounded = nearest_float(self.upper)
        if math.isinf(rounded):
            return rounded if rounded > 0 else -sys.float_info.max
        return math.nextafter(rounded, math.inf) if Fraction(rounded) < self.upper else rounded

    def __contains__(self, number: int | float | Fraction) -> bool:
        """Whether the number, taken exactly (a float as the dyadic it stores), lies inside."""
        return self.lower <= Fraction(number) <= self.upper

    def overlaps(self, other: Enclosure) -> bool:
        """Whether the two intervals have a point in common."""
        return self.lower <= other.upper and other.lower <= self.upper

    def decimals(self, digits: int = 15) -> tuple[str, str]:
        """Both ends with ``digits`` places after the point, rounded outward."""
        scale = 10**digits
        ends = (math.floor(self.lower * scale), math.ceil(self.upper * scale))
        return _place_point(ends[0], digits), _place_point(ends[1], digits)

    def decimal(self, digits: int = 15) -> str:
        """The centre with ``digits`` places after the point, rounded to the nearest."""
        return _place_point(round(self.midpoint * 10**digits), digits)

    def places(self, digits: int) -> int:
        """How many places after the point show ``digits`` significant digits; 0 at least."""
        size = abs(self.midpoint)
        return max(0, digits - 1 - _exponent(size)) if size else digits

    def to_arb(self) -> arb:
        """A ball that contains the interval, at flint's current precision."""
        from flint import arb, fmpq

        lower = arb(fmpq(self.lower.numerator, self.lower.denominator))
        upper = arb(fmpq(self.upper.numerator, self.upper.denominator))
        return lower.union(upper)

    @classmethod
    def from_arb(cls, ball: arb) -> Enclosure:
        """The interval of a ball, with ends of less than 2^17 bits.

        Raises ``InvalidInputError`` when the ball is not finite or beyond 2^±2^17; what is nearer
        to 0 than that is enclosed by it.
        """
        if not ball.is_finite():
            raise InvalidInputError(f"an enclosure needs a finite ball, got {ball}")
        return cls(exact_end(ball.lower(), -1), exact_end(ball.upper(), 1))


@dataclass(frozen=True)
class Infinity:
    """+∞ where a number was asked for; ``reason`` says why. Reads like an ``Enclosure``."""

    reason: str

    def __format__(self, spec: str) -> str:
        return format(math.inf, spec) if spec else repr(self)

    def __float__(self) -> float:
        return math.inf

    @property
    def value(self) -> float:
        """Infinity."""
        return math.inf

    @property
    def lower_float(self) -> float:
        """Infinity."""
        return math.inf

    @property
    def upper_float(self) -> float:
        """Infinity."""
        return math.inf


def nearest_float(value: Fraction) -> float:
    """The nearest float, ±∞ beyond their range, where Python's own conversion raises."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _decimal(value: Fraction, digits: int) -> str:
    rounded = nearest_float(value)
    beyond = value != 0 and (rounded == 0 or math.isinf(rounded))
    return shown(value) if beyond else f"{rounded:.{digits}g}"


def exact_end(point: arb, side: int) -> Fraction:
    """The rational that an exact ball is; next to 0 rounded towards ``side``, −1 or 1.

    An Arb number is small whatever its exponent; as a fraction exp(10**10) would fill the memory.
    Raises ``InvalidInputError`` for what is beyond 2^(2^17) in size.
    """
    mantissa, exponent = point.man_exp()
    whole, shift = int(mantissa), int(exponent)
    size = whole.bit_length() + shift
    if whole and size > _MOST_BITS:
        raise InvalidInputError(f"a number on the way is larger than 2^{_MOST_BITS}")
    if whole and size < -_MOST_BITS:
        sign = 1 if whole > 0 else -1
        return Fraction(sign, 2**_MOST_BITS) if sign == side else Fraction(0)
    return Fraction(whole << shift) if shift >= 0 else Fraction(whole, 1 << -shift)


def _exponent(size: Fraction) -> int:
    """The k with 10^k ≤ size < 10^(k+1)."""
    k = len(str(size.numerator)) - len(str(size.denominator))
    return k if Fraction(10) ** k <= size else k - 1


def _place_point(scaled: int, digits: int) -> str:
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"
