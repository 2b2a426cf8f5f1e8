"""What encloses the numbers that `correlation-limit` prints."""

from __future__ import annotations

from flint import arb, fmpq

NUMBERS = {"at most 0.0097": lambda: arb(fmpq(9, 10) ** 44)}
