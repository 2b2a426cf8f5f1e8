"""What encloses the numbers that `finite-width` prints."""

from __future__ import annotations

from fractions import Fraction

NUMBERS = {"is about 800,000": lambda: (1 + Fraction(5, 16)) ** 50}
