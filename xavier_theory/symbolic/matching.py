"""Matching finds the instance of a quantified assumption that speaks of ``W[l + 1, i, j]``.

A pattern's variables are ``Bound(0)``, ``Bound(1)``, …; ``EVERY`` matches any index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sympy import Integer
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.terms import EVERY, Binder, Bound, Entry, is_random

Bindings = dict[int, Basic]


def match(pattern: Basic, actual: Basic, bindings: Bindings, depth: int = 0) -> Bindings | None:
    """``bindings`` extended so that ``pattern`` becomes ``actual``, or None if that cannot be.

    An index of the pattern is ``v``, ``v + c`` or fixed. ``depth`` binders around both were
    entered; an index that they bind is no variable of the pattern.
    """
    variables = {node for node in pattern.atoms(Bound) if node.depth >= depth}
    if pattern == EVERY or (pattern == actual and not _has_variable(pattern, depth)):
        return bindings
    if pattern in variables or (
        len(variables) == 1 and isinstance(pattern - min(variables, key=str), Integer)
    ):
        (variable,) = variables
        value = actual - (pattern - variable)
        if value.has(EVERY) or value.has(Bound):
            return None  # what holds for each index apart says nothing of all of them jointly
        place = variable.depth - depth
        if place in bindings:
            return bindings if bindings[place] == value else None
        return {**bindings, place: value}
    if pattern.func != actual.func or len(pattern.args) != len(actual.args) or not pattern.args:
        return None
    result: Bindings | None = bindings
    for place, (part, other) in enumerate(zip(pattern.args, actual.args, strict=True)):
        inner = isinstance(pattern, Binder) and place == len(pattern.args) - 1
        if result is not None:
            result = match(part, other, result, depth + inner)
    return result


def _has_variable(pattern: Basic, depth: int) -> bool:
    if isinstance(pattern, Bound):
        return bool(pattern.depth >= depth)
    inner = depth + isinstance(pattern, Binder)
    last = len(pattern.args) - 1
    return any(
        _has_variable(arg, inner if place == last else depth)
        for place, arg in enumerate(pattern.args)
    )


def in_domains(assumption: Assumption, bindings: Bindings) -> bool:
    """Whether the values found lie in the domains of the assumption's variables.

    A random value lies in none: what is assumed for every number is not assumed for a random one.
    """
    return not any(map(is_random, bindings.values())) and all(
        in_domain(value, assumption.domains[place]) for place, value in bindings.items()
    )


def covering(assumption: Assumption, group: int, members: Sequence[Entry]) -> Iterator[Bindings]:
    """The ways in which every one of ``members`` belongs to the assumption's ``group``."""
    yield from _cover(assumption.groups[group], members, {})


def _cover(
    patterns: Iterable[Basic], members: Sequence[Entry], bound: Bindings
) -> Iterator[Bindings]:
    if not members:
        yield bound
        return
    for pattern in patterns:
        found = match(pattern, members[0], bound)
        if found is not None:
            yield from _cover(patterns, members[1:], found)


def separating(
    assumption: Assumption, left: Sequence[Entry], right: Sequence[Entry]
) -> list[Basic] | None:
    """Values at which the independence puts ``left`` and ``right`` on different sides."""
    for first, second in ((0, 1), (1, 0)):
        for bound in covering(assumption, first, left):
            for full in _cover(assumption.groups[second], right, bound):
                if in_domains(assumption, full) and len(full) == len(assumption.domains):
                    return [full[place] for place in range(len(full))]
    return None
