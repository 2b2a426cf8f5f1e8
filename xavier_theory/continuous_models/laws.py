"""Laws on the line: moments, and means of expressions in one variable, exact or enclosed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

import sympy
from flint import acb
from sympy import Expr, Integer, Rational, Symbol

from xavier_theory.activations.certified import NotCertifiedError, certified_integral
from xavier_theory.activations.gaussian_integrals import InfiniteMomentError
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.continuous_models.chi_square import mean_of_log
from xavier_theory.continuous_models.values import NoValueError, Numbers, value
from xavier_theory.errors import InvalidInputError
from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.finite_models.errors import OutsideDomainError

__all__ = ["Atoms", "Density", "Law", "LogChiSquare", "StandardNormal"]

_DIGITS = 30  # balls must be narrower than the 25 digits at which they count as equal
_NOTHING = Numbers({})


class Law(Protocol):
    """The law of one variable X."""

    def moment(self, power: int) -> Number:
        """E X^power, for a power of 1 or more."""

    def mean(self, expression: Expr, variable: Symbol) -> Number:
        """The mean of a plain expression in ``variable`` alone.

        Raises ``OutsideDomainError`` if it is infinite, ``NoValueError`` if it cannot be enclosed.
        """


@dataclass(frozen=True)
class StandardNormal:
    """N(0, 1)."""

    def moment(self, power: int) -> Number:
        """(power − 1)!! or 0."""
        return exact(self.closed_moment(power))

    def closed_moment(self, power: int) -> Expr:
        """The same as a sympy number."""
        return Integer(0) if power % 2 else sympy.factorial2(power - 1)

    def mean(self, expression: Expr, variable: Symbol) -> Number:
        """A certified integral over the line."""
        return _gaussian_mean(expression)


@cache
def _gaussian_mean(expression: Expr) -> Any:
    try:
        return gaussian_moments(expression, 1, digits=_DIGITS).mean.to_arb()
    except InfiniteMomentError as error:
        raise OutsideDomainError(str(error)) from None
    except (InvalidInputError, NotCertifiedError) as error:
        raise NoValueError(f"no mean is known of {expression}: {error}") from None


@dataclass(frozen=True)
class Density:
    """The law with ``density`` in ``variable``, an entire function, on [lower, upper]."""

    density: Expr
    variable: Symbol
    lower: Rational
    upper: Rational

    def moment(self, power: int) -> Number:
        """A certified integral, as ``mean``."""
        return self.mean(self.variable**power, self.variable)

    def mean(self, expression: Expr, variable: Symbol) -> Number:
        """A certified integral of the density times polynomials and exponentials."""
        return _mean_over_density(self, expression.xreplace({variable: self.variable}))


@cache
def _mean_over_density(law: Density, expression: Expr) -> Any:
    integrand = expression * law.density

    def branch(z: acb, analytic: bool) -> acb:
        return acb(_analytic(integrand, law.variable, z))

    lower, upper = (Fraction(int(end.p), int(end.q)) for end in (law.lower, law.upper))
    return certified_integral(branch, lower, upper, digits=_DIGITS).to_arb()


def _analytic(term: Expr, variable: Symbol, z: acb) -> Any:
    """An entire function of ``z``: polynomials and exponentials, with any constants."""
    if term == variable:
        return z
    if not term.has(variable):
        return value(term, _NOTHING)
    if term.is_Add or term.is_Mul:
        total = acb(0 if term.is_Add else 1)
        for part in term.args:
            factor = _analytic(part, variable, z)
            total = total + factor if term.is_Add else total * factor
        return total
    if term.is_Pow and term.exp.is_Integer and term.exp > 0:
        return _analytic(term.base, variable, z) ** int(term.exp)
    if isinstance(term, sympy.exp):
        return acb(_analytic(term.args[0], variable, z)).exp()
    raise NoValueError(f"{term} is not plainly an entire function")


@dataclass(frozen=True)
class LogChiSquare:
    """The law of log C for a chi-square C with so many ``degrees`` of freedom."""

    degrees: int

    def moment(self, power: int) -> Number:
        """A certified integral."""
        return mean_of_log(self.degrees, power)

    def mean(self, expression: Expr, variable: Symbol) -> Number:
        """Only moments are known."""
        raise NoValueError(f"no mean is known of {expression}, {variable} the log of a chi-square")


@dataclass(frozen=True)
class Atoms:
    """A few whole ``numbers`` with equal chances."""

    numbers: Sequence[int]

    def moment(self, power: int) -> Number:
        """The mean of their powers, exactly."""
        return sum((exact(n) ** power for n in self.numbers), exact(0)) / len(self.numbers)

    def mean(self, expression: Expr, variable: Symbol) -> Number:
        """The mean over the numbers."""
        found = [value(expression.xreplace({variable: Integer(n)}), _NOTHING) for n in self.numbers]
        return sum(found, exact(0)) / len(self.numbers)
