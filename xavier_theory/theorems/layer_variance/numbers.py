"""What encloses the numbers that `layer-variance` prints."""

from __future__ import annotations

from flint import arb


def _of_relu() -> arb:
    """Var(relu(Z)) for a standard normal Z: 1/2 − 1/(2π)."""
    return arb(1) / 2 - 1 / (2 * arb.pi())


NUMBERS = {
    "E[a²]/Var(a) is 1.467": lambda: 1 / (2 * _of_relu()),
    "it is q times 0.341": _of_relu,
}
