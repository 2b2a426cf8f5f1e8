"""Reading a user's numbers: exact, finite, and refused in one clear line otherwise."""

from __future__ import annotations

import math
import numbers
from fractions import Fraction

from xavier_theory.errors import InvalidInputError

_SHORT = 4  # digits that may be taken for an exact number


def exact_fraction(value: object, what: str) -> Fraction:
    """The rational number that ``value`` is: integers, fractions and floats exactly as they are.

    A float stands for the dyadic rational that it stores (0.1 is not 1/10). Booleans, NaN,
    infinities and everything else raise ``InvalidInputError`` naming ``what``.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InvalidInputError(f"{what} must be a real number, got {value!r}")
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    number = float(value)
    if not math.isfinite(number):
        raise InvalidInputError(f"{what} must be finite, got {value!r}")
    return Fraction(number)


def decimal_fraction(value: object, what: str) -> Fraction:
    """The rational number that a user *wrote*: 0.01 is 1/100, as its shortest decimal says.

    For parameters of activations (a slope, a scale), where the decimal is what is meant and the
    binary rounding is not. Raises like ``exact_fraction``.
    """
    exact = exact_fraction(value, what)
    return Fraction(repr(float(exact))) if isinstance(value, float) else exact


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
