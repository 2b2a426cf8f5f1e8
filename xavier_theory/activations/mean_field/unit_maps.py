"""The maps of units that are no function of one z: gates and maxout.

Notation as in ``length``. For a unit a of second moment S(q) at N(0, q): V(q) = σ_w²·S(q) + σ_b²,
V'(q) = σ_w²·S'(q), χ(q) = σ_w²·E‖∇a‖². A gate φ(u)·v has κ(c) = E[v₁v₂]·κ_φ(c) = q·c·κ_φ(c), as u
and v are independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import ctx

from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.gaussian_integrals import number
from xavier_theory.activations.mean_field.length import LengthMap
from xavier_theory.activations.moments import gaussian
from xavier_theory.activations.units import Unit, UnitMoments

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
