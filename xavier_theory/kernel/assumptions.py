"""Assumptions, and judgements under them.

An assumption is a sentence about all values of its variables (the loose indices 0, 1, ... of its
terms; ``domains`` says what they range over), by its kind:
    equation l r | at_most l r | positive t     l = r | l <= r | t > 0, at every outcome
    moment X k                                  E|X|^k is finite, and almost surely X is no unknown
                                                number: its logarithms, roots, reciprocals exist
    independent members; members                the two joint families are independent
    symmetric members                           their joint law stays when all change sign
    same-law terms; terms                       the two lists have one joint law
    law members; parameters                     they are independent, with one law, called ``label``
    density X f a b                             a < b, X is in [a, b], P(X in dx) = f(x) dx there
                                                (x is the index 0)
    derivative f f' | primitive f f'            in its variable: f' is the derivative of f where it
                                                ranges (at 0, of nonnegative numbers, from the
                                                right) | f is an integral of f', locally integrable
    minimises f v                               v > 0, and f(v) <= f(w) for all w > 0: f as it is
                                                written, all else held fixed
    distinct i j                                i and j differ (kept as i - j and 0)
A relation with ``conditions`` (k, m) is said only where the variables k and m differ. ``every`` as
an index of a member means all of 1, 2, 3, ..., jointly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

# fmt: off
from xavier_theory.kernel.algebra import equal, normal, order, scale, term_of, value_of
from xavier_theory.kernel.signs import is_natural, well_formed, within
from xavier_theory.kernel.terms import (DOMAINS, EVERY, LARGEST_TERM, ZERO, Names, Term, free,
    is_label, is_random, loose, members, minus, need, nodes, opened, read, require_fits, size,
    sorts, spend)
# fmt: on

KINDS: dict[str, tuple[int | None, ...]] = {
    **dict.fromkeys(
        ("equation", "at_most", "moment", "derivative", "primitive", "minimises"), (2,)
    ),
    **dict.fromkeys(("independent", "same-law", "law"), (None, None)),
    "positive": (1,),
    "density": (4,),
    "symmetric": (None,),
}
"""The kinds that a certificate may declare, with the lengths of their groups of terms."""


class Assumption(NamedTuple):
    """What is assumed; its name in a certificate does not count."""

    kind: str
    domains: tuple[str, ...]
    groups: tuple[tuple[Term, ...], ...]
    label: str = ""
    conditions: tuple[tuple[int, int], ...] = ()

    def at(self, values: Sequence[Term]) -> tuple[tuple[Term, ...], ...]:
        """Its terms for values of its variables."""
        return tuple(tuple(opened(t, *values) for t in group) for group in self.groups)

    def free(self) -> frozenset[Term]:
        """The scalars that it speaks of."""
        return frozenset().union(*(free(t) for group in self.groups for t in group))


Gamma = frozenset[Assumption]


class Judgement(NamedTuple):
    """Gamma |- left relation right. The relation "integrable" is about the left side alone."""

    relation: str
    left: Term
    right: Term
    gamma: Gamma = frozenset()


def fresh(domains: Sequence[str]) -> list[Term]:
    """Scalars with names that no certificate can write."""
    return [("scalar", f"#{k}", domain) for k, domain in enumerate(domains)]


def read_assumption(code: Any, names: Names, table: Sequence[Term]) -> tuple[str, Assumption]:
    """An assumption and its name: [name, kind, domains, groups, label, conditions]."""
    need(type(code) is list and len(code) == 6, "an assumption has six parts")
    name, kind, domains, groups, label, conditions = code
    need(is_label(name), "the name of an assumption")
    need(type(kind) is str and sorts(domains, str), f"{name}: its form")
    need(label == "" or is_label(label), f"{name}: its label")
    need(sorts(groups, list), f"{name}: its groups")
    terms = tuple(tuple(read(t, names, table) for t in group) for group in groups)
    need(
        sorts(conditions, list) and all(sorts(c, int) and len(c) == 2 for c in conditions), "pairs"
    )
    pairs = tuple((i, j) for i, j in conditions)
    return name, sound(Assumption(kind, tuple(domains), terms, label, pairs), name)


def sound(a: Assumption, name: str) -> Assumption:
    """``a``, if it means what its kind says; ``name`` is for the message."""
    need(a.kind in KINDS and all(d in DOMAINS for d in a.domains), f"{name}: kind or domains")
    need(len(a.groups) == len(KINDS[a.kind]), f"{name}: its number of groups")
    lengths = zip(a.groups, KINDS[a.kind], strict=True)
    need(all(len(g) == n if n else g or a.kind == "law" for g, n in lengths), f"{name}: its parts")
    need(all(0 <= k < len(a.domains) for c in a.conditions for k in c), f"{name}: its conditions")
    need(not a.conditions or a.kind in ("equation", "at_most"), f"{name}: no relation has them")
    need(len(set(a.conditions)) == len(a.conditions), f"{name}: a condition twice")
    need(not a.label or a.kind == "law", f"{name}: only a law has a label")
    more = ["real"] if a.kind == "density" else []
    for term in (term for group in a.at(fresh([*a.domains, *more])) for term in group):
        well_formed(term)
        require_fits(term)
    first = a.groups[0]
    need(sum(size(t) for g in a.groups for t in g) <= LARGEST_TERM, f"{name}: it is too long")
    if a.kind == "moment":
        need(
            first[1][0] == "number" and is_natural(first[1]) and first[1] != ZERO, f"{name}: order"
        )
    need(a.kind != "law" or not any(map(is_random, a.groups[1])), f"{name}: random parameters")
    if a.kind in ("independent", "symmetric", "law"):
        listed = first if a.kind == "law" else [t for group in a.groups for t in group]
        need(all(t[0] == "member" for t in listed), f"{name}: it is of members")
    if a.kind == "law":
        need(a.label != "gaussian" or len(a.groups[1]) == 2, f"{name}: mean and variance")
        pairs = ((s, t) for g in a.at(fresh(a.domains))[:1] for k, s in enumerate(g) for t in g[:k])
        need(all(differ(s, t) for s, t in pairs), f"{name}: two of them may be one")
    spanned = {"independent": 2, "symmetric": 1, "law": 1}.get(a.kind, 0)
    alone = not any(EVERY in nodes(t) for g in a.groups[spanned:] for t in g)
    need(alone, f"{name}: every is for members that are independent, symmetric or of one law")
    if a.kind == "density":
        need(not a.domains and not any(map(is_random, first[1:])), f"{name}: a density")
        need(
            first[0][0] == "member" and not any(map(loose, (first[0], *first[2:]))), f"{name}: of?"
        )
    if a.kind == "minimises":
        need(
            not a.domains and first[1][0] == "scalar" and first[1][2] == "positive",
            f"{name}: v > 0",
        )
        need(not is_random(first[0]), f"{name}: a number is minimised")
    if a.kind in ("derivative", "primitive"):
        allowed = ("real", "positive", "nonnegative") if a.kind == "derivative" else ("real",)
        need(len(a.domains) == 1 and a.domains[0] in allowed, f"{name}: one continuous variable")
        need(not any(map(is_random, first)), f"{name}: numbers are differentiated")
    return a


def distinct(first: Term, second: Term) -> Gamma:
    """What makes two indices differ: nothing if their difference is a number, not 0."""
    difference = normal(minus(first, second))
    need(difference, "{} and {} are one index", first, second)
    if value_of(difference) is not None:
        return frozenset()
    lead = difference[min(difference, key=order)]  # i and j differ as j and i, i + 1 and j + 1 do
    gap = term_of(difference if lead > 0 else scale(difference, -1))
    return frozenset((Assumption("distinct", (), ((gap, ZERO),)),))


def differ(one: Term, two: Term) -> bool:
    """Whether two members (or patterns) are plainly different ones."""
    spend(4)
    gaps = (normal(minus(i, j)) for i, j in zip(one[4:], two[4:], strict=False))
    return one[:4] != two[:4] or any(gap and value_of(gap) is not None for gap in gaps)


def covers(pattern: Term, member: Term) -> bool:
    """Whether ``member`` is ``pattern``, or one of those that its ``every`` spans."""
    spend(4)
    if pattern[:4] != member[:4] or len(pattern) != len(member):
        return False
    return all(
        i == EVERY or within(i, "width") if p == EVERY else i != EVERY and equal(p, i)
        for p, i in zip(pattern[4:], member[4:], strict=True)
    )


def separates(
    groups: Sequence[Sequence[Term]], left: Sequence[Term], right: Sequence[Term]
) -> bool:
    """Whether all random members of the two lists of terms are in the two groups, one each."""

    def inside(terms: Sequence[Term], group: Sequence[Term]) -> bool:
        return all(any(covers(p, m) for p in group) for t in terms for m in members(t))

    one, two = groups
    return (inside(left, one) and inside(right, two)) or (inside(left, two) and inside(right, one))
