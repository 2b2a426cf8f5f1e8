"""Models of one random variable with a density: expectations are certified integrals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from flint import acb
from sympy import Rational, Symbol
from sympy.core.basic import Basic

from xavier_theory.activations.certified import certified_integral
from xavier_theory.finite_models.arithmetic import Number, exact, precision
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Entry, domain_of, entries, scalar
from xavier_theory.verification.continuous import NoValueError, value

__all__ = ["DensityModel", "density_models"]

_POINT = scalar("integration_variable")
_DIGITS = 30  # balls must be narrower than the 25 digits at which they count as equal
_VALUES = tuple(Rational(p, q) for p, q in ((1, 2), (3, 2), (2, 1), (5, 4), (7, 3), (1, 1)))


@dataclass(frozen=True)
class DensityModel:
    """One random variable, ``member``, with ``density`` (in ``_POINT``) on [lower, upper]."""

    scalars: Mapping[Symbol, Number]
    member: Entry
    density: Basic
    lower: Fraction
    upper: Fraction

    def expectation(self, term: Basic) -> Number:
        """The integral of ``term`` times the density, enclosed."""
        if any(entry.family.random and entry != self.member for entry in entries(term)):
            raise NoValueError(f"the model has no random variable but {self.member}: {term}")
        integrand = substitute(term, {self.member: _POINT}) * self.density

        def branch(z: acb, analytic: bool) -> acb:
            return acb(_analytic(integrand, z, self.scalars))

        return certified_integral(branch, self.lower, self.upper, digits=_DIGITS).to_arb()


def _analytic(term: Basic, z: acb, scalars: Mapping[Symbol, Number]) -> Any:
    """An entire function of ``z``: polynomials and exponentials, with any constants."""
    if term == _POINT:
        return z
    if not term.has(_POINT):
        return _constant(term, scalars)
    if term.is_Add or term.is_Mul:
        total = acb(0 if term.is_Add else 1)
        for part in term.args:
            factor = _analytic(part, z, scalars)
            total = total + factor if term.is_Add else total * factor
        return total
    if term.is_Pow and term.exp.is_Integer and term.exp > 0:
        return _analytic(term.base, z, scalars) ** int(term.exp)
    if isinstance(term, sympy.exp):
        return acb(_analytic(term.args[0], z, scalars)).exp()
    raise NoValueError(f"{term} is not plainly an entire function")


@dataclass(frozen=True)
class _Constants:
    """Scalars alone: nothing is random."""

    scalars: Mapping[Symbol, Number]

    def expectation(self, term: Basic) -> Number:
        """Nothing is random, so nothing has a mean."""
        raise NoValueError(f"{term} has no law here")


def _constant(term: Basic, scalars: Mapping[Symbol, Number]) -> Number:
    return value(term, _Constants(scalars))


def density_models(context: Context, assumptions: frozenset[Assumption]) -> list[DensityModel]:
    """Three models of the one density in ``assumptions``; an empty list if there is not one.

    Scalars get different small positive rationals, such that the lower end is below the upper one;
    a scalar that an assumed equation makes the value of a term gets that value.
    """
    densities = [a for a in assumptions if a.kind == "density"]
    if len(densities) != 1:
        return []
    member, body, lower, upper = densities[0].parts
    density = instantiate(body, _POINT)
    ends_in = lower.free_symbols | upper.free_symbols
    free = sorted((density.free_symbols | ends_in) - {_POINT}, key=str)
    models: list[DensityModel] = []
    for shift in (0, 2, 4, 1, 3, 5):
        chosen = {s: _VALUES[(place + shift) % len(_VALUES)] for place, s in enumerate(free)}
        ends = [
            Fraction(*map(int, end.xreplace(chosen).as_numer_denom())) for end in (lower, upper)
        ]
        if ends[0] >= ends[1] or len(models) == 3:
            continue
        scalars = {symbol: exact(number) for symbol, number in chosen.items()}
        model = DensityModel(scalars, member, density, *ends)
        models.append(_with_equations(model, assumptions))
    return models


def _with_equations(model: DensityModel, assumptions: frozenset[Assumption]) -> DensityModel:
    scalars = dict(model.scalars)
    for assumption in assumptions:
        if assumption.kind == "equation" and not assumption.domains:
            left, right = assumption.parts
            if domain_of(right) is not None and right not in scalars:
                with precision():
                    scalars[right] = value(left, model)
    return DensityModel(scalars, model.member, model.density, model.lower, model.upper)
