"""E log C and E (log C)² for a chi-square C, as balls, from its density alone."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from xavier_theory.activations.certified import certified_integral
from xavier_theory.errors import InvalidInputError
from xavier_theory.finite_models.arithmetic import precision

__all__ = ["mean_of_log"]

_DIGITS = 30
_BITS = 128


@functools.cache
def mean_of_log(degrees: int, power: int = 1) -> Any:
    """An ``arb`` that contains E (log C)^power, C ~ chi-square, for a ``power`` of 1 or 2.

    With x = e^s the integral is that of s^p e^{ks − e^s/2} over the line, k = degrees/2, over
    2^k Γ(k): an entire integrand. Left of −S it is at most ∫_S^∞ s^p e^{−ks} ds in size, which is
    e^{−kS}(S/k + 1/k²) for p = 1 and e^{−kS}(S²/k + 2S/k² + 2/k³) for p = 2. Right of log X,
    X >= 4(k + 1), log x <= x and the decrease of x^{k+p−1} e^{−x/4} there bound it by
    X^{k+p−1} e^{−X/4} ∫_X^∞ e^{−x/4} dx = 4 X^{k+p−1} e^{−X/2}.
    """
    if power not in (1, 2):
        raise InvalidInputError(f"the power of a logarithm must be 1 or 2, got {power!r}")
    k = Fraction(degrees, 2)
    left = 4 + Fraction(_BITS) / k
    right = Fraction(3 + (4 * degrees + 4 * _BITS).bit_length())

    def branch(s: acb, analytic: bool) -> acb:
        return s**power * (s * _ball(k) - s.exp() / 2).exp()

    with precision():
        body = certified_integral(branch, -left, right, digits=_DIGITS).to_arb()
        half, end, start = _ball(k), _ball(right).exp(), _ball(left)
        rest = start / half + 1 / half**2
        if power == 2:
            rest = start**2 / half + 2 * start / half**2 + 2 / half**3
        low = (-half * start).exp() * rest
        high = 4 * end ** (half + power - 1) * (-end / 2).exp()
        tails = arb(0, 1) * (low + high).abs_upper()
        return (body + tails) / (arb(2) ** half * half.gamma())


def _ball(number: Fraction) -> Any:
    return arb(fmpq(number.numerator, number.denominator))
