"""What encloses the numbers that `log-norm-spread` prints."""

from __future__ import annotations

from flint import arb


def _factor() -> arb:
    """One standard deviation of the logarithm at depth 8 and width 100: ψ'(x) = ζ(2, x)."""
    return (8 * arb(2).zeta(50)).sqrt().exp()


NUMBERS = {"the factor is 1.49": _factor}
