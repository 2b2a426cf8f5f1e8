"""The rule that reads a theorem, or a lemma from the literature, with other symbols.

A judgement holds for all values of its free scalars, for all families that satisfy its Gamma and
its definitions, and for all meanings of its functions. So its instance holds where each assumption
and definition, read with the other symbols, is shown to hold, by a witness that the certificate
carries: a declared assumption, a definition, an earlier line, or its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from xavier_theory.kernel.algebra import equal
from xavier_theory.kernel.assumptions import Assumption, Gamma, Judgement, distinct, separates
from xavier_theory.kernel.rules import require_generic
from xavier_theory.kernel.signs import sign, within
from xavier_theory.kernel.slopes import is_slope
from xavier_theory.kernel.terms import (
    DOMAINS,
    EVERY,
    OPERATORS,
    ONE,
    ZERO,
    Term,
    closed,
    free,
    has_operator,
    is_random,
    loose,
    minus,
    need,
    nodes,
    opened,
    parts,
    show,
    size,
    sorts,
    spend,
    walk,
    well_formed,
)


class Definition(NamedTuple):
    """head = body for all values of its variables, the loose indices: what a family is."""

    domains: tuple[str, ...]
    head: Term
    body: Term

    def at(self, values: Sequence[Term]) -> tuple[Term, Term]:
        """Head and body for values of its variables."""
        need(len(values) == len(self.domains), "one value for each variable")
        for value, domain in zip(values, self.domains, strict=True):
            need(within(value, domain), f"{show(value)} is not plainly a {domain} number")
        return opened(self.head, *values), opened(self.body, *values)

    def fresh(self) -> list[Term]:
        """A scalar for each variable, with a name that no certificate can write."""
        return [("scalar", f"#{k}", domain) for k, domain in enumerate(self.domains)]


class Reading(NamedTuple):
    """Terms for scalars; bodies, whose loose index k is the k-th index or argument, for the rest."""

    scalars: Mapping[Term, Term]
    families: Mapping[tuple[Term, int], Term]
    functions: Mapping[tuple[Term, int], Term]

    def __call__(self, term: Term) -> Term:
        """``term`` so read, all at once."""

        def leaf(node: Term, depth: int) -> Term | None:
            if node[0] == "scalar":
                value = self.scalars.get(node)
                spend(size(value) if value else 0)
                return value
            if node[0] not in ("member", "apply"):
                return None
            inner = parts(node)
            start = node[: len(node) - len(inner)]
            body = {**self.families, **self.functions}.get((start, len(inner)))
            if body is None:
                return None
            return opened(body, *(walk(part, leaf, depth) for part in inner))

        return walk(term, leaf)


class Source(NamedTuple):
    """What is read: a judgement, the assumptions by place, and the definitions, by place."""

    judgement: Judgement
    assumptions: Sequence[Assumption]
    definitions: Sequence[Definition]


class Target(NamedTuple):
    """Where it is read: what is declared there, its lines, and how to decode values."""

    assumptions: Sequence[Assumption]
    definitions: Sequence[Definition]
    lines: Sequence[Judgement]
    parameters: frozenset[Term]
    term: Callable[[Any], Term]


def parameters_of(definitions: Sequence[Definition]) -> frozenset[Term]:
    """The scalars that definitions speak of: one number each, never "any"."""
    return frozenset().union(*(free(side) for d in definitions for side in (d.head, d.body)))


def visible(source: Source) -> list[int]:
    """The places of the definitions under the families that the judgement or its Gamma shows."""
    terms = [source.judgement.left, source.judgement.right]
    terms += [t for a in source.judgement.gamma for group in a.groups for t in group]
    seen = {n[1] for t in terms for n in nodes(t) if n[0] == "member"}
    found: list[int] = []
    more = True
    while more:
        more = False
        for place, (_, head, body) in enumerate(source.definitions):
            if head[1] in seen and place not in found:
                found, more = [*found, place], True
                seen |= {n[1] for n in nodes(body) if n[0] == "member"}
    return found


def instance(source: Source, read: Reading, own: bool, witnesses: Any, target: Target) -> Judgement:
    """Gamma |- l R r, each item of Gamma and each definition shown to hold as read / l R r as read.

    ``witnesses``: [for assumptions, for definitions], each a list of [place, witness]. In the theorem's
    ``own`` proof, what is not touched needs none.
    """
    relation, left, right, gamma = source.judgement
    _require_kinds(source, read)
    need(type(witnesses) is list and len(witnesses) == 2, "two lists of witnesses")
    said = [_by_place(listed) for listed in witnesses]
    used: Gamma = frozenset()
    places = {a: place for place, a in reversed(list(enumerate(source.assumptions)))}
    for a in gamma:
        as_read = a._replace(groups=tuple(tuple(map(read, group)) for group in a.groups))
        if a.kind == "distinct":
            used |= distinct(*as_read.groups[0])
        elif own and as_read == a:
            used |= {a}
        else:
            need(places[a] in said[0], f"assumption {places[a]} has no witness")
            _require_same_meaning(a, as_read, read)
            used |= _shown(as_read, said[0][places[a]], target)
    for place in visible(source):
        d = source.definitions[place]
        if own and read(d.head) == d.head and read(d.body) == d.body:
            continue
        sides = [read(side) for side in d.at(d.fresh())]
        equation = tuple(closed(side, *d.fresh()) for side in sides)
        need(place in said[1], f"definition {place} has no witness")
        used |= _shown(Assumption("equation", d.domains, (equation,)), said[1][place], target)
    return Judgement(relation, well_formed(read(left)), well_formed(read(right)), used)


def _by_place(pairs: Any) -> dict[int, list[Any]]:
    need(sorts(pairs, list) and all(len(pair) == 2 for pair in pairs), "pairs: place, witness")
    need(all(type(p) is int and type(w) is list and w for p, w in pairs), "pairs: place, witness")
    return dict(pairs)


def _require_kinds(source: Source, read: Reading) -> None:
    """Each term is a number of its domain; nothing random takes the place of what is constant."""
    _, left, right, gamma = source.judgement
    pointwise = source.judgement.relation != "integrable" and not (
        has_operator(left) or has_operator(right)
    )
    constant = parameters_of(source.definitions).union(*(a.free() for a in gamma))
    for side in (left, right):
        constant |= {v for n in nodes(side) if n[0] == "member" for v in free(n)}
    for scalar, value in read.scalars.items():
        if is_random(value):
            need(pointwise and scalar not in constant, f"{scalar[1]} stands for a constant")
        need(_in_domain(value, scalar[2]), f"{show(value)} is not plainly {scalar[2]}")
    for (start, arity), body in read.families.items():
        at = [("scalar", f"#{k}", "real") for k in range(arity)]
        need(start[2] or not is_random(body), f"{start[1]} stands for constants")
        need(_in_domain(opened(body, *at), start[3]), f"{start[1]} is {start[3]}: {show(body)}")
    for (start, _), body in read.functions.items():
        need(not is_random(body), f"{start[1]} stands for a function")
        averaged = any(loose(n) for n in nodes(body) if n[0] in OPERATORS)
        need(not averaged, f"an argument of {start[1]}, which may be random, stands inside a mean")


def _in_domain(value: Term, domain: str) -> bool:
    natural = domain not in ("natural", "width") or within(value, domain)
    return natural and sign(value) >= DOMAINS[domain]


def _require_same_meaning(a: Assumption, as_read: Assumption, read: Reading) -> None:
    """A law's members stay different ones, and a minimum is read as it stands."""
    need(a.kind != "minimises" or as_read == a, "a minimum is not read with other symbols")
    if a.kind != "law":
        return
    for member in a.groups[0]:
        body = read.families.get((member[:4], len(member) - 4))
        if body is not None:
            indices = {("bound", k) for k in range(len(member) - 4)}
            need(body[0] == "member" and indices <= set(body[4:]), f"members of {member[1]} fall together")


def _shown(a: Assumption, witness: list[Any], target: Target) -> Gamma:
    """What shows the assumption ``a``: raises ``Refused`` if the witness does not."""
    how, *rest = witness
    fresh = a.fresh()
    groups = a.at(fresh)
    if how == "form" and not rest:
        need(_holds_by_form(a.kind, groups, fresh), f"{a.kind}: it does not hold by its form")
        return frozenset()
    if how == "line" and len(rest) == 2:
        return _by_line(a, *rest, target)
    need(how in ("assume", "define") and len(rest) == 2, "a witness is assume, define, line or form")
    place, values = rest
    listed = target.assumptions if how == "assume" else target.definitions
    need(type(place) is int and 0 <= place < len(listed) and type(values) is list, "a witness")
    at = [opened(target.term(code), *fresh) for code in values]
    if how == "define":
        need(a.kind == "equation", "a definition is an equation")
        need(all(map(equal, groups[0], target.definitions[place].at(at))), "another definition")
        return frozenset()
    return _by_assumption(a, groups, fresh, target.assumptions[place], at)


def _holds_by_form(kind: str, groups: Sequence[Sequence[Term]], fresh: Sequence[Term]) -> bool:
    first = groups[0]
    if kind == "equation":
        return equal(*first)
    if kind in ("positive", "at_most"):
        gap = first[0] if kind == "positive" else ("+", first[1], ("*", ("number", -1, 1), first[0]))
        return sign(gap) >= (2 if kind == "positive" else 1)
    if kind == "moment":
        return not is_random(first[0])
    if kind == "independent":
        return any(not any(map(is_random, group)) for group in groups)
    if kind in ("derivative", "primitive"):
        return is_slope(first[0], first[1], fresh[0], kind == "primitive")
    return False


def _by_line(a: Assumption, place: Any, names: Any, target: Target) -> Gamma:
    """An earlier line, generic in ``names``, says what ``a`` does."""
    need(type(place) is int and 0 <= place < len(target.lines), "a line that does not come before")
    line = target.lines[place]
    need(type(names) is list and len(names) == len(a.domains) and not a.conditions, "its names")
    scalars = [target.term(name) for name in names]
    spoken = a.free()
    need(all(s[0] == "scalar" and s not in spoken for s in scalars), "the names are new")
    need([s[2] for s in scalars] == list(a.domains), "the names range over other domains")
    require_generic(scalars, line.gamma, target.parameters)
    first = a.at(scalars)[0]
    if a.kind == "moment":
        wanted = ("^", ("abs", first[0]), first[1])
        said = line.relation == "integrable" and (
            equal(line.left, wanted) or equal(line.left, ("^", first[0], first[1]))
        )
    elif a.kind == "positive":
        said = line.relation == "<" and equal(line.left, ZERO) and equal(line.right, first[0])
    else:
        relations = {"equation": ("=",), "at_most": ("=", "<=", "<")}.get(a.kind, ())
        said = line.relation in relations and equal(line.left, first[0]) and equal(line.right, first[1])
    need(said, "the line says something else")
    return line.gamma


def _by_assumption(
    a: Assumption, groups: Sequence[Sequence[Term]], fresh: Sequence[Term],
    b: Assumption, values: Sequence[Term],
) -> Gamma:
    """The declared ``b``, at ``values`` of its variables, says what ``a`` does."""
    need(a.kind == b.kind and a.label == b.label, f"it is of the kind {b.kind}")
    need(len(values) == len(b.domains), "one value for each variable")
    for value, domain in zip(values, b.domains, strict=True):
        need(within(value, domain), f"{show(value)} is not plainly a {domain} number")
    used: Gamma = frozenset((b,))
    differ = {distinct(fresh[i], fresh[j]) for i, j in a.conditions}
    for i, j in b.conditions:
        new = distinct(values[i], values[j])
        need(not new or new in differ or _shifted(new, differ), "two indices may be one")
    at = (*values, *fresh[len(a.domains) :])
    said = b.at(at)
    if a.kind in ("derivative", "primitive"):
        need(list(values) == list(fresh), "at another argument the chain rule has a factor")
    if a.kind == "independent":
        pairs = [_together(group) for group in groups]
        need(separates(said, *pairs), "the independence does not separate these")
        return used
    if a.kind == "moment":
        need(equal(said[0][0], groups[0][0]) and said[0][1][1] >= groups[0][1][1], "another moment")
        return used
    if a.kind == "law":  # the first few of several that are iid are iid
        said = (said[0][: len(groups[0])], *said[1:])
    need([len(g) for g in said] == [len(g) for g in groups], "it has other parts")
    same = all(equal(s, t) for g, h in zip(said, groups, strict=True) for s, t in zip(g, h, strict=True))
    need(same, "the assumption says something else")
    return used


def _together(group: Sequence[Term]) -> Term:
    for term in group:
        for node in nodes(term):
            stray = node[0] == "member" and any(i != EVERY and EVERY in nodes(i) for i in node[4:])
            need(not stray, "every is a whole index")
    return ("+", *group, ONE)


def _shifted(new: Gamma, known: set[Gamma]) -> bool:
    """Whether the two indices differ by as much as two that are known to differ."""
    gap = minus(*next(iter(new)).groups[0])
    pairs = [next(iter(item)).groups[0] for item in known]
    return any(equal(gap, minus(*p)) or equal(gap, minus(p[1], p[0])) for p in pairs)
