"""Cited inequalities and identities between functions, checked by ball arithmetic.

An inequality 0 <= f is certified on a stated interval: the interval is halved until f is seen to
be >= 0 on each piece. Where both sides touch, f(p) = f'(p) = 0, a piece around p is
certified by f'' >= 0 on it. Outside of the interval a stated argument takes over. An identity
cannot be certified by enclosures on pieces; it is compared to 25 digits at points of the interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from flint import arb, fmpq
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.continuous_models import Numbers, value
from xavier_theory.finite_models.arithmetic import equal, exact, precision
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.lemmas import Lemma

__all__ = ["RANGES", "Range", "check_pointwise"]

_MOST_PIECES = 20_000
_POINTS = 40  # of an identity, along each variable


@dataclass(frozen=True)
class Range:
    """Where a lemma is checked: from ``lower`` to ``upper``; ``outside`` says why it holds beyond.

    ``touching`` is the point p of the module's docstring, if there is one.
    """

    lower: Fraction
    upper: Fraction
    outside: str
    touching: Fraction | None = None


RANGES: Mapping[str, Range] = {
    "logarithm-of-product": Range(
        Fraction(1, 1000), Fraction(1000), "both sides have the derivative 1/x in x, 1/y in y"
    ),
    "logarithm-below-tangent": Range(
        Fraction(1, 1000),
        Fraction(1000),
        "x - 1 - log x falls on (0, 1] and rises from 1 on",
        Fraction(1),
    ),
    "tanh-is-bounded": Range(
        Fraction(-20), Fraction(20), "tanh^2 rises with |t| and tends to 1 (DLMF 4.37)"
    ),
    "absolute-value-of-product": Range(
        Fraction(-20), Fraction(20), "both sides are homogeneous in each variable"
    ),
    "exponential-of-sum": Range(
        Fraction(-20), Fraction(20), "both sides solve y' = y in t, and agree at t = 0"
    ),
    "exponential-above-tangent": Range(
        Fraction(-20),
        Fraction(20),
        "exp(t) - 1 - t falls up to 0 and rises from 0 on",
        Fraction(0),
    ),
    "sigmoid-reflection": Range(
        Fraction(-20), Fraction(20), "the denominators are 1 + exp(t) and 1 + exp(-t)"
    ),
    "trigamma-above-reciprocal": Range(
        Fraction(1, 100),
        Fraction(64),
        "1/((x+k)(x+k+1)) < 1/(x+k)^2 under the sums of the source",
    ),
    "digamma-below-logarithm": Range(
        Fraction(1, 100),
        Fraction(4),
        "1/(1 - exp(-t)) - 1/t > 1/2 under the integral of DLMF 5.9.13",
    ),
}


def check_pointwise(lemma: Lemma, extra: Any = 0) -> bool | None:
    """Whether ``left`` relation ``right`` + ``extra`` holds; None if that cannot be decided.

    ``extra`` other than 0 plants an error.
    """
    span = RANGES[lemma.name]
    with precision():
        if lemma.relation == "=":
            return _identical(lemma, extra, span)
        return _nonnegative(lemma.right + extra - lemma.left, span)


def _identical(lemma: Lemma, extra: Any, span: Range) -> bool | None:
    symbols = sorted(lemma.left.free_symbols | lemma.right.free_symbols, key=str)
    width = span.upper - span.lower
    grid = [exact(span.lower + width * Fraction(k, _POINTS)) for k in range(_POINTS + 1)]
    for numbers in product(grid, repeat=len(symbols)):
        point = Numbers(dict(zip(symbols, numbers, strict=True)))
        same = equal(value(lemma.left, point), value(lemma.right + extra, point))
        if same is not True:
            return same
    return True


def _nonnegative(function: Basic, span: Range) -> bool | None:
    (symbol,) = function.free_symbols
    second = sympy.diff(function, symbol, 2)
    touching = _touching(function, symbol, span.touching)
    pieces = [(span.lower, span.upper)]
    for _ in range(_MOST_PIECES):
        if not pieces:
            return True
        low, high = pieces.pop()
        if _is_nonnegative(function, symbol, low, high):
            continue
        near = touching is not None and low <= touching <= high
        if near and _is_nonnegative(second, symbol, low, high):
            continue
        middle = (low + high) / 2
        if value(function, Numbers({symbol: exact(middle)})) < 0:
            return False
        pieces += [(low, middle), (middle, high)]
    return None


def _touching(function: Basic, symbol: Symbol, point: Fraction | None) -> Fraction | None:
    """``point``, if f(p) = f'(p) = 0 there, exactly."""
    if point is None:
        return None
    at = Numbers({symbol: exact(point)})
    zero = all(value(f, at) == 0 for f in (function, sympy.diff(function, symbol)))
    return point if zero else None


def _is_nonnegative(function: Basic, symbol: Symbol, low: Fraction, high: Fraction) -> bool:
    """Whether balls show a function to be >= 0 on [low, high]; a piece may be too wide for them."""
    ends = [arb(fmpq(end.numerator, end.denominator)) for end in (low, high)]
    try:
        return bool(value(function, Numbers({symbol: ends[0].union(ends[1])})) >= 0)
    except OutsideDomainError:
        return False
