"""The moments of an activation under a Gaussian: E[φ], E[φ²], Var φ, E[φ'], E[φ'²], E[φφ'Z].

Z ~ N(μ, q). E[φ'] and E[φφ'Z] come from Stein's identity, E[f'(Z)] = E[f(Z)(Z − μ)]/q, so they need
no derivative; where φ jumps they hold with φ' taken as a distribution. E[φ'²] is infinite there: a
step of height h rising over a width w has slopes h/w, and h²/w → ∞.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.budget import GAIN, within_budget
from xavier_theory.activations.catalogue import as_activation
from xavier_theory.activations.certified import NotCertifiedError, gaussian_expectation
from xavier_theory.activations.enclosures import Enclosure, Infinity
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import dissect, jump_at
from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.gaussian_integrals import (
    Gaussian,
    Weight,
    Weighting,
    expectation,
    number,
)
from xavier_theory.activations.growth import Growth
from xavier_theory.activations.piecewise import PiecewiseAnalytic
from xavier_theory.activations.plain_numbers import positive_integer, shown
from xavier_theory.errors import InvalidInputError

_DEFAULT_DIGITS = 20
_MOST_DIGITS = 150


@dataclass(frozen=True)
class Moments:
    """The moments of one activation under one Gaussian, each enclosed when first asked for.

    Each property raises ``NotCertifiedError`` with the reason where it cannot be enclosed, and
    ``InfiniteMomentError`` where it is infinite.
    """

    activation: Activation
    law: Gaussian
    digits: int

    @cached_property
    def mean(self) -> Enclosure:
        """E[φ(Z)]."""
        return self._expect(1, None, 0)

    @cached_property
    def second_moment(self) -> Enclosure:
        """E[φ(Z)²]."""
        return self._expect(2, None, 0)

    @cached_property
    def variance(self) -> Enclosure:
        """Var φ(Z) = E[φ²] − E[φ]², with the digits that the subtraction loses added beforehand."""
        found = Enclosure(Fraction(0), Fraction(0))
        for extra in (5, 25):
            more = Moments(self.activation, self.law, self.digits + extra)
            with ctx.workprec(8 * more.digits + 64):
                mean = more.mean.to_arb()
                found = Enclosure.from_arb(more.second_moment.to_arb() - mean * mean)
            if found.lower > 0 and found.width <= found.lower / 10**self.digits:
                return found
        return Enclosure(max(found.lower, Fraction(0)), max(found.upper, Fraction(0)))

    @cached_property
    def derivative_mean(self) -> Enclosure:
        """E[φ'(Z)] = E[φ(Z)(Z − μ)]/q."""
        mean, q = self.law.mean, self.law.variance
        return self._expect(1, lambda z: (z - number(mean)) * number(1 / q), 1)

    @cached_property
    def cross_moment(self) -> Enclosure:
        """E[φ(Z)φ'(Z)Z] = E[φ(Z)²·(Z(Z − μ)/q − 1)]/2."""
        mean, q = self.law.mean, self.law.variance
        half = number(Fraction(1, 2))
        return self._expect(2, lambda z: (z * (z - number(mean)) * number(1 / q) - 1) * half, 2)

    @cached_property
    def derivative_second_moment(self) -> Enclosure | Infinity:
        """E[φ'(Z)²]; ``Infinity`` where φ jumps."""
        activation = self.activation
        if activation.expression is None:
            return self._of_branches(
                activation.certified_derivative, activation.derivative_growth, 2
            )
        with within_budget(None, GAIN):
            return self._mean_square_slope(activation.expression)

    def _mean_square_slope(self, root: Node) -> Enclosure | Infinity:
        activation = self.activation
        jump, undecided = jump_at(root, dissect(root))
        if jump is not None:
            return Infinity(f"{activation.name} jumps at z = {float(jump):.6g}")
        if undecided is not None:
            raise NotCertifiedError(
                f"whether {activation.name} jumps at z = {float(undecided):.6g} is not decided"
            )
        try:
            return expectation(derivative(root), self.law, self.digits, power_of=2)
        except (InvalidInputError, NotCertifiedError) as error:
            raise NotCertifiedError(f"E[φ'²] of {activation.name}: {error}") from None

    def _expect(self, power: int, weight: Weight | None, degree: int) -> Enclosure:
        activation = self.activation
        if activation.undecided is not None:
            raise NotCertifiedError(activation.undecided)
        if activation.expression is None:
            return self._of_branches(activation.certified, activation.growth, power, weight, degree)
        # For the weights above: |weight| ≤ (1 + |μ|)·max(1, 1/q)·(1 + |z|)^degree.
        size = (1 + abs(self.law.mean)) * max(Fraction(1), 1 / self.law.variance)
        with within_budget(None, GAIN):
            return expectation(
                activation.expression,
                self.law,
                self.digits,
                power_of=power,
                weight=None if weight is None else Weighting(weight, degree, size),
            )

    def _of_branches(
        self,
        function: PiecewiseAnalytic | None,
        growth: Growth | None,
        power: int,
        weight: Weight | None = None,
        degree: int = 0,
    ) -> Enclosure:
        """For an activation without an expression, whose growth is its maker's word."""
        if function is None or growth is None or self.law.mean != 0:
            raise NotCertifiedError(f"{self.activation.name} has no expression to certify with")
        if power == 2:
            function, growth = function.squared(), growth.squared()
        if weight is not None:
            if self.law.variance != 1 or degree > 2:
                raise NotCertifiedError(f"{self.activation.name} has no expression to certify with")
            function, growth = function.map(lambda z, value: value * weight(z)), growth.scored()
        return gaussian_expectation(function, self.law.variance, growth=growth, digits=self.digits)


def gaussian_moments(
    activation: object,
    q: int | float | Fraction = 1,
    mean: int | float | Fraction = 0,
    *,
    digits: int | None = None,
    **parameters: float | Fraction,
) -> Moments:
    """The moments under Z ~ N(mean, q) of a name, a text in z, a sympy expression or an object.

    ``q`` > 0 and ``mean`` are taken exactly. ``digits`` are significant digits, at most 150;
    without them a little more than a float holds. Raises ``InvalidInputError`` for a bad number,
    and what ``as_activation`` raises; the properties raise when they are asked for.
    """
    return Moments(
        as_activation(activation, **parameters), gaussian(q, mean), checked_digits(digits)
    )


def gaussian(q: object, mean: object = 0) -> Gaussian:
    """N(mean, q), both exact; ``q`` must be between 2^-60 and 2^40."""
    variance = exact_fraction(q, "the variance q")
    if variance <= 0:
        raise InvalidInputError(f"the variance q must be positive, got {shown(q)}")
    if not Fraction(1, 2**60) <= variance <= 2**40:
        raise InvalidInputError(f"the variance q must be between 2^-60 and 2^40, got {shown(q)}")
    centre = exact_fraction(mean, "the mean")
    if abs(centre) > 2**20:
        raise InvalidInputError(f"the mean must be at most 2^20 in size, got {shown(mean)}")
    return Gaussian(centre, variance)


def checked_digits(digits: int | None) -> int:
    """The digits asked for, or enough for a float."""
    if digits is None:
        return _DEFAULT_DIGITS
    if positive_integer(digits, "digits") > _MOST_DIGITS:
        raise InvalidInputError(f"digits must be at most {_MOST_DIGITS}, got {digits}")
    return max(int(digits), _DEFAULT_DIGITS)
