"""Models of opaque functions for which an equation holds at all real numbers: two lines through 0.

Nothing is random here. An equation such as φ(c t) = c φ(t) is proved for each combination of signs
of its variables, in which the function is linear; it is not tried at points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import sympy
from sympy import Lambda, Mul, Piecewise, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.continuous_models import Model
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Entry, domain_of

__all__ = ["models"]

_x = Symbol("x", real=True)
_SLOPES = (
    (Rational(3), Rational(1, 2)),
    (Rational(1), Rational(-2)),
    (Rational(-1, 3), Rational(0)),
)
"""Of the lines for positive and for negative numbers."""
_NUMBERS = {"real": (-2, 0, Rational(3, 4)), "nonnegative": (0, 3), "positive": (2, Rational(1, 3))}
_SIGNS = {"real": (-1, 0, 1), "nonnegative": (0, 1), "positive": (1,)}


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic]
) -> list[Model]:
    """Models of ``assumptions``, if they are equations about functions, and of those two lines are.

    Several values for each scalar of ``terms``; an empty list where they do not speak of functions.
    """
    terms = [*terms]
    symbols = sorted({s for term in terms for s in term.free_symbols}, key=str)
    heads = {node.func.__name__ for term in terms for node in term.atoms(AppliedUndef)}
    values = [_NUMBERS.get(domain_of(symbol) or "") for symbol in symbols]
    if not heads or not assumptions or None in values or any(t.has(Entry) for t in terms):
        return []
    found = []
    for slopes in _SLOPES:
        if all(_holds(assumption, slopes) for assumption in assumptions):
            right, left = slopes
            line = Lambda(_x, Piecewise((right * _x, _x > 0), (left * _x, True)))
            for numbers in product(*(value or () for value in values)):
                given = dict(zip(symbols, map(Rational, numbers), strict=True))
                found.append(Model(given, dict.fromkeys(heads, line)))
    return found


def _holds(assumption: Assumption, slopes: tuple[Rational, Rational]) -> bool:
    """Whether an equation is true for all values of its variables."""
    if assumption.kind != "equation" or any(d not in _SIGNS for d in assumption.domains):
        return False
    if assumption.conditions or assumption.free_symbols:
        return False
    for case in _cases(assumption):
        left, right = (_lines(side, slopes) for side in case)
        if left is None or right is None or sympy.expand(left - right) != 0:
            return False
    return True


def _cases(assumption: Assumption) -> Iterator[tuple[Basic, Basic]]:
    """Both sides for each combination of signs, with positive symbols for sizes."""
    sizes = [Symbol(f"size_{place}", positive=True) for place in range(len(assumption.domains))]
    for signs in product(*(_SIGNS[domain] for domain in assumption.domains)):
        left, right = assumption.at(*map(Mul, signs, sizes))
        yield left, right


def _lines(term: Basic, slopes: tuple[Rational, Rational]) -> Any:
    """``term`` with the lines put in for functions; None if the sign of an argument is open."""
    if not isinstance(term, AppliedUndef):
        if not term.args:
            return term
        parts = [_lines(part, slopes) for part in term.args]
        return None if None in parts else term.func(*parts)
    at = _lines(term.args[0], slopes) if len(term.args) == 1 else None
    if at is None or at.is_extended_positive is None or at.is_extended_negative is None:
        return None
    return slopes[0 if at.is_extended_positive else 1] * at
