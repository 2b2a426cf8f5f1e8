"""What encloses the numbers that `rounded-weights` prints."""

from __future__ import annotations

from flint import arb

NUMBERS = {
    "by at most 10.25 %": lambda: (1 + arb(1) / 20) ** 2 - 1,
    "by at most 0.783 %": lambda: (1 + arb(1) / 256) ** 2 - 1,
}
