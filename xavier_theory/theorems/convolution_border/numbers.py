"""What encloses the numbers that `convolution-border` prints."""

from __future__ import annotations

from fractions import Fraction


def _outside(padding: int, size: int) -> Fraction:
    """The share of a square kernel's taps outside, on average over the map: 1 less those inside."""
    kernel = 2 * padding + 1
    return 1 - (1 - Fraction(padding * (padding + 1), kernel * size)) ** 2


NUMBERS = {
    "has 4.7 %": lambda: _outside(1, 28),
    "map 18 %": lambda: _outside(1, 7),
    "has 43 %": lambda: _outside(3, 7),
}
