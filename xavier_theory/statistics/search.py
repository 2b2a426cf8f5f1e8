"""The smallest sample size at which a condition holds."""

from __future__ import annotations

import math
from collections.abc import Callable

from xavier_theory.errors import InvalidInputError

__all__ = ["LARGEST_SAMPLE", "guessed", "smallest_sample"]

LARGEST_SAMPLE = 10**12
"""More than a day of sampling; a request beyond it is refused rather than planned."""


def guessed(root: float) -> int:
    """Return root² as a sample size from 1 to 10^12, for a `root` of any size, infinite as well."""
    root = abs(root)
    return LARGEST_SAMPLE if root >= math.sqrt(LARGEST_SAMPLE) else max(1, math.ceil(root * root))


def smallest_sample(ratio: Callable[[int], float], least: int, guess: int | None = None) -> int:
    """Return an n ≥ `least` with `ratio(n)` ≤ 1 and, unless n = `least`, `ratio(n − 1)` > 1.

    `ratio` is an error over the error allowed; it falls about like n^(−1/2), which proposes the
    next n, and bisection takes over where the proposals do not halve the bracket. Where `ratio`
    is not monotone (discrete laws), n is one of several such places; the condition is checked at
    n itself, so what it proves holds there. Raises `InvalidInputError` when no n up to 10^12 does.
    """
    low, high = least - 1, LARGEST_SAMPLE + 1  # low fails or is below `least`; high suffices
    n = min(max(least, guess or least), LARGEST_SAMPLE)
    bisect = False
    while high - low > 1:
        width, error = high - low, ratio(n)
        if error <= 1.0:
            high = n
        else:
            low = n
        if bisect:
            proposal = (low + high) // 2
        elif math.isinf(error):
            proposal = 2 * n
        else:  # one step beyond the root, so that the bracket closes from both sides
            proposal = math.ceil(n * min(error, 1e4) ** 2) + (1 if error > 1.0 else -1)
        bisect = not bisect and high <= LARGEST_SAMPLE and high - low > width // 2
        n = min(max(proposal, low + 1), high - 1)
    if high > LARGEST_SAMPLE:
        raise InvalidInputError(
            f"no sample of up to {LARGEST_SAMPLE:.0e} scalars meets these rates"
        )
    return high
