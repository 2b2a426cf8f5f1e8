"""When an expectation exists: the moments and the independence that moving E takes.

E of a product of d members (with multiplicity) exists when each has a finite d-th absolute moment
(Hölder), or when an assumed independence splits the members into two groups for each of which it
exists (Fubini). Bounded functions, and exp of what is <= 0, count for nothing; relu and abs count
like their argument; a defined member counts like its definition unless a moment of it is assumed. A
Gaussian has moments of every order. Anything else counts as a member of its own, and needs a moment
assumption about itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, product
from math import prod

import sympy
from sympy import Integer
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.finite_sums import is_random_range
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.matching import in_domains, match, separates
from xavier_theory.symbolic.signs import in_domain, is_nonnegative, is_real
from xavier_theory.symbolic.terms import (
    Entry,
    SumExcept,
    SumOver,
    entries,
    is_random,
    relu,
    scalar,
    sigmoid,
    unit_step,
)

Monomial = Counter[Basic]
BOUNDED = (sympy.tanh, sympy.erf, sigmoid, unit_step)
MOST_MONOMIALS = 10_000
MOST_MEMBERS = 12


def monomials(term: Basic, names: Iterator[int] | None = None) -> list[Monomial]:
    """Products of members whose sum of absolute values, up to constants, is at least |``term``|.

    Each sum's index gets a name of its own, the next of ``names``, also where a sum is multiplied
    by itself: what is known of X_j Y_j, index by index, says nothing of X_j Y_k.
    """
    return _monomials(term, count() if names is None else names)


def _monomials(term: Basic, names: Iterator[int]) -> list[Monomial]:
    if not is_random(term):
        return [Counter()]
    if isinstance(term, sympy.Add):
        return [monomial for part in term.args for monomial in _monomials(part, names)]
    if isinstance(term, sympy.Mul):
        return _products([_monomials(part, names) for part in term.args])
    if isinstance(term, sympy.Pow) and isinstance(term.exp, Integer) and term.exp > 0:
        return _products([_monomials(term.base, names) for _ in range(int(term.exp))])
    if isinstance(term, BOUNDED) and is_real(term.args[0]):
        return [Counter()]
    if isinstance(term, sympy.exp) and is_real(term) and is_nonnegative(-term.args[0]):
        return [Counter()]
    if isinstance(term, relu | sympy.Abs) and is_real(term.args[0]):
        return _monomials(term.args[0], names)
    if isinstance(term, SumOver | SumExcept) and not is_random_range(term):
        index = scalar(f"_m{next(names)}", "width")
        return _monomials(instantiate(term.body, index), names)
    return [Counter({term: 1})]


def _products(parts: Sequence[list[Monomial]]) -> list[Monomial]:
    """One monomial from each part, multiplied, in all ways."""
    if prod(map(len, parts)) > MOST_MONOMIALS:
        raise RuleRefusedError("integrability", f"more than {MOST_MONOMIALS} products to look at")
    return [sum(choice, Counter()) for choice in product(*parts)]


def integrable(context: Context, rule: str, term: Basic) -> frozenset[Assumption]:
    """The declared assumptions that make E|``term``| finite.

    Raises ``MissingAssumptionError`` if they do not.
    """
    return _all_integrable(context, rule, term, count())


def _all_integrable(
    context: Context, rule: str, term: Basic, names: Iterator[int]
) -> frozenset[Assumption]:
    used: frozenset[Assumption] = frozenset()
    for monomial in monomials(term, names):
        found = _integrable(context, monomial)
        unfolded = _unfolded(context, monomial)
        if found is None and unfolded is not None:
            # The sums of a definition get further names: theirs are not the indices around it.
            found = _all_integrable(context, rule, unfolded, names)
        if found is None:
            degree = sum(monomial.values())
            members = ", ".join(sorted({str(member) for member in monomial}))
            raise MissingAssumptionError(rule, f"finite moment of order {degree} of {members}")
        used |= found
    return used


def _unfolded(context: Context, monomial: Monomial) -> Basic | None:
    """The product with definitions put in for the members that have one; None if none has."""
    term, changed = sympy.Integer(1), False
    for member, power in monomial.items():
        for definition in context.definitions:
            bindings = match(definition.head, member, {}) if isinstance(member, Entry) else None
            if bindings is not None and len(bindings) == len(definition.domains):
                values = [bindings[place] for place in range(len(bindings))]
                if all(in_domain(v, d) for v, d in zip(values, definition.domains, strict=True)):
                    member, changed = definition.equation(*values)[1], True
                    break
        term *= member**power
    return term if changed else None


def _integrable(context: Context, monomial: Monomial) -> frozenset[Assumption] | None:
    degree = sum(monomial.values())
    by_hoelder = [_moment(context, member, degree) for member in monomial]
    if None not in by_hoelder:
        return frozenset(assumption for assumption in by_hoelder if assumption is not None)
    for assumption in context.of_kind("independent"):
        for left, right in _splits(monomial):
            if separates(assumption, _members(left), _members(right)):
                parts = [_integrable(context, left), _integrable(context, right)]
                if parts[0] is not None and parts[1] is not None:
                    return parts[0] | parts[1] | {assumption}
    return None


def _moment(context: Context, member: Basic, degree: int) -> Assumption | None:
    """The weakest declared moment assumption that covers ``member`` up to ``degree``."""
    fitting = []
    for assumption in context.of_kind("moment"):
        pattern, order = assumption.parts
        bindings = match(pattern, member, {})
        if order >= degree and bindings is not None and in_domains(assumption, bindings):
            fitting.append((order, assumption.text, assumption))
    for assumption in context.of_kind("density"):  # on a bounded interval: every moment is finite
        if assumption.parts[0] == member:
            fitting.append((sympy.oo, assumption.text, assumption))
    for assumption in context.of_kind("law"):  # so are those of a Gaussian
        found = [match(pattern, member, {}) for pattern in assumption.groups[0]]
        if assumption.label == "gaussian" and any(
            bindings is not None and in_domains(assumption, bindings) for bindings in found
        ):
            fitting.append((sympy.oo, assumption.text, assumption))
    return min(fitting, key=lambda item: item[:2])[2] if fitting else None


def _members(monomial: Monomial) -> list[Entry]:
    return [entry for member in monomial for entry in entries(member) if entry.family.random]


def _splits(monomial: Monomial) -> list[tuple[Monomial, Monomial]]:
    """The ways to put the members into two nonempty groups."""
    members = sorted(monomial, key=str)
    if len(members) > MOST_MEMBERS:
        raise RuleRefusedError("integrability", f"a product of more than {MOST_MEMBERS} members")
    result = []
    for sides in product((0, 1), repeat=len(members)):
        sided = dict(zip(members, sides, strict=True))
        left, right = (Counter({m: monomial[m] for m in members if sided[m] == s}) for s in (0, 1))
        if left and right:
            result.append((left, right))
    return result
