"""What to do with a gain whose fixed point is not stable: points that are critical and stable.

Two ways, both exact solutions of V(q) = q and χ₁ = 1, enclosed:

- weights and biases: σ_w² = 1/E[φ'(√q·Z)²] and σ_b² = q − σ_w²·E[φ(√q·Z)²], for a q where σ_b² ≥ 0
  (the edge of chaos, by its fixed point q; Schoenholz et al. 2017, section 3);
- an affine change of the activation, φ̂ = scale·(φ + shift), with σ_w = 1, σ_b = 0 and q = 1:
  scale² = 1/E[φ'²] and E[(φ + shift)²] = E[φ'²], which has two solutions, as Var φ ≤ E[φ'²]
  (Poincaré's inequality). The one with the lesser V'(1) is taken (cf. Martens et al. 2021, who
  transform φ's input too).

At both, V'(q) = 1 + σ_w²·E[φφ''], so the fixed point is stable where E[φφ''] < 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb, ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.gaussian_integrals import (
    Gaussian,
    Weighting,
    expectation,
    number,
)
from xavier_theory.activations.mean_field.fixed_points import STABLE, stability
from xavier_theory.activations.mean_field.length import LengthMap, mean_square_slope
from xavier_theory.activations.moments import Moments, checked_digits, gaussian
from xavier_theory.errors import InvalidInputError

_TRIED = tuple(Fraction(2) ** k for k in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, 7))
_DIGITS = 20


@dataclass(frozen=True)
class CriticalPoint:
    """σ_w² and σ_b² at which ``q`` is a fixed point with χ₁ = 1; ``slope`` encloses V'(q)."""

    activation: str
    q: Fraction
    weight_variance: Enclosure
    bias_variance: Enclosure
    slope: Enclosure

    @property
    def stability(self) -> str | None:
        """``stable``, ``unstable``, or None where the slope may be 1."""
        return stability(self.slope)


@dataclass(frozen=True)
class AffineForm:
    """φ̂ = scale·(φ + shift), for which σ_w = 1, σ_b = 0 keeps q = 1 with χ₁ = 1."""

    activation: str
    scale: Enclosure
    shift: Enclosure
    slope: Enclosure

    @property
    def stability(self) -> str | None:
        """``stable``, ``unstable``, or None where the slope may be 1."""
        return stability(self.slope)


def critical_point(
    activation: object, q: int | float | Fraction = 1, *, digits: int | None = None
) -> CriticalPoint:
    """The point of the edge of chaos whose fixed point is ``q``.

    Raises ``InvalidInputError`` where there is none: φ jumps, or σ_b² would be negative.
    """
    known, places = as_activation(activation), checked_digits(digits)
    law = gaussian(q)
    unit = LengthMap(known, Fraction(1), Fraction(0), places)
    steep = _finite_slope(known, law, places)
    with ctx.workprec(8 * places + 64):
        weight = 1 / steep.to_arb()
        bias = number(law.variance) - weight * unit.moment(law.variance).to_arb()
        if bias < 0:
            raise InvalidInputError(
                f"{known.name} has no critical point with q = {law.variance}: σ_b² < 0 there"
            )
        slope = weight * unit.slope(law.variance).to_arb()
        found = [Enclosure.from_arb(ball) for ball in (weight, bias, slope)]
    bias_variance = Enclosure(max(found[1].lower, Fraction(0)), found[1].upper)
    return CriticalPoint(known.name, law.variance, found[0], bias_variance, found[2])


def stable_critical_point(activation: object) -> CriticalPoint | None:
    """A point of the edge of chaos that is stable, with q as near to 1 as 2^k gets; None if none.

    Tries q = 1, 2, 1/2, … between 1/32 and 128.
    """
    known = as_activation(activation)
    for q in _TRIED:
        try:
            found = critical_point(known, q)
        except (InvalidInputError, NotCertifiedError):
            continue
        if found.stability == STABLE:
            return found
    return None


def affine_form(activation: object, *, digits: int | None = None) -> AffineForm:
    """The affine change of an activation that is critical at q = 1 with σ_w = 1, σ_b = 0.

    Raises ``InvalidInputError`` where φ jumps or is constant, ``NotCertifiedError`` where a moment
    cannot be enclosed.
    """
    return _affine_form(as_activation(activation), checked_digits(digits))


@lru_cache(maxsize=128)
def _affine_form(known: Activation, digits: int) -> AffineForm:
    law = gaussian(1)
    moments = Moments(known, law, digits + 10)
    steep = _finite_slope(known, law, digits + 10)
    tilted = _tilted_mean(known, law, digits + 10)
    with ctx.workprec(8 * digits + 128):
        square = steep.to_arb()
        spare = square - moments.variance.to_arb()
        # For a line Poincaré's inequality is an equation, and rounding may cross it.
        ends = [arb(0) if end < 0 else end.sqrt() for end in (spare.lower(), spare.upper())]
        root, mean = ends[0].union(ends[1]), moments.mean.to_arb()
        forms = []
        for sign in (1, -1):
            shift = sign * root - mean
            slope = (moments.cross_moment.to_arb() + shift * tilted.to_arb()) / square
            forms.append((slope, shift))
        slope, shift = min(forms, key=lambda form: float(form[0]))
        found = [Enclosure.from_arb(ball) for ball in (1 / square.sqrt(), shift, slope)]
    return AffineForm(known.name, *found)


def _tilted_mean(known: Activation, law: Gaussian, digits: int) -> Enclosure:
    """E[φ'(Z)Z] = E[φ(Z)(Z² − 1)], by Stein's identity."""
    if known.expression is None or known.undecided is not None:
        raise NotCertifiedError(known.undecided or f"{known.name} has no expression")
    weight = Weighting(lambda z: z * z - 1, 2, Fraction(1))
    return expectation(known.expression, law, digits, weight=weight)


def _finite_slope(known: Activation, law: Gaussian, digits: int) -> Enclosure:
    found = mean_square_slope(known, law.variance, digits)
    if isinstance(found, Infinity):
        raise InvalidInputError(f"{known.name} has no critical point: {found.reason}")
    if found.lower <= 0:
        raise InvalidInputError(f"{known.name} has no critical point: E[φ'²] is not shown positive")
    return found
