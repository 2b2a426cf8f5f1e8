"""The rule that reads a theorem, or a lemma from the literature, with other symbols.

A judgement holds for all values of its free scalars, for all families that satisfy its Gamma and
its definitions, and for all meanings of its functions. So its instance holds where each assumption
and definition, read with the other symbols, is shown to hold, by a witness that the certificate
carries: an earlier line, a declared assumption, or its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

# fmt: off
from xavier_theory.kernel.algebra import equal, plain
from xavier_theory.kernel.assumptions import (Assumption, Gamma, Judgement, distinct, fresh,
    separates)
from xavier_theory.kernel.definitions import Definition, parameters_of
from xavier_theory.kernel.rules import Known, require_generic
from xavier_theory.kernel.signs import is_natural, require_within, well_formed
from xavier_theory.kernel.slopes import is_slope
from xavier_theory.kernel.terms import (BINDERS, DOMAINS, EVERY, OPERATORS, ZERO, Term, closed,
    free, has_operator, is_random, loose, need, nodes, opened, parts, show, sorts, spend, walk)
# fmt: on


class Reading(NamedTuple):
    """Terms for scalars, and bodies for families and functions, by (beginning, arity).

    In a body the loose index k stands for the k-th index or argument.
    """

    scalars: Mapping[Term, Term]
    bodies: Mapping[tuple[Term, int], Term]

    def __call__(self, term: Term) -> Term:
        """``term`` so read, all at once."""

        def leaf(node: Term, depth: int) -> Term | None:
            inner = parts(node)
            body = self.bodies.get((node[: len(node) - len(inner)], len(inner)))
            if body is None or node[0] not in ("member", "apply"):
                return self.scalars.get(node)
            return opened(body, *(walk(part, leaf, depth) for part in inner))

        return walk(term, leaf)


class Source(NamedTuple):
    """What is read: a judgement, the places of the assumptions, and the definitions, by place."""

    judgement: Judgement
    places: Mapping[Assumption, int]
    definitions: Sequence[Definition]


class Target(NamedTuple):
    """Where it is read: what is declared there, its lines, and how to decode values."""

    assumptions: Sequence[Assumption]
    parameters: Known
    lines: Sequence[Judgement]
    term: Callable[[Any], Term]


def _visible(source: Source) -> list[int]:
    """The places of the definitions under the families that the judgement or its Gamma shows."""
    terms = [*source.judgement[1:3]]
    terms += [t for a in source.judgement.gamma for group in a.groups for t in group]
    seen = {n[1] for t in terms for n in nodes(t) if n[0] == "member"}
    found: list[int] = []
    for _ in source.definitions:
        spend(len(source.definitions))
        for place, (_, head, body) in enumerate(source.definitions):
            if head[1] in seen and place not in found:
                found.append(place)
                seen |= {n[1] for n in nodes(body) if n[0] == "member"}
    return found


def instance(
    source: Source, read: Reading, own: bool, known: Known, witnesses: Any, target: Target
) -> Judgement:
    """Gamma |- l R r, each item of Gamma and each definition shown to hold as read / l R r as read.

    ``witnesses``: [for assumptions, for definitions], each a list of [place, witness]. In the
    theorem's ``own`` proof, what is not touched needs none.
    """
    relation, left, right, gamma = source.judgement
    _require_kinds(source, read, known)
    need(sorts(witnesses, list) and len(witnesses) == 2, "two lists of witnesses")
    for_assumptions, for_definitions = map(_by_place, witnesses)
    used: Gamma = frozenset()
    places = source.places
    for a in sorted(gamma, key=lambda a: (places.get(a, -1), *map(show, a.groups[0]))):
        apart = _apart(a.groups) if a.kind == "independent" else a.groups
        as_read = a._replace(groups=tuple(tuple(read(t) for t in group) for group in apart))
        if a.kind == "distinct":
            used |= distinct(*as_read.groups[0])
        elif own and all(read(t) == t for group in a.groups for t in group):
            used |= {a}
        else:
            place = places[a]
            need(place in for_assumptions, f"assumption {place} has no witness")
            _require_same_meaning(a, read)
            used |= _shown(as_read, for_assumptions.pop(place), target, known)
    for place in _visible(source):
        d = source.definitions[place]
        if own and (read(d.head), read(d.body)) == (d.head, d.body):
            continue
        at = fresh(d.domains)
        sides = tuple(closed(read(side), *at) for side in d.at(at))
        need(place in for_definitions, f"definition {place} has no witness")
        said = Assumption("equation", d.domains, (sides,))
        used |= _shown(said, for_definitions.pop(place), target, known)
    need(not for_assumptions and not for_definitions, "a witness of what needs none")
    return Judgement(relation, well_formed(read(left)), well_formed(read(right)), used)


def _by_place(listed: Any) -> dict[int, Any]:
    need(sorts(listed, list) and all(len(item) == 2 for item in listed), "[place, witness]")
    need(sorts([place for place, _ in listed], int), "a place is a whole number")
    need(len(dict(listed)) == len(listed), "two witnesses of one place")
    return dict(listed)


def _apart(groups: Sequence[Sequence[Term]]) -> Sequence[Sequence[Term]]:
    """The members that patterns span: each ``every`` is a width of its own."""
    number = count()

    def leaf(node: Term, _: int) -> Term | None:
        return ("scalar", f"#every{next(number)}", "width") if node == EVERY else None

    return tuple(tuple(walk(t, leaf) for t in group) for group in groups)


def _require_kinds(source: Source, read: Reading, known: Known) -> None:
    """Each term is a number of its domain; nothing random takes the place of what is constant."""
    relation, left, right, gamma = source.judgement
    pointwise = relation != "integrable" and not has_operator(left) and not has_operator(right)
    constant = parameters_of(source.definitions).union(*(a.free() for a in gamma))
    indices = [i for side in (left, right) for n in nodes(side) for i in _indices(n)]
    constant = constant.union(*map(free, indices))
    for scalar, value in read.scalars.items():
        fixed = not is_random(value) or (pointwise and scalar not in constant)
        need(fixed, "{} is random, and stands for a constant", value)
        _require_domain(value, scalar[2], known)
    for (start, arity), body in read.bodies.items():
        if start[0] == "member":
            fixed = start[2] or not is_random(body)
            need(fixed, f"{{}} is random, and {start[1]} stands for constants", body)
            _require_domain(opened(body, *fresh(["real"] * arity)), start[3], frozenset())
        else:
            need(not is_random(body), f"{{}} is random, and {start[1]} stands for a function", body)
            averaged = any(loose(n) for n in nodes(body) if n[0] in OPERATORS)
            need(not averaged, f"an argument of {start[1]}, maybe random, stands inside a mean")
            at = {*fresh(["real"] * arity)}
            indices = [
                i for n in nodes(opened(body, *fresh(["real"] * arity))) for i in _indices(n)
            ]
            need(not any(free(i) & at for i in indices), f"an argument of {start[1]} is an index")


def _indices(node: Term) -> tuple[Term, ...]:
    """The indices of a member, the ends of a range: what need not be Borel in them."""
    return parts(node) if node[0] == "member" else node[1:-1] if node[0] in BINDERS else ()


def _require_domain(value: Term, domain: str, known: Known) -> None:
    natural = domain not in ("natural", "width") or is_natural(value)
    need(natural and plain(value, known) >= DOMAINS[domain], f"{{}} is not plainly {domain}", value)


def _require_same_meaning(a: Assumption, read: Reading) -> None:
    """A law's members stay different ones, and a minimum is read as it stands."""
    touched = any(read(t) != t for group in a.groups for t in group)
    need(a.kind != "minimises" or not touched, "a minimum is not read with other symbols")
    for member in a.groups[0] if a.kind == "law" else ():
        body = read.bodies.get((member[:4], len(member) - 4))
        indices = {("bound", k) for k in range(len(member) - 4)}
        apart = body is None or (body[0] == "member" and indices <= set(body[4:]))
        need(apart, f"members of {member[1]} may fall together")


def _shown(a: Assumption, witness: Any, target: Target, known: Known) -> Gamma:
    """What shows the assumption ``a``, by one of the three kinds of witness."""
    need(type(witness) is list and witness, "a witness is a list")
    how, *rest = witness
    if how == "line":
        line, names = rest
        need(type(names) is list, "a list of names")
        return _by_line(a, line, names, target, known)
    at = fresh([*a.domains, *(["real"] if a.kind == "density" else [])])
    groups = tuple(tuple(map(well_formed, group)) for group in a.at(at))
    if how == "form":
        need(not rest, "a form has no parts")
        need(_holds_by_form(a.kind, groups, at), f"{a.kind}: it does not hold by its form")
        return frozenset()
    place, values = rest
    need(how == "assume" and type(values) is list, "a witness is line, assume or form")
    need(type(place) is int and 0 <= place < len(target.assumptions), f"no assumption {place}")
    b = target.assumptions[place]
    given = [well_formed(opened(target.term(code), *at)) for code in values]
    require_within(given, b.domains)
    said = b.at([*given, *at[len(a.domains) :]])
    need(a.kind == b.kind and a.label == b.label, f"it is of the kind {b.kind}")
    if a.kind == "independent":
        need(separates(said, *groups), "the independence does not separate these")
        return frozenset((b,))
    need(a.kind in ("moment", "symmetric", "same-law", "law", "density", "derivative", "primitive",
                    "minimises"), "a relation is shown by a line")  # fmt: skip
    rule_of_chain = a.kind in ("derivative", "primitive") and given != at
    need(not rule_of_chain, "at another argument the chain rule has a factor")
    hidden = a.kind == "minimises" and groups[0][1] in target.parameters
    need(not hidden, "a definition hides {}", groups[0][-1])
    if a.kind == "law":  # the first few of several that are iid are iid
        said = (said[0][: len(groups[0])], *said[1:])
    need([len(g) for g in said] == [len(g) for g in groups], "it has other parts")
    pairs = [(s, t) for g, h in zip(said, groups, strict=True) for s, t in zip(g, h, strict=True)]
    need(all(equal(s, t) for s, t in pairs), "the assumption says something else")
    return frozenset((b,))


def _holds_by_form(kind: str, groups: Sequence[Sequence[Term]], at: Sequence[Term]) -> bool:
    if kind == "independent":
        return any(not any(map(is_random, group)) for group in groups)
    table = kind in ("derivative", "primitive")
    return table and is_slope(groups[0][0], groups[0][1], at[0], kind == "primitive")


def _by_line(a: Assumption, place: Any, names: Any, target: Target, known: Known) -> Gamma:
    """An earlier line, generic in ``names``, says what ``a`` does."""
    need(type(place) is int and 0 <= place < len(target.lines), "a line that does not come before")
    line, scalars = target.lines[place], [target.term(name) for name in names]
    need([s[0] == "scalar" and s[2] for s in scalars] == list(a.domains), "names and their domains")
    need(not set(scalars) & a.free(), "the names are new")
    apart = (distinct(scalars[i], scalars[j]) for i, j in a.conditions)
    gamma = line.gamma - frozenset().union(*apart)
    require_generic(scalars, gamma, target.parameters)
    left, right = (ZERO, *map(well_formed, a.at(scalars)[0]))[-2:]
    relations = {"equation": ("=",), "at_most": ("=", "<=", "<"), "positive": ("<",)}
    if a.kind == "moment":
        sure = frozenset(t for t in known if not free(t) & set(scalars))  # for any value of these
        why = "{} may be no number: only an assumption says it is"
        need(not _may_be_unknown(left, sure), why, left)
        power = (("^", left, right), ("^", ("abs", left), right))
        said = line.relation == "integrable" and any(equal(line.left, p) for p in power)
    else:
        said = line.relation in relations.get(a.kind, ())
        said = said and equal(line.left, left) and equal(line.right, right)
    wanted = f"{{}} {line.relation} {{}} does not say what is asked: {a.kind} of {{}}, {{}}"
    need(said, wanted, line.left, line.right, left, right)
    return gamma


def _may_be_unknown(term: Term, known: Known) -> bool:
    """Whether ``term`` takes a logarithm, root or reciprocal of what is not plainly positive."""

    def unknown(node: Term) -> bool:
        if node[0] == "log":
            return plain(node[1], known) != 2
        if node[0] != "^" or is_natural(node[2]):
            return False
        return plain(node[1], known) < (1 if plain(node[2], known) == 2 else 2)

    return any(map(unknown, nodes(term)))
