"""Numbers without text: read, refused in one clear line, rounded and shown."""

from __future__ import annotations

import math
import numbers
from decimal import Decimal
from fractions import Fraction

from xavier_theory.errors import InvalidInputError

_SHORT = 4  # digits that may be taken for an exact number
_FARTHEST = 400  # decimal places of a Decimal's first digit


def exact_number(value: object, what: str) -> Fraction:
    """The rational number that a user wrote, as ``exact_fraction`` reads it; text is refused.

    Raises ``InvalidInputError`` naming ``what``.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        raise InvalidInputError(f"{what} must be a real number, got {clipped(value)}")
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if not math.isfinite(value):
        raise InvalidInputError(f"{what} must be finite, got {value!r}")
    if isinstance(value, Decimal):
        if abs(value.adjusted()) > _FARTHEST:
            raise InvalidInputError(f"{what} is out of range, got {clipped(value)}")
        return Fraction(value)
    return Fraction(str(value) if isinstance(value, numbers.Real) else repr(float(value)))


def clipped(value: object) -> str:
    """What a user gave, at most 60 characters of it, for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text)} characters)"


def rounded(q: Fraction) -> Fraction:
    """A dyadic of 120 bits next to q."""
    bits = 120 + q.denominator.bit_length() - q.numerator.bit_length()
    return Fraction(round(q * 2**bits), 2**bits) if bits > 0 else Fraction(round(q))


def integer_at_least(least: int, value: object, what: str) -> int:
    """``value`` as an int of at least ``least``; anything else raises ``InvalidInputError``."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise InvalidInputError(f"{what} must be an integer of at least {least}, got {value!r}")
    if value < least:
        raise InvalidInputError(f"{what} must be at least {least}, got {value!r}")
    return int(value)


def shown(value: object) -> str:
    """A number as it goes into a message: a long fraction as a decimal, anything else by repr."""
    if not isinstance(value, Fraction):
        return repr(value)
    text = str(value)
    if len(text) <= 24:
        return text
    digits = len(str(abs(value.numerator))) - len(str(value.denominator))
    return f"about 10^{digits}"


def readable(value: Fraction) -> str:
    """A rational for people: 3/2, 2.536174, and "2 + 1.45e-16" where rounding would say 2."""
    plain = str(value)
    if len(plain) <= 12:
        return plain
    if not abs(value) < 10**300:
        return shown(value)
    text = f"{float(value):.10g}"
    return text + offset(text, value, value)


def offset(text: str, lower: Fraction, upper: Fraction) -> str:
    """What a short number in ``text`` leaves out of ``[lower, upper]``, such as " + 1.45e-16".

    Empty where the number lies inside, or has so many digits that nobody takes it for exact.
    """
    short = Fraction(text)
    if lower <= short <= upper or significant(text) > _SHORT:
        return ""
    sizes = sorted(abs(float(end - short)) for end in (lower, upper))
    ends = [f"{size:.3g}" for size in sizes]
    size = ends[0] if ends[0] == ends[1] else f"({ends[0]} to {ends[1]})"
    return f" {'+' if lower > short else '-'} {size}"


def significant(text: str) -> int:
    """How many digits a decimal shows, without zeros at its ends: 2 for 0.015 and for 1.5e-07."""
    return len(text.partition("e")[0].lstrip("-").replace(".", "").strip("0"))


def positive_integer(value: object, what: str) -> int:
    """``value`` as an int of at least 1; 0, negative, fractional and NaN raise."""
    return integer_at_least(1, value, what)
