"""Moments of the logarithm of a chi-square, as balls, from its density alone."""

from __future__ import annotations

import functools
from fractions import Fraction
from math import perm
from typing import Any

from flint import acb, arb, fmpq

from xavier_theory.activations.certified import certified_integral
from xavier_theory.errors import InvalidInputError
from xavier_theory.finite_models.arithmetic import precision

__all__ = ["mean_of_log"]

_DIGITS = 30
_BITS = 128
_MOST = 8


@functools.cache
def mean_of_log(degrees: int, power: int = 1) -> Any:
    """An ``arb`` that contains E (log C)^power, C ~ chi-square, for a ``power`` p of 1 to 8.

    With x = e^s the integral is that of s^p e^{ks − e^s/2} over the line, k = degrees/2, over
    2^k Γ(k): an entire integrand. Left of −S it is at most ∫_S^∞ s^p e^{−ks} ds in size, which is
    e^{−kS} Σ_i p!/(p−i)! S^{p−i}/k^{i+1} over i = 0..p. Right of log X, X >= 4(k + p), log x <= x
    and the decrease of x^{k+p−1} e^{−x/4} there bound it by
    X^{k+p−1} e^{−X/4} ∫_X^∞ e^{−x/4} dx = 4 X^{k+p−1} e^{−X/2}.
    """
    if power not in range(1, _MOST + 1):
        raise InvalidInputError(f"the power of a logarithm must be 1 to {_MOST}, got {power!r}")
    k = Fraction(degrees, 2)
    left = 4 + Fraction(_BITS) / k
    right = Fraction(3 + (4 * degrees + 4 * _BITS).bit_length())

    def branch(s: acb, analytic: bool) -> acb:
        return s**power * (s * _ball(k) - s.exp() / 2).exp()

    with precision():
        body = certified_integral(branch, -left, right, digits=_DIGITS).to_arb()
        half, end, start = _ball(k), _ball(right).exp(), _ball(left)
        parts = [perm(power, i) * start ** (power - i) / half ** (i + 1) for i in range(power + 1)]
        low = (-half * start).exp() * sum(parts, arb(0))
        high = 4 * end ** (half + power - 1) * (-end / 2).exp()
        tails = arb(0, 1) * (low + high).abs_upper()
        return (body + tails) / (arb(2) ** half * half.gamma())


def _ball(number: Fraction) -> Any:
    return arb(fmpq(number.numerator, number.denominator))
