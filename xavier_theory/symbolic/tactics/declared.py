"""What shows an assumption where a theorem is read: its form, or what is declared there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.kernel import Refused
from xavier_theory.kernel.slopes import is_slope
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.encoding import encode, same
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.matching import Bindings, in_domains, match, separating
from xavier_theory.symbolic.signs import is_positive, is_zero_function
from xavier_theory.symbolic.terms import Entry, entries, is_random


def by_form(
    book: Notebook, kind: str, groups: Sequence[Sequence[Any]], fresh: Sequence[Symbol]
) -> Line | bool:
    """What holds whatever is assumed: an identity, a sign, a derivative, about constants."""
    first = groups[0]
    if kind == "equation" and is_zero_function(first[0] - first[1]):
        return book.algebra("=", first[0], first[1])
    if kind == "positive" and is_positive(first[0]):
        return book.write("sign", encode(first[0]))
    if kind in ("derivative", "primitive"):
        try:
            term, slope, x = map(encode, (*first, fresh[0]))
            return is_slope(term, slope, x, kind == "primitive")
        except Refused:
            return False
    return kind == "independent" and any(not any(map(is_random, group)) for group in groups)


def gives(
    declared: Assumption,
    wanted: Assumption,
    groups: Sequence[Sequence[Basic]],
    fresh: Sequence[Symbol],
) -> list[Basic] | None:
    """Values at which ``declared`` says what ``wanted`` says of ``groups``, if there are any."""
    if declared.kind == "independent":
        sides = [[term for term in group if is_random(term)] for group in groups]
        members = [[e for t in side for e in entries(t) if e.family.random] for side in sides]
        return separating(declared, *members)
    if declared.label != wanted.label or len(declared.groups) != len(groups):
        return None
    if declared.kind == "moment" and declared.parts[1] < groups[0][1]:
        return None
    bindings: Bindings | None = {}
    for pattern, term in zip(declared.groups[0], groups[0], strict=False):
        if bindings is not None and pattern.has(Entry, AppliedUndef):
            attempt = match(pattern, term, bindings)
            bindings = attempt if attempt is not None else (bindings or None)
    if (
        bindings is None
        or len(bindings) != len(declared.domains)
        or not in_domains(declared, bindings)
    ):
        return None
    values = [bindings[place] for place in range(len(bindings))]
    if declared.kind in ("derivative", "primitive") and values != list(fresh[: len(values)]):
        return None  # at another argument the slope takes a factor of the chain rule
    at = [*values, *(fresh[len(values) :] if declared.kind == "density" else [])]
    skip = 1 if declared.kind == "moment" else None
    said = [[instantiate(term, *at) for term in group[:skip]] for group in declared.groups]
    asked = [list(group[:skip]) for group in groups]
    if declared.kind == "law":  # the first few of several variables that are iid are iid
        said[0] = said[0][: len(asked[0])]
    if [len(g) for g in said] != [len(g) for g in asked]:
        return None
    agree = all(
        same(s, a) or is_zero_function(s - a)
        for g, h in zip(said, asked, strict=True)
        for s, a in zip(g, h, strict=True)
    )
    return values if agree and _conditions_hold(declared, values, wanted, fresh) else None


def _conditions_hold(
    declared: Assumption, values: Sequence[Any], wanted: Assumption, fresh: Sequence[Any]
) -> bool:
    """Whether what ``declared`` asks to be distinct is so wherever ``wanted`` is claimed."""
    given = [fresh[first] - fresh[second] for first, second in wanted.conditions]
    for first, second in declared.conditions:
        difference = values[first] - values[second]
        known = difference in given or -difference in given
        if not known and not (difference.is_Integer and difference != 0):
            return False
    return True
