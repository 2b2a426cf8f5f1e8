"""When a declared assumption gives an instance of another: what ``specializing`` asks.

Each answer is about one assumption of a judgement, read with other terms: does it hold whatever is
assumed, or does a declared assumption have an instance that says the same?
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic import calculus
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.language import same
from xavier_theory.symbolic.matching import Bindings, in_domains, match, separates
from xavier_theory.symbolic.normal_form import denominators, is_zero_function
from xavier_theory.symbolic.signs import is_positive, is_real
from xavier_theory.symbolic.terms import Entry, is_random


def holds_by_form(
    assumption: Assumption, groups: Sequence[Sequence[Basic]], fresh: Sequence[Symbol]
) -> bool:
    """Whether an instance holds whatever is assumed: about constants, an identity, a derivative.

    ``fresh`` are the names of the assumption's variables in ``groups``.
    """
    first = groups[0]
    if assumption.kind == "equation":
        return same(first[0], first[1])
    if assumption.kind == "positive":
        return is_positive(first[0])
    if assumption.kind == "moment":
        return not is_random(first[0]) and is_real(first[0])
    if assumption.kind in ("derivative", "primitive"):
        return _is_derivative(first[0], first[1], fresh[0], assumption.kind == "primitive")
    if assumption.kind == "independent":
        return any(not any(is_random(term) for term in group) for group in groups)
    return False


def _is_derivative(term: Basic, slope: Basic, variable: Symbol, kinks: bool) -> bool:
    """Whether the table of derivatives says so, for a term that is a plain number everywhere.

    Such a derivative is bounded on bounded intervals, so that the term is its integral as well.
    """
    try:
        computed = calculus.derivative(term, variable, kinks)
    except RuleRefusedError:
        return False
    everywhere = all(
        is_real(t) and all(map(is_positive, denominators(t))) for t in (term, slope, computed)
    )
    return everywhere and is_zero_function(computed - slope)


def gives(
    declared: Assumption,
    wanted: Assumption,
    groups: Sequence[Sequence[Basic]],
    fresh: Sequence[Symbol],
) -> bool:
    """Whether ``declared`` has an instance that says what ``wanted`` says of ``groups``."""
    if declared.kind == "independent":
        sides = [[term for term in group if is_random(term)] for group in groups]
        members = all(isinstance(term, Entry) for group in sides for term in group)
        return members and separates(declared, sides[0], sides[1])
    if declared.label != wanted.label or len(declared.groups) != len(groups):
        return False
    if declared.kind == "moment" and declared.parts[1] < groups[0][1]:
        return False
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
        return False
    values = [bindings[place] for place in range(len(bindings))]
    if declared.kind in ("derivative", "primitive") and values != list(fresh[: len(values)]):
        return False  # at another argument the slope takes a factor of the chain rule
    values += fresh[len(values) :] if declared.kind == "density" else []
    skip = 1 if declared.kind == "moment" else None
    said = [[instantiate(term, *values) for term in group[:skip]] for group in declared.groups]
    asked = [list(group[:skip]) for group in groups]
    if declared.kind == "law":  # the first few of several variables that are iid are iid
        said[0] = said[0][: len(asked[0])]
    if [len(g) for g in said] != [len(g) for g in asked]:
        return False
    equal = all(
        same(s, a) for g, h in zip(said, asked, strict=True) for s, a in zip(g, h, strict=True)
    )
    return equal and _conditions_hold(declared, values, wanted, fresh)


def _conditions_hold(
    declared: Assumption, values: Sequence[Basic], wanted: Assumption, fresh: Sequence[Symbol]
) -> bool:
    """Whether what ``declared`` asks to be distinct is so wherever ``wanted`` is claimed.

    Indices differ if their difference is a whole number that is not 0, or, up to its sign, that of
    two indices of ``wanted`` that differ: j + 1 and k + 1 where j and k do.
    """
    given = [fresh[first] - fresh[second] for first, second in wanted.conditions]
    for first, second in declared.conditions:
        difference = values[first] - values[second]
        known = difference in given or -difference in given
        if not known and not (difference.is_Integer and difference != 0):
            return False
    return True
