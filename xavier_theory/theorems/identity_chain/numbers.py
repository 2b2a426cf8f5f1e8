"""What encloses the numbers that `identity-chain` prints."""

from __future__ import annotations

from fractions import Fraction

NUMBERS = {
    "the signal by 38.4": lambda: Fraction(3, 2) ** 9,
    "by 0.00195": lambda: Fraction(1, 2) ** 9,
}
