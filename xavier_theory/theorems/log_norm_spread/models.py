"""Models of the chain in logarithms: Λ_{l+1} = Λ_l + log v + x_{l+1}, C_l = exp(x_l).

Λ_0 takes a few numbers with equal chances, and the C_l are independent chi-squares with n degrees
of freedom. Definitions are unfolded; what is left is a polynomial in Λ_0 and the x_l, whose moments
are certified integrals over the density, not the formulas that the theorem cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from sympy import Expr, Integer, Rational, Symbol, exp, log
from sympy.core.basic import Basic

from xavier_theory.continuous_models import Atoms, LogChiSquare, Model
from xavier_theory.finite_models.arithmetic import Number
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import domain_of
from xavier_theory.theorems.log_norm_spread.proof import (
    chi_square,
    depth,
    log_factor,
    log_length,
    weight_variance,
    width,
)
from xavier_theory.theorems.symbols import l

__all__ = ["Chain", "models"]

_WIDTHS = (1, 2, 5, 40)
_STARTS = ((0, 3), (1, 2, 6), (-1, 1), (0, 1))
"""The numbers that Λ_0 takes."""
_LAYERS = ((2, 3), (0, 1), (1, 0))
"""A layer l, and a depth."""
_DEEPEST = 8


@dataclass(frozen=True)
class Chain:
    """``independent`` has the laws of Λ_0 and the x_l; what is made of them is unfolded."""

    independent: Model
    unfolded: Mapping[Expr, Expr]

    @property
    def scalars(self) -> Mapping[Symbol, Number]:
        """Width, weight variance, layer and depth."""
        return self.independent.scalars

    @property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """The theorem speaks of no opaque functions."""
        return {}

    def expectation(self, term: Basic) -> Number:
        """The mean of a polynomial in the members of the chain."""
        closed = substitute(term, dict(self.independent.numbers))
        return self.independent.expectation(substitute(closed, dict(self.unfolded)))


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[Chain]:
    """Chains of several widths, starts, layers and depths; another width is one more."""
    others = {s for t in terms for s in t.free_symbols if domain_of(s) == "width"} - {width}
    return [
        _chain(n, start, layers, others)
        for (n, start), layers in product(zip(_WIDTHS, _STARTS, strict=True), _LAYERS)
    ]


def _chain(n: int, start: tuple[int, ...], layers: tuple[int, int], others: set[Symbol]) -> Chain:
    variance = Rational(3, n)
    numbers = {l: Integer(layers[0]), depth: Integer(layers[1]), width: Integer(n)}
    numbers |= {weight_variance: variance, **dict.fromkeys(others, Integer(n + 1))}
    laws = {log_factor[k]: LogChiSquare(n) for k in range(_DEEPEST + 1)}
    unfolded = {chi_square[k]: exp(log_factor[k]) for k in range(_DEEPEST + 1)}
    total = log_length[0]
    for k in range(1, _DEEPEST + 1):
        total = total + log(variance) + log_factor[k]
        unfolded[log_length[k]] = total
    return Chain(Model(numbers, laws={log_length[0]: Atoms(start), **laws}), unfolded)
