"""What encloses the number that `backward-gain` prints."""

from __future__ import annotations

from xavier_theory.theorems.correlation_map.numbers import mean_square_of_slopes

NUMBERS = {"E[φ'²] is 0.464": mean_square_of_slopes}
