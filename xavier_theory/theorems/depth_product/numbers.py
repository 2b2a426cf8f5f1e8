"""What encloses the numbers that `depth-product` prints."""

from __future__ import annotations

from fractions import Fraction


def _twice() -> int:
    """The largest entry of the square of the matrix with rows (0, 100) and (0, 0)."""
    matrix = ((0, 100), (0, 0))
    return max(
        sum(row[k] * matrix[k][column] for k in range(2)) for row in matrix for column in range(2)
    )


NUMBERS = {
    "a factor of 117": lambda: Fraction(11, 10) ** 50,
    "a factor of 0.00515": lambda: Fraction(9, 10) ** 50,
    "every signal in two layers to 0": _twice,
}
