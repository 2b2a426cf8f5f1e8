"""What encloses the number that `sparse-weights` prints."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from flint import arb, fmpq


def _kept_by_torch() -> arb:
    """Var(w) times the connections that ⌈0.9 · 1024⌉ zeros leave, at fan-in and fan-out 1024."""
    connections = 1024 - ceil(Fraction(9, 10) * 1024)
    return arb(fmpq(connections, 10**4))


NUMBERS = {"keeps 1.02 %": _kept_by_torch}
