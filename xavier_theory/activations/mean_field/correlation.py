"""The correlation map at a fixed point of the length map, certified.

Notation: C(c) = (σ_w²·κ(c) + σ_b²)/q*. All terms of κ's series are ≥ 0, so C is convex on [0, 1],
with C(0) ≥ 0, C(1) = 1 and C'(1) = χ₁. Hence where χ₁ ≤ 1 every pair of inputs of correlation ≥ 0
ends at c = 1, and where χ₁ > 1 there is just one other fixed point c*, and it is stable. Where φ is
odd and there is no bias, C is odd as well, and c* = 0.

The fixed point q* is known as an interval. The law of (√q·Z₁, √q·Z₂) has ∂ log density/∂q =
(Q − 2)/(2q) with Q ~ χ²₂ whatever c, so |∂κ/∂q| ≤ √E[φ⁴]/q by Cauchy–Schwarz; this pays for it.
For κ' the heat equation of the density pays: with a_n = E[φ(√q·Z)·h_n(Z)] (see ``hermite``),
2q·∂a_n/∂q = n·a_n + √((n+1)(n+2))·a_{n+2}, so that |∂κ'/∂q| ≤ W(q)·S(c)/q, W = E[φ(√q·Z)²], with
S(c) = max(8, max over m ≥ 3 of 2m²·c^(m−3)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.symmetry import is_odd
from xavier_theory.activations.gaussian_integrals import expectation, number
from xavier_theory.activations.mean_field.hermite import KernelSeries, kernel_series
from xavier_theory.activations.mean_field.length import LengthMap, second_moment
from xavier_theory.activations.moments import gaussian

_BITS = 200
_TERMS = (12, 24, 48)
_DIGITS = 12


@dataclass(frozen=True)
class CorrelationMap:
    """C for a length map and a positive fixed point of it, known to lie in ``q``.

    ``terms`` is the length of κ's series; what is beyond is bounded.
    """

    length_map: LengthMap
    q: Enclosure
    terms: int = _TERMS[0]

    def at(self, c: Fraction) -> Enclosure:
        """C(c) for −1 ≤ c ≤ 1."""
        if c == 1:
            return Enclosure(Fraction(1), Fraction(1))
        with ctx.workprec(_BITS):
            kernel = self.series.at(c).to_arb() + self._slack
            weight, bias = self.length_map.weight_variance, self.length_map.bias_variance
            value = (number(weight) * kernel + number(bias)) / self.q.to_arb()
            return Enclosure.from_arb(value)

    def slope_between(self, lower: Fraction, upper: Fraction) -> Enclosure:
        """An enclosure of C'(c) for every c of ``[lower, upper]``, 0 ≤ lower ≤ upper < 1.

        All terms of κ' grow with c, so that the ends bound them; beyond the last term n·c^(n−1) is
        at most its greatest value, and the a_n² add up to the rest.
        """
        squares = self.series.squares
        with ctx.workprec(_BITS):
            low, high = arb(0), arb(0)
            for n in range(len(squares) - 1, 0, -1):
                low = low * number(lower) + n * number(squares[n].lower)
                high = high * number(upper) + n * number(squares[n].upper)
            high += number(self.series.rest.upper) * _largest_slope(len(squares), upper)
            drift = self._slope_slack(upper)
            weight = number(self.length_map.weight_variance)
            ends = Enclosure.from_arb(weight * (low - drift).union(high + drift) / self.q.to_arb())
            return Enclosure(max(ends.lower, Fraction(0)), max(ends.upper, Fraction(0)))

    @cached_property
    def series(self) -> KernelSeries:
        """κ at the middle of the interval for q*."""
        return kernel_series(self.length_map.root, self._middle, self.terms, _DIGITS)

    @property
    def _middle(self) -> Fraction:
        return self.q.midpoint.limit_denominator(10**30) if self.q.width else self.q.lower

    @cached_property
    def _slack(self) -> arb:
        """A ball around 0 that holds κ at q* less κ at the middle."""
        if self.q.width == 0:
            return arb(0)
        low, high = self.q.lower, max(self.q.upper, self._middle)
        low = min(low, self._middle)
        fourth = expectation(self.length_map.root, gaussian(high), 8, power_of=4)
        bound = number(fourth.upper) * (number(high) / number(low)).sqrt()  # as in ``length``
        return arb(0, 1) * (number(high - low) * bound.sqrt() / number(low)).abs_upper()

    def _slope_slack(self, c: Fraction) -> arb:
        """A bound on how far κ' at q* is from κ' at the middle, on ``[0, c]``."""
        if self.q.width == 0:
            return arb(0)
        low, high = min(self.q.lower, self._middle), max(self.q.upper, self._middle)
        moment = second_moment(self.length_map.root, high, self.length_map.digits).upper
        bound = number(moment) * (number(high) / number(low)).sqrt()  # of W between the two
        return (number(high - low) * bound * _steepest(c) / number(low)).abs_upper()


@dataclass(frozen=True)
class CorrelationFixedPoint:
    """A stable fixed point of the correlation map in ``c``, and C' there."""

    c: Enclosure
    slope: Enclosure


def stable_correlation(length_map: LengthMap, q: Enclosure) -> CorrelationFixedPoint:
    """The fixed point below 1, for χ₁ > 1 (or infinite); the caller has shown that it is.

    Raises ``NotCertifiedError`` where it is too near 1 to be told apart from it, and where lengths
    fall to 0, so that there is no correlation map.
    """
    if q.lower <= 0:
        raise NotCertifiedError("lengths fall to 0, where there is no correlation map")
    if length_map.bias_variance == 0 and is_odd(length_map.root):
        zero = Fraction(0)
        slope = CorrelationMap(length_map, q).slope_between(zero, zero)
        return CorrelationFixedPoint(Enclosure(zero, zero), slope)
    found = None
    for terms in _TERMS:
        found = _crossing(CorrelationMap(length_map, q, terms))
        if found is not None and found.c.width <= Fraction(1, 10**8):
            return found
    if found is None:
        raise NotCertifiedError("the correlation's fixed point is too near 1")
    return found


def _crossing(correlation: CorrelationMap) -> CorrelationFixedPoint | None:
    """By bisection on the sign of C(c) − c, which is ≥ 0 below c* and < 0 above."""
    high = next(
        (c for k in range(1, 24) if correlation.at(c := 1 - Fraction(1, 2**k)).upper < c), None
    )
    if high is None:
        return None
    low = Fraction(0)
    for _ in range(48):
        middle = (low + high) / 2
        value = correlation.at(middle)
        if value.upper < middle:
            high = middle
        elif value.lower > middle:
            low = middle
        else:
            break
    for _ in range(48):  # from below, with what is left
        middle = (low + high) / 2
        if correlation.at(middle).lower > middle:
            low = middle
        elif high - low < Fraction(1, 10**12):
            break
        else:
            closer = low + (middle - low) / 2
            if correlation.at(closer).lower <= closer:
                break
            low = closer
    return CorrelationFixedPoint(Enclosure(low, high), correlation.slope_between(low, high))


def _largest_slope(first: int, c: Fraction) -> arb:
    """The greatest n·c^(n−1) for n ≥ ``first``: it falls from n = c/(1 − c) on."""
    n = max(first, math.ceil(c / (1 - c)))
    return n * number(c) ** (n - 1)


def _steepest(c: Fraction) -> arb:
    """An upper bound of S(c), 0 ≤ c < 1.

    m²·c^(m−3) falls from m = 3 on where 16c ≤ 9, and is never above (2/(e·log c))²·c^(−3).
    """
    if 16 * c <= 9:
        return arb(18)
    return 2 * (2 / (arb(1).exp() * number(c).log())) ** 2 / number(c) ** 3
