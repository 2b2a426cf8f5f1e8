"""Models of standard normal variables: exact moments of polynomials, and certified integrals.

An opaque function means a polynomial here, or what the check of a lemma puts in its place. One that
an assumption calls a derivative means what sympy's derivative says, of the closed form where it is
the derivative of an expectation: that uses neither the kernel's table nor its lemmas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from math import prod
from typing import Any

import sympy
from sympy import Lambda, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.gaussian_integrals import InfiniteMomentError
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.errors import InvalidInputError
from xavier_theory.finite_models.arithmetic import Number, at_most, equal, exact, precision
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import (
    EVERY,
    Bound,
    E,
    Entry,
    domain_of,
    entries,
    relu,
    scalar,
    sigmoid,
    unit_step,
)
from xavier_theory.verification.continuous import NoValueError, value
from xavier_theory.verification.gaussian_kinks import KINKED, mean_with_kinks
from xavier_theory.verification.slopes import SlopeOfMean, slope_of_closed, slope_of_mean

__all__ = ["GaussianModel", "gaussian_models", "model_of"]

_DIGITS = 30  # balls must be narrower than the 25 digits at which they count as equal
_x = Symbol("x", real=True)
_POLYNOMIALS = (
    *(_x**2 + 2 * _x, _x**3 - _x + 1, 3 * _x + Rational(1, 2), _x**4 - _x),
    # Much of f(√q Z)² at small |Z|; nearly constant; steeper at q² than at q = 1/4.
    *((_x**2 - 10) * (_x**2 - 31), _x / 4 + 1, _x**2 - Rational(1, 2)),
)
_FURTHER = (*_POLYNOMIALS, _x**2 - 6 * _x)  # of which a slope vanishes far from 0
_SQUARES = tuple(Rational(p, q) ** 2 for p, q in ((1, 2), (3, 2), (2, 1), (2, 3), (5, 3), (1, 1)))
_Lambdas = Mapping[str, Lambda]


@dataclass(frozen=True)
class GaussianModel:
    """Independent standard normal ``members``, numbers for scalars, meanings for functions.

    ``ties`` gives scalars by terms whose means are no closed forms; no mean may depend on them.
    """

    numbers: Mapping[Symbol, sympy.Expr]
    meanings: _Lambdas
    members: tuple[Entry, ...]
    ties: Mapping[Symbol, Basic] = field(default_factory=dict)

    @cached_property
    def scalars(self) -> Mapping[Symbol, Number]:
        """The numbers as balls or exact rationals."""
        found = {symbol: value(number, _NOTHING) for symbol, number in self.numbers.items()}
        if not self.ties:
            return found
        rest = replace(self, ties={})
        return {**found, **{symbol: value(term, rest) for symbol, term in self.ties.items()}}

    @property
    def functions(self) -> Mapping[str, Callable[..., Number]]:
        """The meanings, applied to numbers as they stand: what is left outside of expectations."""
        return {name: _applied(meaning) for name, meaning in self.meanings.items()}

    def expectation(self, term: Basic) -> Number:
        """The mean of ``term``: by its closed form, if it has one, else a certified integral.

        The numbers come into a closed form last, if they can: they may be long roots, which would
        have to be multiplied out.
        """
        closed = closed_mean(plain(term, self.meanings, self.members), self.members)
        if closed is not None:
            with suppress(NoValueError):
                return value(closed, self)
        found = mean(self.plain(term), self.members)
        return value(found, _NOTHING) if isinstance(found, Basic) else found

    def plain(self, term: Basic) -> sympy.Expr:
        """``term`` with meanings and numbers put in, and no head of the kernel's own."""
        return substitute(plain(term, self.meanings, self.members), dict(self.numbers))


@dataclass(frozen=True)
class _Nothing:
    """No scalar, nothing random: what a plain number is evaluated in."""

    scalars: Mapping[Symbol, Number]

    def expectation(self, term: Basic) -> Number:
        """Nothing is random."""
        raise NoValueError(f"{term} has no law here")


_NOTHING = _Nothing({})


def _applied(meaning: Lambda | SlopeOfMean) -> Callable[..., Number]:
    def function(*arguments: Number) -> Number:
        rationals = [Rational(int(a.p), int(a.q)) for a in arguments]  # a ball has no p: refused
        found = meaning(*rationals)
        return value(found, _NOTHING) if isinstance(found, Basic) else found

    return function


def _variable(member: Entry) -> Symbol:
    return Symbol(f"z_{member.family.name}", real=True)


def plain(term: Basic, meanings: _Lambdas, members: Iterable[Entry]) -> sympy.Expr:
    """``term`` in sympy's own functions, with a symbol for each member."""
    known = {member: _variable(member) for member in members}

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


def mean(expression: sympy.Expr, members: tuple[Entry, ...]) -> Any:
    """The mean of a plain expression: a sympy number if it has a closed form, else a ball.

    Raises ``NoValueError`` for an expression in several members without one.
    """
    closed = closed_mean(expression, members)
    if closed is not None:
        return closed
    variables = _in(expression, members)
    if len(variables) > 1 or expression.free_symbols != set(variables):
        raise NoValueError(f"no mean is known of {expression}")
    return _integral(expression)


def closed_mean(expression: sympy.Expr, members: tuple[Entry, ...]) -> sympy.Expr | None:
    """The mean of a polynomial, or with kinks as ``gaussian_kinks`` has them; None of another.

    Scalars may stay.
    """
    variables = _in(expression, members)
    if not variables:
        return expression
    if expression.is_polynomial(*variables):
        terms = sympy.Poly(sympy.expand(expression), *variables).terms()
        return sympy.Add(*(factor * prod(map(_moment, powers)) for powers, factor in terms))
    return mean_with_kinks(expression, variables) if expression.has(*KINKED) else None


def _in(expression: sympy.Expr, members: tuple[Entry, ...]) -> list[Symbol]:
    return [v for v in map(_variable, members) if v in expression.free_symbols]


@cache
def _integral(expression: sympy.Expr) -> Any:
    """The mean of an expression in one standard normal, as a ball.

    Raises ``OutsideDomainError`` if it is infinite, ``NoValueError`` if it cannot be enclosed.
    """
    try:
        return gaussian_moments(expression, 1, digits=_DIGITS).mean.to_arb()
    except InfiniteMomentError as error:
        raise OutsideDomainError(str(error)) from None
    except (InvalidInputError, NotCertifiedError) as error:
        raise NoValueError(f"no mean is known of {expression}: {error}") from None


def _moment(power: int) -> sympy.Expr:
    """E Z^power."""
    return sympy.Integer(0) if power % 2 else sympy.factorial2(power - 1)


def model_of(
    assumptions: Iterable[Assumption],
    members: tuple[Entry, ...],
    numbers: Mapping[Symbol, sympy.Expr],
    meanings: _Lambdas,
) -> GaussianModel:
    """A model with the derivatives that ``assumptions`` name, and scalars that they give."""
    known, given, ties = dict(meanings), dict(numbers), {}
    for assumption in assumptions:
        if assumption.kind == "equation" and not assumption.domains:
            unknown = _unknown(assumption)
            if unknown is None or unknown in given:
                continue
            term = _solved(assumption, unknown, frozenset(given.items()))
            if all(_is_polynomial(e.args[0], known, members) for e in term.atoms(E)):
                given[unknown] = _closed(term, known, members).xreplace(given)
            else:
                ties[unknown] = term
    for assumption in assumptions:
        if assumption.kind in ("derivative", "primitive"):
            at = scalar("_at", assumption.domains[0])
            term, slope = assumption.at(at)
            name = slope.func.__name__
            if isinstance(slope, AppliedUndef) and slope.args == (at,) and name not in known:
                try:
                    closed = _closed(term, known, members).xreplace(given)
                except NoValueError:
                    if not isinstance(term, E):
                        raise
                    inside = plain(term.args[0], known, members).xreplace(given)
                    known[name] = slope_of_mean(inside, at, partial(mean, members=members))
                else:
                    known[name] = slope_of_closed(closed, at)
    return GaussianModel(given, known, members, ties)


def _unknown(assumption: Assumption) -> Symbol | None:
    """The scalar that an equation is solved for: its left side, or one that is no size.

    It does not stand in an expectation, unless all do.
    """
    if domain_of(assumption.parts[0]) is not None:
        return assumption.parts[0]
    outside, _ = _without_means(assumption)
    free = [s for s in assumption.free_symbols if domain_of(s) not in ("natural", "width")]
    return min(free, key=lambda s: (s not in outside.free_symbols, str(s)), default=None)


def _without_means(assumption: Assumption) -> tuple[Basic, dict[Basic, Basic]]:
    """Left minus right of an equation, with names for its expectations, and the names."""
    names = {e: sympy.Dummy() for part in assumption.parts for e in part.atoms(E)}
    left, right = (part.xreplace(names) for part in assumption.parts)
    return left - right, names


@cache
def _solved(assumption: Assumption, unknown: Symbol, given: frozenset[Any]) -> Basic:
    """The term that an equation gives ``unknown``: it has one solution in its domain."""
    difference, names = _without_means(assumption)
    (solution,) = sympy.solve(difference.xreplace(dict(given)), unknown, simplify=False)
    return solution.xreplace({name: e for e, name in names.items()})


def _is_polynomial(term: Basic, meanings: _Lambdas, members: tuple[Entry, ...]) -> bool:
    return bool(plain(term, meanings, members).is_polynomial(*map(_variable, members)))


def _closed(term: Basic, meanings: _Lambdas, members: tuple[Entry, ...]) -> sympy.Expr:
    """``term`` with the closed form of each expectation in it."""
    means = {e: mean(plain(e.args[0], meanings, members), members) for e in term.atoms(E)}
    return plain(substitute(term, means), meanings, ())


def gaussian_models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic], count: int = 3
) -> list[GaussianModel]:
    """Models of ``context``'s standard normals in which the relations among ``assumptions`` hold.

    An empty list if it has none, or if none of ``count`` choices of numbers and polynomials
    satisfies them.
    """
    members = tuple(
        member
        for law in context.of_kind("law")
        if law.label == "gaussian" and law.groups[1] == (sympy.Integer(0), sympy.Integer(1))
        for member in law.groups[0]
        if isinstance(member, Entry) and not member.indices
    )
    if not members or any(not _has_meaning(assumption) for assumption in assumptions):
        return []
    said = [term for a in context.assumptions for group in a.groups for term in group]
    said += [*terms]
    symbols = sorted({s for term in said for s in term.free_symbols} - {EVERY}, key=str)
    heads = sorted({node.func.__name__ for term in said for node in term.atoms(AppliedUndef)})
    found = (
        _model(context, assumptions, members, tuple(symbols), tuple(heads), shift)
        for shift in range(count)
    )
    return [model for model in found if model is not None]


@cache
def _model(
    context: Context,
    assumptions: frozenset[Assumption],
    members: tuple[Entry, ...],
    symbols: tuple[Symbol, ...],
    heads: tuple[str, ...],
    shift: int,
) -> GaussianModel | None:
    """A model for these symbols and functions: the same for many steps of a proof.

    An equation gives its scalar only where it is assumed: without it the scalar is free.
    """
    named = (*context.of_kind("derivative"), *context.of_kind("primitive"))
    slopes = {a.parts[1].func.__name__ for a in named}
    meant = [a for a in context.assumptions if a.kind != "equation" or a in assumptions]
    given = {_unknown(a) for a in meant if a.kind == "equation" and not a.domains}
    numbers = {s: _number(s, place + shift) for place, s in enumerate(symbols) if s not in given}
    choices = _POLYNOMIALS if shift < len(_POLYNOMIALS) else _FURTHER
    meanings = {
        head: Lambda(_x, choices[(place + shift) % len(choices)])
        for place, head in enumerate(head for head in heads if head not in slopes)
    }
    model = model_of(meant, members, numbers, meanings)
    return model if all(_holds(assumption, model) for assumption in assumptions) else None


def _number(symbol: Symbol, place: int) -> sympy.Expr:
    domain = domain_of(symbol)
    if domain in ("natural", "width"):
        return sympy.Integer(1 + place % 3)
    square = _SQUARES[place % len(_SQUARES)]
    return -square if domain == "real" and place % 2 else square


_RELATIONS = ("equation", "at_most", "positive")


def _has_meaning(assumption: Assumption) -> bool:
    """Whether it holds by construction or can be checked: nothing else is ever passed over."""
    if assumption.kind in ("derivative", "primitive"):
        slope = assumption.parts[1]
        return isinstance(slope, AppliedUndef) and slope.args == (Bound(0),)
    if assumption.kind in _RELATIONS:
        return not assumption.domains
    return assumption.kind in ("law", "moment")


def _holds(assumption: Assumption, model: GaussianModel) -> bool:
    """Whether a relation or a finite moment holds in ``model``; laws and derivatives do.

    What is said of variables that are not the model's own can be had beside it.
    """
    if assumption.kind == "moment":
        term = assumption.at(*assumption.variables())[0]
        own = [entry in model.members for entry in entries(term)]
        if not any(own):
            return True
        return all(own) and _is_polynomial(term, model.meanings, model.members)
    if assumption.kind not in _RELATIONS:
        return True
    with precision():
        parts = [value(part, model) for part in assumption.parts]
        if assumption.kind == "positive":
            return at_most(exact(0), parts[0]) is True and equal(exact(0), parts[0]) is False
        return (equal if assumption.kind == "equation" else at_most)(*parts) is True
