"""What encloses the numbers that `backward-variance` prints."""

from __future__ import annotations

from fractions import Fraction
from itertools import product


def _same(*places: object) -> int:
    """Whether all entries of a matrix that are named are one and the same."""
    return int(len(set(places)) == 1)


def _paired(n: int) -> int:
    """n² Σ_j E (Σ_i W_ij W_i1)², Var(W) = 1/n, by Isserlis: four Gaussians in three pairings."""
    return sum(
        _same((i, j), (i, 0)) * _same((k, j), (k, 0))
        + _same((i, j), (k, j)) * _same((i, 0), (k, 0))
        + _same((i, j), (k, 0)) * _same((i, 0), (k, j))
        for i, k, j in product(range(n), repeat=3)
    )


def _ratio(n: int) -> Fraction:
    """E|WᵀW a|²/E|W a|² for a unit vector a, the first: E|W a|² is 1."""
    return Fraction(_paired(n), n**2)


NUMBERS = {
    "at n = 2 it is 2.5": lambda: _ratio(2),
    "at n = 10 it is 2.1": lambda: _ratio(10),
    "at n = 50 it is 2.02": lambda: _ratio(50),
}
