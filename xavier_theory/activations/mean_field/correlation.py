"""The correlation map at a fixed point of the length map, certified.

Notation: C(c) = (σ_w²·κ(c) + σ_b²)/q*. All terms of κ's series are ≥ 0, so C is convex on [0, 1],
with C(0) ≥ 0, C(1) = 1 and C'(1) = χ₁. Hence where χ₁ ≤ 1 every pair of inputs of correlation ≥ 0
ends at c = 1, and where χ₁ > 1 there is just one other fixed point c*, and it is stable.

The fixed point q* is known as an interval. The law of (√q·Z₁, √q·Z₂) has ∂ log density/∂q =
(Q − 2)/(2q) with Q ~ χ²₂ whatever c, so |∂κ/∂q| ≤ √E[φ⁴]/q by Cauchy–Schwarz; this pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.gaussian_integrals import expectation, number
from xavier_theory.activations.mean_field.hermite import KernelSeries, kernel_series
from xavier_theory.activations.mean_field.length import LengthMap
from xavier_theory.activations.moments import gaussian

_BITS = 200
_TERMS = (12, 24, 48)
_DIGITS = 12
_STEP = Fraction(1, 2**22)


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

    def slope(self, c: Fraction) -> Enclosure:
        """C'(c) for 0 ≤ c < 1: between the slopes of two chords, as C is convex.

        Near 0 from below: C(h) − C(0) is at most h·C'(0) + h², as the terms add up to C(1) = 1.
        """
        step = min(_STEP, (1 - c) / 2)
        here, after = self.at(c), self.at(c + step)
        if c >= step:
            low = (here.lower - self.at(c - step).upper) / step
        else:
            low = (self.at(step).lower - self.at(Fraction(0)).upper) / step - step
        low = max(low, Fraction(0))
        return Enclosure(low, max((after.upper - here.lower) / step, low))

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


@dataclass(frozen=True)
class CorrelationFixedPoint:
    """A stable fixed point of the correlation map in ``c``, and C' there."""

    c: Enclosure
    slope: Enclosure


def stable_correlation(length_map: LengthMap, q: Enclosure) -> CorrelationFixedPoint:
    """The fixed point below 1, for χ₁ > 1 (or infinite); the caller has shown that it is.

    Raises ``NotCertifiedError`` where it is too near 1 to be told apart from it.
    """
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
    slope = Enclosure(correlation.slope(low).lower, correlation.slope(high).upper)
    return CorrelationFixedPoint(Enclosure(low, high), slope)
