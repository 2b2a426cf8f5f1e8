"""The models of assumptions about standard normals, densities and functions in them.

Scalars get numbers and opaque functions polynomials; equations give the scalars that they can be
solved for, and derivatives their functions. What is assumed is then checked in each model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any

import sympy
from sympy import Expr, Lambda, Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.continuous_models.laws import Density, Law, StandardNormal
from xavier_theory.continuous_models.model import (
    Laws,
    Meanings,
    Model,
    closed_mean,
    mean,
    plain,
    symbol_of,
)
from xavier_theory.continuous_models.slopes import slope_of_closed, slope_of_mean
from xavier_theory.continuous_models.values import NoValueError, value
from xavier_theory.finite_models.arithmetic import at_most, equal, exact, precision
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import (
    EVERY,
    Bound,
    Cov,
    E,
    Entry,
    Var,
    domain_of,
    entries,
    scalar,
)

__all__ = ["model_of", "models"]

_x = Symbol("x", real=True)
_ONE, _POINT = sympy.Integer(1), scalar("integration_variable")
_POLYNOMIALS = (
    *(_x**2 + 2 * _x, _x**3 - _x + 1, 3 * _x + Rational(1, 2), _x**4 - _x),
    # Much of f(√q Z)² at small |Z|; nearly constant; steeper at q² than at q = 1/4.
    *((_x**2 - 10) * (_x**2 - 31), _x / 4 + 1, _x**2 - Rational(1, 2)),
)
_SQUARES = tuple(Rational(p, q) ** 2 for p, q in ((1, 2), (3, 2), (2, 1), (2, 3), (5, 3), (1, 1)))


def model_of(
    assumptions: Iterable[Assumption],
    laws: Laws,
    numbers: Mapping[Symbol, Expr],
    meanings: Meanings,
) -> Model:
    """A model with the derivatives that ``assumptions`` name, and scalars that they give."""
    known, given, ties = dict(meanings), dict(numbers), {}
    for assumption in assumptions:
        if assumption.kind == "equation" and not assumption.domains:
            unknown = _unknown(assumption)
            if unknown is None or unknown in given:
                continue
            term = _solved(assumption, unknown, frozenset(given.items()))
            if all(_is_plain_polynomial(e.args[0], known, laws) for e in term.atoms(E)):
                given[unknown] = _closed(term, known, laws).xreplace(given)
            else:
                ties[unknown] = term
    for assumption in assumptions:
        if assumption.kind in ("derivative", "primitive"):
            at = scalar("_at", assumption.domains[0])
            term, slope = assumption.at(at)
            name = slope.func.__name__
            if isinstance(slope, AppliedUndef) and slope.args == (at,) and name not in known:
                try:
                    closed = _closed(term, known, laws).xreplace(given)
                except NoValueError:
                    if not isinstance(term, E):
                        raise
                    inside = plain(term.args[0], known, laws).xreplace(given)
                    known[name] = slope_of_mean(inside, at, partial(mean, laws=laws))
                else:
                    known[name] = slope_of_closed(closed, at)
    return Model(given, known, laws, ties)


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
    sides = [_in_means(part) for part in assumption.parts]
    names = {e: sympy.Dummy() for side in sides for e in side.atoms(E)}
    left, right = (side.xreplace(names) for side in sides)
    return left - right, names


def _in_means(term: Basic) -> Basic:
    """``term`` with variances and covariances written as means."""
    meant = {}
    for node in term.atoms(Var, Cov):
        left, right = node.args[0], node.args[-1]
        meant[node] = E(left * right) - E(left) * E(right)
    return term.xreplace(meant)


@cache
def _solved(assumption: Assumption, unknown: Symbol, given: frozenset[Any]) -> Basic:
    """The term that an equation gives ``unknown``: it has one solution in its domain."""
    difference, names = _without_means(assumption)
    (solution,) = sympy.solve(difference.xreplace(dict(given)), unknown, simplify=False)
    return solution.xreplace({name: e for e, name in names.items()})


def _is_polynomial(term: Basic, meanings: Meanings, laws: Laws) -> bool:
    return bool(plain(term, meanings, laws).is_polynomial(*map(symbol_of, laws)))


def _is_plain_polynomial(term: Basic, meanings: Meanings, laws: Laws) -> bool:
    """Whether ``term`` is a polynomial, and its mean has a closed form."""
    closed = closed_mean(plain(term, meanings, laws), laws)
    return closed is not None and _is_polynomial(term, meanings, laws)


def _closed(term: Basic, meanings: Meanings, laws: Laws) -> Expr:
    """``term`` with the closed form of each expectation in it."""
    means = {e: mean(plain(e.args[0], meanings, laws), laws) for e in term.atoms(E)}
    return plain(substitute(term, means), meanings, {})


def models(
    context: Context, assumptions: frozenset[Assumption], terms: Iterable[Basic], count: int = 3
) -> list[Model]:
    """Models of ``context``'s standard normals and densities in which ``assumptions`` hold.

    An empty list if it has none, or if none of ``count`` choices of numbers and polynomials (four
    times as many, where the ends of a density must be in order) satisfies them.
    """
    if not _laws(context, {}) or any(not _has_meaning(a) for a in assumptions):
        return []
    said = [term for a in context.assumptions for group in a.groups for term in group]
    said += [*terms]
    symbols = sorted({s for term in said for s in term.free_symbols} - {EVERY}, key=str)
    heads = sorted({node.func.__name__ for term in said for node in term.atoms(AppliedUndef)})
    tries = 4 * count if context.of_kind("density") else count
    found = (
        _model(context, assumptions, tuple(symbols), tuple(heads), shift) for shift in range(tries)
    )
    return [*islice((model for model in found if model is not None), count)]


def _laws(context: Context, numbers: Mapping[Symbol, Expr]) -> Laws:
    """The laws of single variables that ``context`` names, at these numbers."""
    found: dict[Entry, Law] = {}
    for law in context.of_kind("law"):
        if law.label == "gaussian" and law.groups[1] == (sympy.Integer(0), sympy.Integer(1)):
            members = [m for m in law.groups[0] if isinstance(m, Entry) and not m.indices]
            found |= dict.fromkeys(members, StandardNormal())
    for density in context.of_kind("density"):
        member, body, *ends = density.parts
        lower, upper = (end.xreplace(dict(numbers)) for end in ends)
        at = instantiate(body, _POINT).xreplace(dict(numbers))
        found[member] = Density(at, _POINT, lower, upper)
    return found


@cache
def _model(
    context: Context,
    assumptions: frozenset[Assumption],
    symbols: tuple[Symbol, ...],
    heads: tuple[str, ...],
    shift: int,
) -> Model | None:
    """A model for these symbols and functions: the same for many steps of a proof.

    An equation gives its scalar only where it is assumed: without it the scalar is free.
    """
    named = (*context.of_kind("derivative"), *context.of_kind("primitive"))
    slopes = {a.parts[1].func.__name__ for a in named}
    meant = [a for a in context.assumptions if a.kind != "equation" or a in assumptions]
    given = {_unknown(a) for a in meant if a.kind == "equation" and not a.domains}
    numbers = {s: _number(s, place + shift) for place, s in enumerate(symbols) if s not in given}
    meanings = {
        head: Lambda(_x, _POLYNOMIALS[(place + shift) % len(_POLYNOMIALS)])
        for place, head in enumerate(head for head in heads if head not in slopes)
    }
    model = model_of(meant, _laws(context, numbers), numbers, meanings)
    return model if all(_holds(assumption, model) for assumption in assumptions) else None


def _number(symbol: Symbol, place: int) -> Expr:
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
    return assumption.kind in ("law", "density", "moment")


def _holds(assumption: Assumption, model: Model) -> bool:
    """Whether a relation or a finite moment holds in ``model``, and a density is one.

    Laws and derivatives hold by construction; what is said of variables that are not the model's
    own can be had beside it.
    """
    if assumption.kind == "density":
        law = model.laws[assumption.parts[0]]
        with precision():
            apart = isinstance(law, Density) and bool(law.lower < law.upper)
            return apart and equal(law.mean(_ONE, _POINT), exact(1)) is True
    if assumption.kind == "moment":
        term = assumption.at(*assumption.variables())[0]
        own = [entry in model.laws for entry in entries(term)]
        if not any(own):
            return True
        return all(own) and _is_polynomial(term, model.meanings, model.laws)
    if assumption.kind not in _RELATIONS:
        return True
    with precision():
        parts = [value(part, model) for part in assumption.parts]
        if assumption.kind == "positive":
            return at_most(exact(0), parts[0]) is True and equal(exact(0), parts[0]) is False
        return (equal if assumption.kind == "equation" else at_most)(*parts) is True
