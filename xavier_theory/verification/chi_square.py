"""E log C for a chi-square C, as a ball, from its density alone."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from xavier_theory.activations.certified import certified_integral
from xavier_theory.finite_models.arithmetic import precision

__all__ = ["mean_of_log"]

_DIGITS = 30
_BITS = 128


@functools.cache
def mean_of_log(degrees: int) -> Any:
    """An ``arb`` that contains E log C, C ~ chi-square with ``degrees`` of freedom.

    With x = e^s the integral is that of s e^{ks − e^s/2} over the line, k = degrees/2, over
    2^k Γ(k): an entire integrand. Left of −S it is at most ∫_S^∞ s e^{−ks} ds
    = e^{−kS}(S/k + 1/k²) in size. Right of log X, X >= 4k, log x <= x and the decrease of
    x^k e^{−x/4} there bound it by X^k e^{−X/4} ∫_X^∞ e^{−x/4} dx = 4 X^k e^{−X/2}.
    """
    k = Fraction(degrees, 2)
    left = 4 + Fraction(_BITS) / k
    right = Fraction(3 + (4 * degrees + 4 * _BITS).bit_length())

    def branch(s: acb, analytic: bool) -> acb:
        return s * (s * _ball(k) - s.exp() / 2).exp()

    with precision():
        body = certified_integral(branch, -left, right, digits=_DIGITS).to_arb()
        half, end = _ball(k), _ball(right).exp()
        low = (-half * _ball(left)).exp() * (_ball(left) / half + 1 / half**2)
        high = 4 * end**half * (-end / 2).exp()
        tails = arb(0, 1) * (low + high).abs_upper()
        return (body + tails) / (arb(2) ** half * half.gamma())


def _ball(number: Fraction) -> Any:
    return arb(fmpq(number.numerator, number.denominator))
