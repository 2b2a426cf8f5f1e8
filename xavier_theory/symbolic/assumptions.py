"""Named assumptions: what a theorem may rest on.

An assumption is a closed sentence, universally quantified over ``variables``; in its parts
``Bound(k)`` stands for the k-th variable. Its ``kind`` says what the parts mean and which rules may
use it:

===============  ==================================  ============================================
kind             parts                               meaning, for all values of the variables
===============  ==================================  ============================================
``equation``     left, right                         left = right
``at_most``      left, right                         left <= right
``independent``  left members; right members         the two joint families are independent
``symmetric``    members                             they and their negatives have one joint law
``same-law``     terms; terms                        the two lists have one joint law
``moment``       X, order                            E|X|**order is finite
``positive``     term                                term > 0
``distinct``     first, second                       the two indices differ
``minimises``    objective, v                        v > 0, objective(v) <= objective(w), all w > 0
``density``      X, density, lower, upper            P(X in dx) = density(x) dx on [lower, upper]
``law``          members; parameters (and a label)   the members are iid with the law ``label``
``derivative``   term, slope                         slope is the derivative of term in the variable
``primitive``    term, slope                         term is an indefinite integral of slope
===============  ==================================  ============================================

The variable of a ``derivative`` ranges over the real, positive or nonnegative numbers, and the
derivative exists at each of them (at 0, the end of the nonnegative ones, from the right). That of a
``primitive`` is real; slope is integrable over every bounded interval, and its integral from a to b
is term(b) - term(a), for all a <= b. So term has no jump, may have kinks, and slope is its
derivative almost everywhere (and any number at the kinks).
``EVERY`` as an index of a member means "for all values of this index, jointly". Two assumptions are
equal when they say the same; the name, a sentence for readers, does not count.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, Symbol
from sympy.core.basic import Basic

from xavier_theory.kernel import Refused
from xavier_theory.kernel import assumptions as kernel
from xavier_theory.symbolic.binding import abstract, instantiate
from xavier_theory.symbolic.encoding import encode, one_line, well_formed
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.terms import (
    EVERY,
    Cov,
    E,
    Entry,
    Family,
    Var,
    domain_of,
    scalar,
)

KINDS = (*kernel.KINDS, "distinct")
"""All kinds; ``distinct`` arises under a sum that leaves an index out."""

CONTINUOUS = ("law", "density", "derivative", "primitive")
"""Kinds that say nothing about finite models: their meaning needs all real numbers."""


@dataclass(frozen=True)
class Assumption:
    """A named assumption; make it with the functions of this module.

    ``groups`` holds the parts (terms, ``Bound(k)`` for the k-th variable); for ``independent`` the
    two groups of members, for ``law`` the members and the parameters. ``text`` is the canonical
    content: equality looks only at it.
    """

    name: str = field(compare=False)
    kind: str
    domains: tuple[str, ...]
    groups: tuple[tuple[Basic, ...], ...] = field(compare=False)
    label: str = ""
    conditions: tuple[tuple[int, int], ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        one_line(self.name)
        if self.kind != "distinct":  # which only a sum that leaves an index out makes
            try:
                kernel.sound(self.in_kernel, self.name)
            except Refused as error:
                raise IllFormedTermError(f"assumption {error}") from None
        object.__setattr__(self, "text", json.dumps(self.in_kernel.groups))

    @cached_property
    def in_kernel(self) -> kernel.Assumption:
        """What the kernel knows of it: all but the name."""
        groups = tuple(tuple(map(encode, group)) for group in self.groups)
        return kernel.Assumption(self.kind, self.domains, groups, self.label, self.conditions)

    def __repr__(self) -> str:
        names = [Symbol(f"v{place}") for place in range(len(self.domains) + 1)]
        said = (", ".join(str(instantiate(t, *names)) for t in group) for group in self.groups)
        return f"<Assumption {self.name} ({self.kind}: {'; '.join(said)})>"

    @property
    def free_symbols(self) -> set[Symbol]:
        """The scalars that the assumption leaves free (not those it quantifies over)."""
        return {s for group in self.groups for term in group for s in term.free_symbols} - {EVERY}

    @property
    def parts(self) -> tuple[Basic, ...]:
        """The parts of an assumption with a single group."""
        return self.groups[0]

    def at(self, *values: Expr) -> tuple[Basic, ...]:
        """The parts for given values of the variables."""
        return tuple(instantiate(part, *values) for part in self.parts)

    def variables(self, avoid: Sequence[str] = ()) -> tuple[Symbol, ...]:
        """Names for the variables, in order, that are not in ``avoid``; l, t, … for layers."""
        names = {
            "width": ["i", "j", "k", "m", "p", "q", "r", "s"],
            "natural": ["l", "t", "u", "v"],
            "real": ["x", "y", "w"],
            "positive": ["q", "p", "v"],
            "nonnegative": ["h", "s", "u"],
        }
        left = {domain: [n for n in these if n not in avoid] for domain, these in names.items()}
        return tuple(scalar(left[domain].pop(0), domain) for domain in self.domains)


def _closed(variables: Sequence[Symbol], *parts: Any) -> tuple[Basic, ...]:
    return tuple(abstract(well_formed(part), *variables) for part in parts)


def _make(
    name: str, kind: str, variables: Sequence[Symbol], *groups: Sequence[Any], **more: Any
) -> Assumption:
    domains = tuple(domain_of(variable) or "" for variable in variables)
    return Assumption(
        name, kind, domains, tuple(_closed(variables, *group) for group in groups), **more
    )


def equation(
    name: str,
    left: Any,
    right: Any,
    *variables: Symbol,
    distinct: Sequence[tuple[Symbol, Symbol]] = (),
) -> Assumption:
    """``left = right`` for all ``variables``, the pairs in ``distinct`` being different indices."""
    place = {variable: position for position, variable in enumerate(variables)}
    conditions = tuple((place[first], place[second]) for first, second in distinct)
    return _make(name, "equation", variables, (left, right), conditions=conditions)


def at_most(name: str, left: Any, right: Any, *variables: Symbol) -> Assumption:
    """``left <= right`` for all ``variables``."""
    return _make(name, "at_most", variables, (left, right))


def zero_mean(name: str, member: Entry, *variables: Symbol) -> Assumption:
    """E of ``member`` is 0, for all ``variables``."""
    return equation(name, E(member), 0, *variables)


def common_variance(name: str, member: Entry, value: Any, *variables: Symbol) -> Assumption:
    """Var of ``member`` is ``value``, for all ``variables``."""
    return equation(name, Var(member), value, *variables)


def uncorrelated(
    name: str,
    first: Entry,
    second: Entry,
    *variables: Symbol,
    distinct: Sequence[tuple[Symbol, Symbol]],
) -> Assumption:
    """Cov of two members is 0 whenever the indices in ``distinct`` differ."""
    return equation(name, Cov(first, second), 0, *variables, distinct=distinct)


def independent(
    name: str, left: Sequence[Entry], right: Sequence[Entry], *variables: Symbol
) -> Assumption:
    """The joint family ``left`` is independent of the joint family ``right``.

    ``EVERY`` spans all values of an index.
    """
    return _make(name, "independent", variables, left, right)


def symmetric(name: str, member: Entry, *variables: Symbol) -> Assumption:
    """``member`` and its negative have the same law."""
    return _make(name, "symmetric", variables, (member,))


def jointly_symmetric(name: str, members: Sequence[Entry], *variables: Symbol) -> Assumption:
    """``members`` and their negatives have the same joint law; ``EVERY`` spans an index."""
    return _make(name, "symmetric", variables, members)


def same_law(
    name: str, first: Sequence[Any], second: Sequence[Any], *variables: Symbol
) -> Assumption:
    """The two lists of random terms have the same joint law: (X, Y) and (Y, X), say.

    Finite models are drawn where the second list has the members of the first, exchanged or with
    other signs, so that doing the same again gives the first back.
    """
    return _make(name, "same-law", variables, first, second)


def finite_moment(name: str, member: Any, order: int, *variables: Symbol) -> Assumption:
    """E of |``member``| ** ``order`` is finite."""
    return _make(name, "moment", variables, (member, order))


def positive(name: str, term: Any, *variables: Symbol) -> Assumption:
    """``term`` > 0."""
    return _make(name, "positive", variables, (term,))


def distinct(first: Symbol, second: Symbol) -> Assumption:
    """Two indices differ; it arises under a sum that leaves one of them out."""
    left, right = sorted((first, second), key=str)
    return _make(f"{left} and {right} differ", "distinct", (), (left, right))


def minimises(name: str, objective: Any, point: Symbol) -> Assumption:
    """``point`` > 0 minimises ``objective``, an expression in it, over all positive numbers."""
    return _make(name, "minimises", (), (objective, point))


def density(name: str, member: Entry, at: Symbol, value: Any, lower: Any, upper: Any) -> Assumption:
    """``member`` has the density ``value`` on [``lower``, ``upper``], and 0 elsewhere.

    ``value`` is an expression in ``at``.
    """
    body = abstract(well_formed(value), at)
    return Assumption(
        name, "density", (), ((member, body, well_formed(lower), well_formed(upper)),)
    )


def derivative(name: str, term: Any, slope: Any, variable: Symbol) -> Assumption:
    """``slope`` is the derivative of ``term`` in ``variable``, wherever that ranges."""
    return _make(name, "derivative", (variable,), (term, slope))


def primitive(name: str, term: Any, slope: Any, variable: Symbol) -> Assumption:
    """``term`` is an indefinite integral of ``slope`` in a real ``variable``: it may have kinks."""
    return _make(name, "primitive", (variable,), (term, slope))


def law(
    name: str, label: str, members: Sequence[Entry], parameters: Sequence[Any], *variables: Symbol
) -> Assumption:
    """``members`` are independent and identically distributed with the law called ``label``."""
    return _make(name, "law", variables, members, parameters, label=label)


def families(assumption: Assumption) -> set[Family]:
    """The families that an assumption speaks of."""
    from xavier_theory.symbolic.terms import entries

    return {
        entry.family for group in assumption.groups for term in group for entry in entries(term)
    }
