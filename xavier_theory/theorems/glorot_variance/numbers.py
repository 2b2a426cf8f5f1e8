"""What encloses the numbers that `glorot-variance` prints."""

from __future__ import annotations

from fractions import Fraction

_NARROW, _WIDE = 256, 1024


def _compromise() -> Fraction:
    return Fraction(2, _NARROW + _WIDE)


def _two_layers() -> Fraction:
    """A layer from narrow to wide, and one back: both have the same compromise."""
    return _NARROW * _compromise() * _WIDE * _compromise()


def _least_squares() -> Fraction:
    """The minimum of (fan_in v − 1)² + (fan_out v − 1)², a parabola in v."""
    return Fraction(_NARROW + _WIDE, _NARROW**2 + _WIDE**2)


NUMBERS = {
    "by 0.64": _two_layers,
    "twenty layers by 0.0115": lambda: _two_layers() ** 10,
    "asks for 0.00115": _least_squares,
    "the compromise is 0.00156": _compromise,
}
