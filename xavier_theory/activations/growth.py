"""Stated bounds on how fast a function grows, and what they leave in a Gaussian's tails.

Notation: Z ~ N(0, q), U = Z/√q, t = T/√q. The tails are exact integrals, not estimates:
E[|U|^k; |U| > t] = 2^(k/2) Γ((k+1)/2, t²/2)/√π, and
E[e^(r|Z|); |Z| > T] = e^(r²q/2) erfc((t − r√q)/√2).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from xavier_theory.errors import InvalidInputError

if TYPE_CHECKING:
    from flint import arb


class Growth(Protocol):
    """A bound on |f(z)| for every real z."""

    def at(self, size: arb) -> arb:
        """The bound at ``|z| = size``."""

    def tail(self, cut: Fraction, q: Fraction) -> arb:
        """An enclosure of the bound's share of E beyond ``|z| > cut``, Z ~ N(0, q)."""

    def squared(self) -> Growth:
        """A bound of the same kind on f²."""

    def scored(self) -> Growth:
        """A bound of the same kind on f(z)·(z² − 1)/2."""


@dataclass(frozen=True)
class PolynomialGrowth:
    """|f(z)| ≤ constant · (1 + |z|^power); ``constant`` positive, ``power`` ≥ 0."""

    constant: Fraction
    power: int = 0

    def __post_init__(self) -> None:
        if self.constant <= 0 or self.power < 0:
            raise InvalidInputError(
                f"polynomial growth needs constant > 0 and power >= 0, got {self}"
            )

    def at(self, size: arb) -> arb:
        """The bound ``constant · (1 + size^power)``."""
        return _ball(self.constant) * (1 + size**self.power)

    def tail(self, cut: Fraction, q: Fraction) -> arb:
        """The bound constant · (P(|Z| > cut) + E[|Z|^power; |Z| > cut])."""
        from flint import arb

        half_square = _ball(cut * cut / (2 * q))
        moment = half_square.gamma_upper(_ball(Fraction(self.power + 1, 2))) / arb.pi().sqrt()
        scale = _ball(2 * q).sqrt() ** self.power
        return _ball(self.constant) * (half_square.sqrt().erfc() + scale * moment)

    def squared(self) -> PolynomialGrowth:
        """(1 + s)² ≤ 2(1 + s²)."""
        return PolynomialGrowth(2 * self.constant**2, 2 * self.power)

    def scored(self) -> PolynomialGrowth:
        """(1 + s^k)(1 + s²)/2 ≤ (3/2)(1 + s^(k+2)), as s^k and s² are at most 1 + s^(k+2)."""
        return PolynomialGrowth(Fraction(3, 2) * self.constant, self.power + 2)


@dataclass(frozen=True)
class ExponentialGrowth:
    """|f(z)| ≤ constant · e^(rate·|z|); ``constant`` positive, ``rate`` ≥ 0."""

    constant: Fraction
    rate: Fraction

    def __post_init__(self) -> None:
        if self.constant <= 0 or self.rate < 0:
            raise InvalidInputError(
                f"exponential growth needs constant > 0 and rate >= 0, got {self}"
            )

    def at(self, size: arb) -> arb:
        """``constant · e^(rate·size)``."""
        return _ball(self.constant) * (_ball(self.rate) * size).exp()

    def tail(self, cut: Fraction, q: Fraction) -> arb:
        """The bound constant · E[e^(rate·|Z|); |Z| > cut], by completing the square."""
        rate, variance = _ball(self.rate), _ball(q)
        shifted = (_ball(cut) / variance.sqrt() - rate * variance.sqrt()) / _ball(2).sqrt()
        return _ball(self.constant) * (rate * rate * variance / 2).exp() * shifted.erfc()

    def squared(self) -> ExponentialGrowth:
        """(e^(r|z|))² = e^(2r|z|)."""
        return ExponentialGrowth(self.constant**2, 2 * self.rate)

    def scored(self) -> ExponentialGrowth:
        """(1 + s²)/2 ≤ e^s."""
        return ExponentialGrowth(self.constant, self.rate + 1)


def _ball(number: int | Fraction) -> arb:
    from flint import arb, fmpq

    exact = Fraction(number)
    return arb(fmpq(exact.numerator, exact.denominator))
