"""Lemmas about Gaussians: both sides in closed form or as certified integrals, for many functions.

What a lemma says of every f is compared for each f of a list: polynomials, functions that
oscillate, grow, saturate, and have kinks. Where the mean of f(√q Z) is differentiated, its closed
form is known and sympy's derivative of that is taken; for pairs see ``gaussian_pairs``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Abs, Lambda, Max, Rational, Symbol, cos, erf, exp, pi, sin, sqrt, tanh

from xavier_theory.continuous_models import Model, StandardNormal, value
from xavier_theory.finite_models.arithmetic import equal, precision
from xavier_theory.symbolic.lemmas import Lemma
from xavier_theory.verification.gaussian_pairs import SMOOTHED, pairs_agree, x

__all__ = ["holds_for_functions"]

_x, _v = Symbol("x", real=True), Symbol("v", positive=True)
_Q = (Rational(1, 4), Rational(9, 4))

_CLOSED = {  # f(x), and E f(√v Z)
    _x**2 - _x: _v,
    _x**6: 15 * _v**3,
    cos(_x): exp(-_v / 2),
    exp(_x / 2): exp(_v / 8),
    Abs(_x): sqrt(2 * _v / pi),
    Max(_x, 0) ** 2: _v / 2,
    erf(_x) ** 2: 2 / pi * sympy.asin(2 * _v / (1 + 2 * _v)),
}
_SMOOTH = (_x**3 - _x**2, sin(_x), exp(_x / 2), tanh(_x), erf(_x), _x * exp(-(_x**2)))
_ANY = (_x**2, cos(_x), Abs(_x), tanh(_x) * _x, Max(_x, 0) ** 3)


def _cases(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Numbers by the names of scalars, and meanings of functions."""
    if name == "gaussian-scale-derivative":
        for f, closed in _CLOSED.items():
            for q in _Q:
                slope = Lambda(_v, sympy.simplify(sympy.diff(closed, _v)))
                yield {"q": q}, {"f": Lambda(_x, f), "dm": slope}
    elif name == "gaussian-integration-by-parts":
        for f in _SMOOTH:
            yield {}, {"f": Lambda(_x, f), "df": Lambda(_x, sympy.diff(f, _x))}
        for name in ("relu", "abs", "hardtanh"):
            kinked = SMOOTHED[name]
            yield {}, {"f": Lambda(x, kinked.function), "df": Lambda(x, kinked.slope)}
    elif name == "gaussian-tilt":
        for f in _ANY:
            for s in (Rational(0), Rational(3, 2), Rational(4)):
                yield {"s": s}, {"f": Lambda(_x, f)}
    elif name == "gaussian-half-line":
        for s in (Rational(0), Rational(1, 2), Rational(2)):
            for power in range(4):  # each power alone: a slip in one is not made up for in another
                yield {"s": s, **{f"c{k}": Rational(int(k == power)) for k in range(4)}}, {}
    else:
        yield {}, {}


def holds_for_functions(lemma: Lemma, extra: Any = 0) -> bool | None:
    """Whether left = right + ``extra``, or <=, for every function of the lemma's list."""
    if lemma.name in ("gaussian-decorrelation-slope", "gaussian-pair-above-tangent"):
        return _all(pairs_agree(lemma, extra))
    found = []
    (members,) = (a.groups[0] for a in lemma.declared if a.kind == "law")
    symbols = {s.name: s for side in (lemma.left, lemma.right) for s in side.free_symbols}
    for numbers, meanings in _cases(lemma.name):
        given = {symbols[name]: number for name, number in numbers.items()}
        model = Model(given, meanings, dict.fromkeys(members, StandardNormal()))
        with precision():
            found.append(equal(value(lemma.left, model), value(lemma.right + extra, model)))
    return _all(found)


def _all(found: list[bool | None]) -> bool | None:
    if all(found):
        return True
    return False if False in found else None
