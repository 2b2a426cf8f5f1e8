"""What encloses the numbers that `dropout-depth` prints: p^(-L) in ten layers."""

from __future__ import annotations

from flint import arb

NUMBERS = {
    "mean square 2.87": lambda: (arb(10) / 9) ** 10,
    "kept it is 1,024": lambda: arb(2) ** 10,
}
