"""The length map of an activation, certified: at a point and between two points.

Notation: W(q) = E[φ(√q·Z)²], A(q) = E[φ(√q·Z)²·Z²], V(q) = σ_w²·W(q) + σ_b². Then
V'(q) = σ_w²·(A(q) − W(q))/(2q), from the derivative of the density by q (Stein's identity).

Between a < b everything follows from the two ends, because √q times the density of N(0, q) grows
with q: √q·W(q) and q^(3/2)·A(q) grow, hence √(a/b)·W(a) ≤ W(q) ≤ √(b/a)·W(b) for a ≤ q ≤ b, and
likewise for A and for the mean square of φ'.

A unit a that is no function of one z, a gate or maxout, has V(q) = σ_w²·S(q) + σ_b² for its second
moment S(q) at N(0, q), and χ(q) = σ_w²·E‖∇a‖². A gate φ(u)·v has κ(c) = q·c·κ_φ(c), as u and v are
independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.gains import Gain, gain
from xavier_theory.activations.gaussian_integrals import Weighting, expectation, number
from xavier_theory.activations.initializations import GAIN, initialization
from xavier_theory.activations.mean_field.origin import origin
from xavier_theory.activations.moments import Moments, checked_digits, gaussian
from xavier_theory.activations.plain_numbers import readable, shown
from xavier_theory.activations.units import Unit, UnitMoments, unit_of
from xavier_theory.errors import InvalidInputError

DIGITS = 20
_LARGEST_WEIGHT = 2**200
_SQUARE = Weighting(lambda z: z * z, 2, Fraction(1))


@dataclass(frozen=True, repr=False)
class LengthMap:
    """V for one activation and one (σ_w², σ_b²), both exact and not negative.

    ``digits`` are the significant digits of each moment. Every method takes exact rationals and
    returns enclosures; ``rounding`` is the relative error that σ_w² may bring along, where it came
    as a float. Methods raise ``NotCertifiedError`` where a moment cannot be enclosed, and
    ``InfiniteMomentError`` where it is infinite.
    """

    activation: Activation
    weight_variance: Fraction
    bias_variance: Fraction
    digits: int = DIGITS
    rounding: Fraction = Fraction(0)

    def __repr__(self) -> str:
        return f"LengthMap({self.told})"

    @property
    def told(self) -> str:
        """Activation, σ_w² and σ_b² on one line."""
        weight, bias = readable(self.weight_variance), readable(self.bias_variance)
        return f"{self.activation.name!r:.60}, weight_variance={weight}, bias_variance={bias}"

    @property
    def root(self) -> Node:
        """The activation's expression; ``NotCertifiedError`` where there is none to rely on."""
        tree = self.activation.expression
        if tree is None or self.activation.undecided is not None:
            reason = self.activation.undecided or "it has no expression"
            name = self.activation.name
            raise NotCertifiedError(reason if reason.startswith(name) else f"{name}: {reason}")
        return tree

    def at(self, q: Fraction) -> Enclosure:
        """V(q); at q = 0 the limit from above."""
        return self._scaled(self.moment(q))

    def moment(self, q: Fraction) -> Enclosure:
        """W(q) = E[φ(√q·Z)²]; at q = 0 the limit from above."""
        if q == 0:
            limit = origin(self.root).square
            return limit if isinstance(limit, Enclosure) else Enclosure(limit, limit)
        return second_moment(self.root, q, self.digits)

    def moves(self, q: Fraction) -> int | None:
        """1 where V(q) > q is proven, −1 where V(q) < q is, None otherwise."""
        value = self.at(q)
        return 1 if value.lower > q else (-1 if value.upper < q else None)

    def slope(self, q: Fraction) -> Enclosure:
        """V'(q) for q > 0."""
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(self._slope(q, q))

    def gradient_factor(self, q: Fraction) -> Enclosure | Infinity:
        """χ(q) for q > 0; ``Infinity`` where φ jumps."""
        found = mean_square_slope(self.activation, q, self.digits)
        if isinstance(found, Infinity):
            return found
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(number(self.weight_variance) * found.to_arb())

    def between(self, lower: Fraction, upper: Fraction) -> Enclosure:
        """An enclosure of V(q) for every q of ``[lower, upper]``, 0 < lower ≤ upper."""
        with ctx.workprec(self._bits):
            both = self._between(lower, upper, second_moment, 1)
            return Enclosure.from_arb(
                number(self.weight_variance) * both + number(self.bias_variance)
            )

    def slope_between(self, lower: Fraction, upper: Fraction) -> Enclosure:
        """An enclosure of V'(q) for every q of ``[lower, upper]``, 0 < lower ≤ upper."""
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(self._slope(lower, upper))

    def gradient_factor_between(self, lower: Fraction, upper: Fraction) -> Enclosure | Infinity:
        """An enclosure of χ(q) for every q of ``[lower, upper]``; ``Infinity`` where φ jumps."""
        ends = [mean_square_slope(self.activation, q, self.digits) for q in (lower, upper)]
        for end in ends:
            if isinstance(end, Infinity):
                return end
        with ctx.workprec(self._bits):
            low, high = (end.to_arb() for end in ends if isinstance(end, Enclosure))
            stretch = (number(upper) / number(lower)).sqrt()
            both = (low / stretch).union(high * stretch)
            return Enclosure.from_arb(number(self.weight_variance) * both)

    def _slope(self, lower: Fraction, upper: Fraction) -> arb:
        tilted = self._between(lower, upper, tilted_moment, 3)
        plain = self._between(lower, upper, second_moment, 1)
        where = number(lower).union(number(upper))
        return number(self.weight_variance) * (tilted - plain) / (2 * where)

    def _between(self, lower: Fraction, upper: Fraction, of: object, degree: int) -> arb:
        low, high = (of(self.root, q, self.digits).to_arb() for q in (lower, upper))  # type: ignore[operator]
        stretch = (number(upper) / number(lower)).sqrt() ** degree
        return (low / stretch).union(high * stretch)

    def _scaled(self, moment: Enclosure) -> Enclosure:
        weight, bias = self.weight_variance, self.bias_variance
        return Enclosure(weight * moment.lower + bias, weight * moment.upper + bias)

    @property
    def _bits(self) -> int:
        return 4 * self.digits + 64


_NONE = Unit("")  # a dataclass that inherits defaults needs one


@dataclass(frozen=True, repr=False)
class UnitLengthMap(LengthMap):
    """V of a unit, at a point; nothing is known of it between two points."""

    unit: Unit = _NONE

    def moment(self, q: Fraction) -> Enclosure:
        """E[a²]; at q = 0 the limit from above."""
        if q == 0:
            return Enclosure(Fraction(0), Fraction(0))
        return self._moments(q).second_moment

    def slope(self, q: Fraction) -> Enclosure:
        """V'(q) for q > 0."""
        with ctx.workprec(self._bits):
            tilted = self._moments(q).cross_moment.to_arb() / number(Fraction(q))
            return Enclosure.from_arb(number(self.weight_variance) * tilted)

    def gradient_factor(self, q: Fraction) -> Enclosure | Infinity:
        """χ(q) for q > 0; ``Infinity`` where a gate jumps."""
        found = self._moments(q).derivative_second_moment
        if isinstance(found, Infinity):
            return found
        with ctx.workprec(self._bits):
            return Enclosure.from_arb(number(self.weight_variance) * found.to_arb())

    def _moments(self, q: Fraction) -> UnitMoments:
        return UnitMoments(self.unit, gaussian(q), self.digits)


def length_map_of(
    activation: object,
    weight_variance: Any,
    bias_variance: Any = 0,
    *,
    digits: int | None = None,
    **parameters: Any,
) -> LengthMap:
    """The certified length map of a name, a text in ``z``, a sympy expression or an object.

    That of a unit such as ``"swiglu"`` is known at points alone.

    ``weight_variance`` is σ_w² = fan_in·Var(W): a number, a ``Gain``, or what ``initializations``
    names, such as ``"gain"`` or ``"he"``. ``bias_variance`` is σ_b² = Var(b). Numbers are those of
    ``exact_fraction``; negative or not finite, or σ_w² beyond 2^±200, raises
    ``InvalidInputError``.
    """
    unit = unit_of(activation, parameters)
    if unit is not None:
        known = UnitMoments(unit, gaussian(1), checked_digits(digits)).activation
    else:
        known = as_activation(activation, **parameters)
    weight = _weight(weight_variance, known, unit, parameters)
    bias = exact_fraction(bias_variance, "the bias variance")
    if not Fraction(1, _LARGEST_WEIGHT) <= weight <= _LARGEST_WEIGHT:
        raise InvalidInputError(
            f"the weight variance must be between 2^-200 and 2^200, got {shown(weight_variance)}"
        )
    if not (bias == 0 or Fraction(1, 2**50) <= bias <= 2**30):
        raise InvalidInputError(
            f"the bias variance must be 0 or between 2^-50 and 2^30, got {shown(bias_variance)}"
        )
    made = known, weight, bias, checked_digits(digits), _rounding_of(weight_variance)
    if unit is None:
        return LengthMap(*made)
    return UnitLengthMap(*made, unit)


def _weight(given: Any, known: Activation, unit: Unit | None, parameters: Any) -> Fraction:
    """σ_w²; the gain of a unit is not that of an activation."""
    if unit is not None and given == GAIN:
        return gain(unit.name, **parameters).square
    return initialization(given, known).weight_variance


def _rounding_of(given: Any) -> Fraction:
    """The relative error that a float of any width brings along; 0 for what is exact."""
    if isinstance(given, Gain) or not isinstance(given, float | np.floating):
        return Fraction(0)
    return 4 * Fraction(float(np.finfo(type(given)).eps))


@lru_cache(maxsize=8192)
def second_moment(root: Node, q: Fraction, digits: int) -> Enclosure:
    """W(q) = E[φ(√q·Z)²], q > 0."""
    return expectation(root, gaussian(q), digits, power_of=2, quick=True)


@lru_cache(maxsize=8192)
def tilted_moment(root: Node, q: Fraction, digits: int) -> Enclosure:
    """A(q) = E[φ(√q·Z)²·Z²], q > 0."""
    found = expectation(root, gaussian(q), digits, power_of=2, weight=_SQUARE, quick=True)
    return Enclosure(found.lower / q, found.upper / q)


@lru_cache(maxsize=2048)
def mean_square_slope(activation: Activation, q: Fraction, digits: int) -> Enclosure | Infinity:
    """E[φ'(√q·Z)²], q > 0; ``Infinity`` where φ jumps."""
    return Moments(activation, gaussian(q), digits).derivative_second_moment
