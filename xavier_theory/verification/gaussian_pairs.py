"""Two correlated Gaussians: E[f(U) f(V)], its slope in the correlation, without Price's theorem.

Given the shared part A, U = αA + βN and V = αA + βM are independent, so that E[f(U) f(V)] is the
mean of G(αA, β)², where G(m, s) = E f(m + s N) is known in closed form. For β > 0 that is smooth in
the correlation whatever the kinks of f, and is differentiated under the integral over A. At
correlation 1, where β = 0, the closed form of E[f(U) f(V)] is differentiated instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sympy
from sympy import Integer, Max, Rational, Symbol, cos, erf, exp, pi, sin, sqrt
from sympy.core.basic import Basic

from xavier_theory.continuous_models import NoValueError, Numbers, StandardNormal, value
from xavier_theory.continuous_models.model import Laws, mean, plain, symbol_of
from xavier_theory.finite_models.arithmetic import Number, at_most, equal, exact, precision
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.lemmas import Lemma
from xavier_theory.symbolic.terms import Entry

__all__ = ["SMOOTHED", "Smoothed", "pairs_agree"]

Q = Rational(9, 4)
_CORRELATIONS = (Rational(4, 5), Rational(1, 2), Rational(1, 10))
_NOTHING = Numbers({})
_TANGENTS = tuple(
    (Rational(*at), Rational(*tangent))
    for at, tangent in (((1, 2), (1, 1)), ((1, 10), (4, 5)), ((51, 100), (1, 2)), ((1, 1), (1, 10)))
)
_c, _m, _s = Symbol("c", positive=True), Symbol("m", real=True), Symbol("s", positive=True)


class Smoothed(NamedTuple):
    """f and its slope f' as functions of x, and E f(m + s N), E f'(m + s N) as functions of m, s.

    ``pair`` is E[f(U) f(V)] for variance Q in the correlation c, where that has a closed form.
    """

    function: sympy.Expr
    slope: sympy.Expr
    mean: sympy.Expr
    slope_mean: sympy.Expr
    pair: sympy.Expr | None


x = Symbol("x", real=True)


def _above(t: Any) -> Any:
    """P(N < t)."""
    return (1 + erf(t / sqrt(2))) / 2


def _ramp(m: Any) -> Any:
    """E max(m + s N, 0)."""
    return m * _above(m / _s) + _s * exp(-((m / _s) ** 2) / 2) / sqrt(2 * pi)


def _step(t: Any) -> Any:
    return sympy.Heaviside(t, 0)


_wide = sqrt(1 + 2 * _s**2)
_root = sqrt(1 - _c**2)
SMOOTHED: Mapping[str, Smoothed] = {
    "a square": Smoothed(
        x**2 - x, 2 * x - 1, _m**2 + _s**2 - _m, 2 * _m - 1, Q**2 * (1 + 2 * _c**2) + Q * _c
    ),
    "sin": Smoothed(
        sin(x),
        cos(x),
        sin(_m) * exp(-(_s**2) / 2),
        cos(_m) * exp(-(_s**2) / 2),
        exp(-Q) * sympy.sinh(Q * _c).rewrite(exp),
    ),
    "exp": Smoothed(
        exp(x / 2),
        exp(x / 2) / 2,
        exp(_m / 2 + _s**2 / 8),
        exp(_m / 2 + _s**2 / 8) / 2,
        exp(Q / 4 * (1 + _c)),
    ),
    "erf": Smoothed(
        erf(x),
        2 / sqrt(pi) * exp(-(x**2)),
        erf(_m / _wide),
        2 / sqrt(pi) * exp(-(_m**2) / _wide**2) / _wide,
        2 / pi * sympy.asin(2 * Q * _c / (1 + 2 * Q)),
    ),
    "relu": Smoothed(
        Max(x, 0),
        _step(x),
        _ramp(_m),
        _above(_m / _s),
        Q / (2 * pi) * (_root + _c * (pi - sympy.acos(_c))),
    ),
    "abs": Smoothed(
        Max(x, 0) + Max(-x, 0),
        _step(x) - _step(-x),
        2 * _ramp(_m) - _m,
        2 * _above(_m / _s) - 1,
        2 * Q / pi * (_root + _c * sympy.asin(_c)),
    ),
    "hardtanh": Smoothed(
        Max(x + 1, 0) - Max(x - 1, 0) - 1,
        _step(x + 1) - _step(x - 1),
        _ramp(_m + 1) - _ramp(_m - 1) - 1,
        _above((_m + 1) / _s) - _above((_m - 1) / _s),
        None,
    ),
}
"""Smooth functions and such with kinks; hardtanh's pair has no elementary closed form."""


@dataclass(frozen=True)
class _Pair:
    """The values that the lemma's two sides ask for, for one f and one distance h."""

    case: Smoothed
    numbers: Mapping[Symbol, sympy.Expr]
    laws: Laws
    slope: Number | None = None

    @property
    def scalars(self) -> Mapping[Symbol, Number]:
        """The variance and the distance."""
        return {symbol: exact(number) for symbol, number in self.numbers.items()}

    @property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """The slope of the pair, found beforehand."""
        slope = self.slope
        return {} if slope is None else {"dm": lambda _: slope}

    def expectation(self, term: Basic) -> Number:
        """E[f(U) f(V)] or E[f'(U) f'(V)], for U and V as ``term`` has them."""
        product = sympy.Integer(1)
        for factor in sympy.Mul.make_args(term):
            applied, power = factor.as_base_exp()
            if applied.func.__name__ not in ("f", "df") or len(applied.args) != 1:
                raise NoValueError(f"no mean is known of {term}")
            argument = plain(substitute(applied.args[0], dict(self.numbers)), {}, self.laws)
            product *= self._smoothed(applied.func.__name__, argument) ** power
        return _number(mean(product, self.laws))

    def _smoothed(self, name: str, argument: sympy.Expr) -> sympy.Expr:
        """The mean of f or f' at ``argument``, given the first member: the others are averaged."""
        case = self.case
        known = (case.function, case.mean) if name == "f" else (case.slope, case.slope_mean)
        names = [symbol_of(member) for member in self.laws]
        shared, *noises = (sympy.expand(argument).coeff(name) for name in names)
        spread = sympy.Add(*noises)
        if spread == 0:
            return known[0].xreplace({x: argument})
        return known[1].xreplace({_m: shared * names[0], _s: spread})


def _number(found: Any) -> Number:
    return value(found, _NOTHING) if isinstance(found, Basic) else found


def _slope(case: Smoothed, shared: Entry, correlation: sympy.Expr) -> Number | None:
    """The slope of the pair in h at c = 1/(1 + h): that in c times −c²."""
    if correlation == 1:
        if case.pair is None:
            return None
        return value((-sympy.diff(case.pair, _c)).xreplace({_c: Integer(1)}), _NOTHING)
    name = symbol_of(shared)
    at = {_m: sqrt(Q * _c) * name, _s: sqrt(Q * (1 - _c))}
    inside = -(_c**2) * sympy.diff(case.mean.xreplace(at) ** 2, _c)
    return _number(mean(inside.xreplace({_c: correlation}), {shared: StandardNormal()}))


def _models(lemma: Lemma) -> Iterator[_Pair]:
    (members,) = (a.groups[0] for a in lemma.declared if a.kind == "law")
    symbols = {s.name: s for s in lemma.right.free_symbols}
    for case in SMOOTHED.values():
        for correlation in (Integer(1), *_CORRELATIONS):
            slope = _slope(case, members[0], correlation)
            if slope is not None:
                numbers = {symbols["q"]: Q, symbols["h"]: 1 / correlation - 1}
                yield _Pair(case, numbers, dict.fromkeys(members, StandardNormal()), slope)


def _tangents(lemma: Lemma) -> Iterator[_Pair]:
    """Each f, at a correlation and at the one whose tangent is taken."""
    (members,) = (a.groups[0] for a in lemma.declared if a.kind == "law")
    symbols = {s.name: s for s in lemma.left.free_symbols}
    for case in SMOOTHED.values():
        for at, tangent in _TANGENTS:
            numbers = {symbols["q"]: Q, symbols["h"]: 1 / at - 1, symbols["s"]: 1 / tangent - 1}
            yield _Pair(case, numbers, dict.fromkeys(members, StandardNormal()))


def pairs_agree(lemma: Lemma, extra: Any = 0) -> list[bool | None]:
    """Whether left = right + ``extra`` of a lemma on pairs, or <= as it says, case by case."""
    tangent = lemma.relation == "<="
    compared, models = (at_most, _tangents(lemma)) if tangent else (equal, _models(lemma))
    with precision():
        return [
            compared(value(lemma.left, model), value(lemma.right + extra, model))
            for model in models
        ]
