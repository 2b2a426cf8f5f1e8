"""Models of a chain of chi-squares in logarithms: Λ_{l+1} = Λ_l + log v + x_{l+1}, C_l = exp(x_l).

Λ_0 takes a few numbers with equal chances, and the C_l are independent chi-squares with n degrees
of freedom. Definitions are unfolded; what is left is a polynomial in Λ_0 and the x_l, whose moments
are certified integrals over the density, not the formulas that a theorem cites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy
from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.symbolic.binding import loose_entries, substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Entry, Family, entries, scalar
from xavier_theory.verification.chi_square import mean_of_log
from xavier_theory.verification.continuous import NoValueError, value

__all__ = ["ChiSquareChain", "chain_of_width", "chi_square_chains"]

LAYER, DEPTH = scalar("l", "natural"), scalar("depth", "natural")
_SETTINGS = ((1, (0, 3)), (2, (1, 2, 6)), (5, (-1, 1)))
"""Degrees of freedom, and the numbers that Λ_0 takes."""


@dataclass(frozen=True)
class ChiSquareChain:
    """``context`` has a law of chi-squares ``C[l]`` and the definition of the chain."""

    scalars: Mapping[Symbol, Number]
    whole: Mapping[Symbol, Integer]
    context: Context
    degrees: int
    factor: Family
    start: Sequence[int]

    def expectation(self, term: Basic) -> Number:
        """The mean of a polynomial in the members of the chain."""
        flat = sympy.expand(self._unfolded(substitute(term, dict(self.whole))))
        return sum((self._monomial(part) for part in sympy.Add.make_args(flat)), exact(0))

    def _unfolded(self, term: Basic) -> Basic:
        """``term`` without the members that the definitions give by others."""
        while True:
            known = {}
            for entry in entries(term):
                for definition in self.context.definitions:
                    shift = 1 if definition.name == "log-length" else 0
                    if entry.family == definition.head.family and entry.indices[0] >= shift:
                        known[entry] = definition.equation(entry.indices[0] - shift)[1]
            if not known:
                return term
            term = substitute(term, known)

    def _monomial(self, term: Basic) -> Number:
        found: Number = exact(1)
        for factor in sympy.Mul.make_args(term):
            base, power = factor.as_base_exp()
            if not any(entry.family.random for entry in entries(base)):
                found = found * value(factor, self)
            elif not (isinstance(base, Entry) and power.is_Integer and power > 0):
                raise NoValueError(f"the chain does not know the mean of {term}")
            elif base.family == self.factor:
                found = found * mean_of_log(self.degrees, int(power))
            else:
                powers = [exact(number) ** int(power) for number in self.start]
                found = found * sum(powers, exact(0)) / len(powers)
        return found


def chi_square_chains(context: Context) -> list[ChiSquareChain]:
    """Chains of three widths; an empty list if the context is not that of such a chain."""
    found = [chain_of_width(context, degrees, start) for degrees, start in _SETTINGS]
    return [chain for chain in found if chain is not None]


def chain_of_width(
    context: Context,
    degrees: int,
    start: Sequence[int],
    layers: tuple[int, int] = (2, 3),
    more: Mapping[Symbol, int] | None = None,
) -> ChiSquareChain | None:
    """The chain of ``degrees``, read at ``layers`` (a layer l, and a depth); None for another law.

    ``more``: what scalars that the theorem does not know stand for, in perturbed formulas.
    """
    laws = context.of_kind("law")
    bodies = {definition.name: definition.body for definition in context.definitions}
    if [a.label for a in laws] != ["chi-square"] or set(bodies) != {"log-length", "factor"}:
        return None
    (width,) = laws[0].groups[1]
    (factor,) = {entry.family for entry in loose_entries(bodies["factor"])}
    numbers = {LAYER: layers[0], DEPTH: layers[1], width: degrees, **(more or {})}
    scalars = {symbol: exact(number) for symbol, number in numbers.items()}
    scalars[scalar("weight_variance", "positive")] = exact(3) / degrees
    whole = {symbol: Integer(number) for symbol, number in numbers.items()}
    return ChiSquareChain(scalars, whole, context, degrees, factor, start)
