"""Models of a smooth function whose derivative changes slowly, at one of its fixed points.

The function is a quadratic polynomial, its slope is the polynomial's derivative; numbers for the
scalars are tried, and kept where every assumption holds: equations between numbers exactly, and
|f'(x) − f'(y)| <= k |x − y| for all x and y, because both sides are multiples of |x − y|.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product

import sympy
from sympy import Lambda, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.continuous_models import Model
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Entry, domain_of

__all__ = ["models"]

_x = Symbol("x", real=True)
_QUADRATICS = (
    _x**2 / 12 + _x / 6 + Rational(4, 3),  # fixed at 2 and 8
    -(_x**2) / 3 + 4 * _x / 3 + Rational(2, 3),  # at -1 and 2
    -(_x**2) / 12 + 5 * _x / 6 + Rational(2, 3),  # at 2 and -4
    3 * _x**2 / 2 - 2 * _x,  # at 0 and 2
    2 * _x - 3,  # at 3
)
_NUMBERS = {
    "real": (-1, Rational(1, 2), 2, Rational(5, 2), 3, 4),
    "nonnegative": (0, Rational(1, 6), Rational(2, 3), 3),
    "positive": (Rational(1, 6), 1, 2),
}
_KINDS = ("equation", "at_most", "derivative")


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[Model]:
    """Models of a function and its slope that satisfy ``assumptions``, if they speak of no more."""
    spoken = [*terms, *(part for a in assumptions for part in a.parts)]
    if not assumptions or any(a.kind not in _KINDS for a in assumptions):
        return []
    heads = {node.func.__name__ for term in spoken for node in term.atoms(AppliedUndef)}
    named = [a for a in assumptions if a.kind == "derivative"]
    slopes = {a.at(_x)[1].func.__name__ for a in named}
    if len(named) > 1 or len(heads - slopes) != 1 or any(term.has(Entry) for term in spoken):
        return []
    symbols = sorted({s for term in spoken for s in term.free_symbols}, key=str)
    return [*_models(assumptions, tuple(symbols), frozenset(heads - slopes), frozenset(slopes))]


@cache
def _models(
    assumptions: frozenset[Assumption],
    symbols: tuple[Symbol, ...],
    heads: frozenset[str],
    slopes: frozenset[str],
) -> tuple[Model, ...]:
    """The models for these symbols: the same for many formulas."""
    values = [_NUMBERS.get(domain_of(symbol) or "", ()) for symbol in symbols]
    found = []
    for quadratic, numbers in product(_QUADRATICS, product(*values)):
        given = dict(zip(symbols, map(Rational, numbers), strict=True))
        meanings = dict.fromkeys(heads, Lambda(_x, quadratic))
        meanings |= dict.fromkeys(slopes, Lambda(_x, sympy.diff(quadratic, _x)))
        if all(_holds(a, given, meanings) for a in assumptions if a.kind != "derivative"):
            found.append(Model(given, meanings))
    return tuple(found)


def _holds(
    assumption: Assumption, given: Mapping[Symbol, sympy.Expr], meanings: Mapping[str, Lambda]
) -> bool:
    """Whether an equation between numbers, or an inequality for all real numbers, is true."""
    names = [Symbol(f"x_{place}", real=True) for place in range(len(assumption.domains))]
    left, right = (_plain(part, meanings).xreplace(dict(given)) for part in assumption.at(*names))
    if assumption.kind == "equation":
        return not names and sympy.expand(left - right) == 0
    if any(domain != "real" for domain in assumption.domains):
        return False
    left, right = (
        side.replace(sympy.Abs, lambda t: sympy.Abs(sympy.factor(t))) for side in (left, right)
    )
    share = sympy.S.Zero if left == 0 else sympy.cancel(left / right) if right != 0 else sympy.oo
    return bool(share.is_number and share <= 1 and right.is_nonnegative)


def _plain(term: Basic, meanings: Mapping[str, Lambda]) -> sympy.Expr:
    """``term`` with the meanings put in."""
    if not term.args:
        return term
    parts = [_plain(part, meanings) for part in term.args]
    if isinstance(term, AppliedUndef):
        return meanings[term.func.__name__](*parts)
    return term.func(*parts)
