"""Orbits of a map that is known in closed form: the length map of sin, iterated.

E sin²(√q Z) = (1 − e^(−2q))/2, so that V(q) = (1 − e^(−2q))/2 + e^(−1)/2 is the length map of sin
at σ_w² = 1 with the σ_b² for which 1/2 is fixed: V'(1/2) = e^(−1), and |V''| = 2 e^(−2q).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

__all__ = ["BITS", "ROUNDING", "ball", "inside", "mapped"]

BITS = 400
ROUNDING = Fraction(1, 10**12)  # of a prediction that is a float


def mapped(q: arb) -> arb:
    """V(q) at a ball."""
    return (1 - (-2 * q).exp() + arb(-1).exp()) / 2


def ball(number: Fraction) -> arb:
    """A ball that contains the number."""
    return arb(fmpq(number.numerator, number.denominator))


def inside(found: Fraction, lower: Fraction, upper: Fraction) -> tuple[Fraction, Fraction]:
    """What was found, and the nearest number of the predicted interval, up to a rounding."""
    slack = ROUNDING * abs(upper)
    nearest = min(max(found, lower - slack), upper + slack)
    return found, nearest
