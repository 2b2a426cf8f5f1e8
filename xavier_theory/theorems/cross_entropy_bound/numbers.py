"""What encloses the numbers that `cross-entropy-bound` prints."""

from __future__ import annotations

from flint import arb


def _words() -> arb:
    """log C for 32,128 classes."""
    return arb(32128).log()


NUMBERS = {
    # m log C + v/(2m) with m = 6 and v = 768
    "is at most 126.3": lambda: 6 * _words() + arb(768) / 12,
    "log C is 10.38": _words,
}
