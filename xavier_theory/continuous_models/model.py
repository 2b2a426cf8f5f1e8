"""One kind of model: numbers, functions, and independent variables, each with a law on the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Any

import sympy
from sympy import Expr, Lambda, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.continuous_models.kinks import KINKED, mean_with_kinks
from xavier_theory.continuous_models.laws import Law, StandardNormal
from xavier_theory.continuous_models.slopes import SlopeOfMean
from xavier_theory.continuous_models.values import NoValueError, Numbers, value
from xavier_theory.finite_models.arithmetic import Number, exact
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.terms import Entry, relu, sigmoid, unit_step

__all__ = ["Laws", "Meanings", "Model", "closed_mean", "mean", "plain", "symbol_of"]

Laws = Mapping[Entry, Law]
Meanings = Mapping[str, Lambda]

_NOTHING = Numbers({})


@dataclass(frozen=True)
class Model:
    """Numbers for scalars, meanings for opaque functions, laws of independent variables.

    ``ties`` gives scalars by terms whose means are no closed forms; no mean may depend on them.
    """

    numbers: Mapping[Symbol, Expr]
    meanings: Meanings = field(default_factory=dict)
    laws: Laws = field(default_factory=dict)
    ties: Mapping[Symbol, Basic] = field(default_factory=dict)

    @cached_property
    def scalars(self) -> Mapping[Symbol, Number]:
        """The numbers as balls or exact rationals."""
        found = {symbol: value(number, _NOTHING) for symbol, number in self.numbers.items()}
        if not self.ties:
            return found
        rest = replace(self, ties={})
        return {**found, **{symbol: value(term, rest) for symbol, term in self.ties.items()}}

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """The meanings, applied to numbers as they stand: what is left outside of expectations."""
        return {name: _applied(meaning) for name, meaning in self.meanings.items()}

    def expectation(self, term: Basic) -> Number:
        """The mean of ``term``: by its closed form, if it has one, else a certified integral.

        The numbers come into a closed form last, if they can: they may be long roots, which would
        have to be multiplied out.
        """
        bare = plain(term, self.meanings, self.laws)
        closed = closed_mean(bare, self.laws)
        if closed is not None:
            with suppress(NoValueError):
                return value(closed, self)
        found = mean(substitute(bare, dict(self.numbers)), self.laws)
        return value(found, _NOTHING) if isinstance(found, Basic) else found


def _applied(meaning: Lambda | SlopeOfMean) -> Callable[..., Number]:
    def function(*arguments: Number) -> Number:
        rationals = [Rational(int(a.p), int(a.q)) for a in arguments]  # a ball has no p: refused
        found = meaning(*rationals)
        return value(found, _NOTHING) if isinstance(found, Basic) else found

    return function


def symbol_of(member: Entry) -> Symbol:
    """What stands for a random variable in plain expressions."""
    return Symbol(f"z_{member}", real=True)


def plain(term: Basic, meanings: Meanings, laws: Laws) -> Expr:
    """``term`` in sympy's own functions, with a symbol for each random variable."""
    known = {member: symbol_of(member) for member in laws}

    def visit(node: Basic) -> Basic:
        if node in known:
            return known[node]
        if isinstance(node, Entry):
            raise NoValueError(f"the model has no random variable {node}")
        if not node.args:
            return node
        arguments = [visit(argument) for argument in node.args]
        if isinstance(node, AppliedUndef):
            if node.func.__name__ not in meanings:
                raise NoValueError(f"the model has no meaning for {node.func}")
            return meanings[node.func.__name__](*arguments)
        if isinstance(node, relu):
            return sympy.Max(arguments[0], 0)
        if isinstance(node, unit_step):
            return sympy.Heaviside(arguments[0], 0)
        if isinstance(node, sigmoid):
            return 1 / (1 + sympy.exp(-arguments[0]))
        return node.func(*arguments)

    return visit(term)


def mean(expression: Expr, laws: Laws) -> Any:
    """The mean of a plain expression: a sympy number if it has a closed form, else a ball.

    Raises ``NoValueError`` for an expression in several variables that is no polynomial and has no
    closed form.
    """
    closed = closed_mean(expression, laws)
    if closed is not None:
        return closed
    found = _in(expression, laws)
    if expression.free_symbols != set(found):
        raise NoValueError(f"no mean is known of {expression}")
    if expression.is_polynomial(*found):
        terms = sympy.Poly(sympy.expand(expression), *found).terms()
        parts = (value(factor, _NOTHING) * _moment(found, powers) for powers, factor in terms)
        return sum(parts, exact(0))
    if len(found) > 1:
        raise NoValueError(f"no mean is known of {expression}")
    ((variable, law),) = found.items()
    return law.mean(expression, variable)


def closed_mean(expression: Expr, laws: Laws) -> Expr | None:
    """The mean of a polynomial of standard normals, or with kinks as ``kinks`` has them, or None.

    Scalars may stay.
    """
    found = _in(expression, laws)
    if not found:
        return expression
    if not all(isinstance(law, StandardNormal) for law in found.values()):
        return None
    if expression.is_polynomial(*found):
        terms = sympy.Poly(sympy.expand(expression), *found).terms()
        moment = StandardNormal().closed_moment
        return sympy.Add(*(factor * prod(map(moment, powers)) for powers, factor in terms))
    return mean_with_kinks(expression, list(found)) if expression.has(*KINKED) else None


def _in(expression: Expr, laws: Laws) -> dict[Symbol, Law]:
    """The variables of an expression, in the order of the model, with their laws."""
    named = {symbol_of(member): law for member, law in laws.items()}
    return {symbol: law for symbol, law in named.items() if symbol in expression.free_symbols}


def _moment(laws: Mapping[Symbol, Law], powers: tuple[int, ...]) -> Number:
    counted = zip(laws.values(), powers, strict=True)
    return prod((law.moment(power) for law, power in counted if power), start=exact(1))
