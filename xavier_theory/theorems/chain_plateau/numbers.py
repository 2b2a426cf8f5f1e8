"""What encloses the numbers that `chain-plateau` prints."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb, fmpq


def _longer() -> Fraction:
    """1/c^8 − 1/C^8, halved c against c, at c = 1/100 and C = 1/2."""
    start = Fraction(1, 100)
    halved, whole = ((1 / c**8 - 2**8) for c in (start / 2, start))
    return halved / whole


def _until_half() -> arb:
    """The bound on the steps until the cost has halved: L = 10, c = 0.5, η = 0.1, y = 1."""
    start, tenth = arb(fmpq(1, 2)), arb(fmpq(1, 10))
    end = (1 - (1 - start**10) / arb(2).sqrt()) ** tenth
    return (start**-8 - end**-8) / (8 * tenth)


def _lost_from() -> int:
    """The least depth at which float32 loses the update: c = 0.5, the last weight 1, y = 1."""
    half, rate, one = np.float32(0.5), np.float32(0.1), np.float32(1)
    for layers in range(2, 200):
        error = half ** np.float32(layers - 1) - one
        if half - rate * error * half ** np.float32(layers - 2) == half:
            return layers
    raise ArithmeticError("no update is lost")


NUMBERS = {
    "a factor of 256": _longer,
    "that is 317": lambda: _until_half().ceil(),
    "it is lost from L = 24": _lost_from,
}
