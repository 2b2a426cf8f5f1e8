"""What encloses the numbers that `forget-gate` prints: σ(b)^10."""

from __future__ import annotations

from flint import arb


def _after_ten_steps(bias: int) -> arb:
    return 1 / (1 + (-arb(bias)).exp()) ** 10


NUMBERS = {
    "leaves 0.098 %": lambda: _after_ten_steps(0),
    "σ(1) leaves 4.4 %": lambda: _after_ten_steps(1),
}
