"""Cited inequalities in several numbers, compared at all points of a grid, exactly or by balls.

Where both sides are equal on whole regions, as in the triangle inequality, no enclosure on a piece
can decide; and a lemma about every function is compared for each of a list. For each function f of
the list, k is a rational bound on how fast f' changes, which f'' attains or nearly so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from sympy import Rational, Symbol, erf, exp, sqrt, tanh

from xavier_theory.continuous_models import Numbers, value
from xavier_theory.finite_models.arithmetic import Number, at_most, exact, precision
from xavier_theory.symbolic.lemmas import Lemma
from xavier_theory.symbolic.terms import relu, sigmoid

__all__ = ["CURVES", "Curve", "holds_at_points"]

_x = Symbol("x", real=True)
GRID = tuple(Fraction(k, 3) for k in range(-7, 8))
"""Values of each real number."""


@dataclass(frozen=True)
class Curve:
    """A function of x, its slope, and a bound on how fast the slope changes."""

    function: sympy.Expr
    slope: sympy.Expr
    bound: Rational


CURVES = (
    Curve(_x**2 - 3 * _x, 2 * _x - 3, Rational(2)),
    Curve(relu(_x) ** 2, 2 * relu(_x), Rational(2)),
    Curve(exp(-(_x**2)), -2 * _x * exp(-(_x**2)), Rational(2)),
    Curve(tanh(_x), 1 - tanh(_x) ** 2, Rational(77, 100)),  # 4/(3√3)
    Curve(erf(_x), 2 / sqrt(sympy.pi) * exp(-(_x**2)), Rational(97, 100)),  # 4/√(2πe)
    Curve(sigmoid(_x), sigmoid(_x) * (1 - sigmoid(_x)), Rational(97, 1000)),  # 1/(6√3)
)


def _meaning(expression: sympy.Expr) -> Callable[..., Number]:
    return lambda at: value(expression, Numbers({_x: at}))


def _points(lemma: Lemma) -> Iterator[Numbers]:
    symbols = {s.name: s for side in (lemma.left, lemma.right) for s in side.free_symbols}
    for numbers in product(map(exact, GRID), repeat=2):
        scalars = {symbols[name]: number for name, number in zip("tu", numbers, strict=True)}
        if "k" not in symbols:
            yield Numbers(scalars)
            continue
        for curve in CURVES if numbers[0] != numbers[1] else ():  # else both sides are 0
            functions = {"f": _meaning(curve.function), "df": _meaning(curve.slope)}
            yield Numbers({**scalars, symbols["k"]: exact(curve.bound)}, functions)


def holds_at_points(lemma: Lemma, extra: Any = 0) -> bool | None:
    """Whether left <= right + ``extra`` at every point; None if a ball does not decide it."""
    with precision():
        found = [
            at_most(value(lemma.left, point), value(lemma.right + extra, point))
            for point in _points(lemma)
        ]
    if all(found):
        return True
    return False if False in found else None
