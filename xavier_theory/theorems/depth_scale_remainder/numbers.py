"""What encloses the numbers that `depth-scale-remainder` prints."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, ctx

from xavier_theory.monte_carlo.sine_map import mapped

_LAYERS, _START = 30, Fraction(1, 20)


def _loss() -> arb:
    """How much less than χ^L e_0 is left of an error of 1/20 above q* = 1/2; χ = 1/e."""
    with ctx.workprec(400):
        q = arb(1) / 2 + arb(1) / 20
        for _ in range(_LAYERS):
            q = mapped(q)
        return 1 - (q - arb(1) / 2) * arb(_LAYERS).exp() * 20


def _bound() -> arb:
    """κ/(χ margin) of the result uniform: χ = 1/e, κ = χ/20, and the margin is 1 − χ − κ."""
    chi = arb(-1).exp()
    return 1 / (20 * (1 - chi - chi / 20))


NUMBERS = {"|e_0| by 7.4 %": _loss, "at most 8.15 %": _bound}
