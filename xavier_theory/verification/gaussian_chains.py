"""Models of a chain of square Gaussian matrices with independent entries.

The input a^[0] is fixed. Given a^[l], |a^[l+1]|² is v |a^[l]|² times a chi-square with n degrees
of freedom, so that E log|a^[l]|² = log|a^[0]|² + l (log v + E log χ²_n). The last mean is a
certified integral over the density, not the formula that the theorem cites; the law of one layer
is the lemma ``gaussian-layer-norm``, which is sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from flint import arb
from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.symbolic.binding import substitute, sum_over
from xavier_theory.symbolic.encoding import same
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Entry, domain_of, scalar
from xavier_theory.verification.chi_square import mean_of_log
from xavier_theory.verification.continuous import NoValueError

__all__ = ["GaussianChain", "chain_models"]

_INPUT = 5  # |a^[0]|²
_LAYERS = 5  # the deepest layer that a model speaks of
_unit = scalar("unit", "width")


@dataclass(frozen=True)
class GaussianChain:
    """``context`` has the law of the weights, the chi-square and the definition of a layer."""

    scalars: Mapping[Symbol, Number]
    whole: Mapping[Symbol, Integer]
    context: Context
    width: Symbol
    variance: Symbol

    def expectation(self, term: Basic) -> Number:
        """The mean of log C, or of the logarithm of a squared norm of a layer."""
        closed = substitute(term, dict(self.whole))
        n = self.whole[self.width]
        gain = mean_of_log(int(n))
        for assumption in self.context.of_kind("law"):
            (members, _) = assumption.groups
            if assumption.label == "chi-square" and closed == sympy.log(members[0]):
                return gain
        for definition in self.context.definitions:
            for layer in range(_LAYERS + 1):
                head, body = definition.equation(Integer(layer), _unit)
                below = Entry(head.family, Integer(layer), _unit)
                total = layer * (arb(self.scalars[self.variance]).log() + gain)
                if _is_log_norm(closed, below, n):
                    return arb(_INPUT).log() + total
                inside = substitute(body, dict(self.whole))
                if _is_log_norm(closed, inside, n):
                    return arb(_INPUT).log() + total + arb(self.scalars[self.variance]).log() + gain
        raise NoValueError(f"the Gaussian chain does not know the mean of {term}")


def _is_log_norm(term: Basic, member: Basic, width: Integer) -> bool:
    return same(term, sympy.log(sum_over(_unit, width, member**2)))


def chain_models(context: Context) -> list[GaussianChain]:
    """Chains of three widths; an empty list if the context is not that of such a chain."""
    laws = {a.label: a for a in context.of_kind("law")}
    if set(laws) != {"gaussian", "chi-square"}:
        return []
    (width,) = laws["chi-square"].groups[1]
    _, variance = laws["gaussian"].groups[1]
    if domain_of(width) is None or domain_of(variance) is None:
        return []
    return [
        _model(context, width, variance, n, v)
        for n, v in ((1, exact(2)), (2, exact(1) / 2), (5, exact(3) / 10))
    ]


def _model(context: Context, width: Symbol, variance: Symbol, n: int, v: Number) -> GaussianChain:
    layers = {scalar("l", "natural"): Integer(2), scalar("depth", "width"): Integer(3)}
    whole = {width: Integer(n), **layers}
    scalars = {symbol: exact(number) for symbol, number in whole.items()}
    return GaussianChain({**scalars, variance: v}, whole, context, width, variance)
