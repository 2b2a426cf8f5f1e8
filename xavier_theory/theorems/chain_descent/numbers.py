"""What encloses the numbers that `chain-descent` prints."""

from __future__ import annotations

from fractions import Fraction

NUMBERS = {
    "the curvature 1478": lambda: Fraction(3, 2) ** 18,
    "times 1478": lambda: Fraction(3, 2) ** 18,
    "divides it by 262144": lambda: 2**18,
}
