"""One certificate, read from top to bottom: each line by its rule, its arguments by their kinds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

# fmt: off
from xavier_theory.kernel import expectation, rules, slopes
from xavier_theory.kernel.algebra import equal, positive_terms
from xavier_theory.kernel.assumptions import Assumption, Judgement, fresh, read_assumption
from xavier_theory.kernel.definitions import Definition, parameters_of, require_definitions
from xavier_theory.kernel.instances import Reading, Source, Target, instance
from xavier_theory.kernel.signs import require_within, well_formed
from xavier_theory.kernel.terms import (DOMAINS, EVERY, ONE, Names, Refused, Term, is_label, loose,
    need, nodes, opened, read, require_fits, show, sorts, spend)
# fmt: on

WRONG_FORM = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, StopIteration)
WEAKER = {("=", "<="), ("<", "<=")}


class Theorem(NamedTuple):
    """What a certificate proves. ``lemmas`` are those from the literature that lie under it."""

    name: str
    digest: str
    names: Mapping[str, Term]
    assumptions: Mapping[str, Assumption]
    hypotheses: Sequence[Assumption]
    definitions: Mapping[str, Definition]
    lines: Sequence[Judgement]
    results: Mapping[str, Judgement]
    conclusion: tuple[str, ...]
    cites: tuple[str, ...]
    lemmas: frozenset[str]

    def __repr__(self) -> str:
        said = [self.results[name] for name in self.conclusion]
        shown = "; ".join(f"{show(line.left)} {line.relation} {show(line.right)}" for line in said)
        return f"<Theorem {self.name}: {shown}>"


def digest(certificate: Any) -> str:
    """The digest by which a certificate is cited: of its text without spaces, keys in order."""
    text = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def places_of(assumptions: Sequence[Assumption]) -> Mapping[Assumption, int]:
    """The first place of each."""
    return {a: place for place, a in reversed([*enumerate(assumptions)])}


@lru_cache(maxsize=1)
def lemmas() -> Mapping[str, tuple[Source, Mapping[str, Term]]]:
    """The lemmas from the literature, ``lemmas.json``: all that is taken without proof."""
    found: dict[str, tuple[Source, Mapping[str, Term]]] = {}
    text = files("xavier_theory.kernel").joinpath("lemmas.json").read_text(encoding="utf-8")
    for name, data in json.loads(text).items():
        names = Names(data["names"])
        assumed = [read_assumption(code, names, ())[1] for code in data["assumptions"]]
        relation, *sides = data["statement"]
        left, right = (well_formed(read(side, names)) for side in sides)
        found[name] = (
            Source(Judgement(relation, left, right, frozenset(assumed)), places_of(assumed), ()),
            (names.things),
        )
    return found


class Replay:
    """One certificate, read from top to bottom."""

    def __init__(self, data: Any, proved: Mapping[str, Theorem]) -> None:
        self.data, self.proved, self.lemmas = data, proved, frozenset[str]()
        need(is_label(data["theorem"]), "the name of a theorem is words on one line")
        self.where = f"{data['theorem']}: "
        self.names, self.table = Names(data["names"]), list[Term]()
        for code in self._items("terms"):
            self.table.append(read(code, self.names, self.table))
        declared = [read_assumption(c, self.names, self.table) for c in self._items("assumptions")]
        supposed = [read_assumption(c, self.names, self.table) for c in self._items("hypotheses")]
        self.declared, self.supposed = dict(declared), [a for _, a in supposed]
        need(len(self.declared) == len(declared), "two assumptions of one name")
        self.assumptions = [*self.declared.values(), *self.supposed]
        self.places_in: dict[Any, Mapping[Assumption, int]] = {}
        self.definitions: dict[str, Definition] = {}
        for name, domains, head, body in self._items("definitions"):
            need(is_label(name), "the name of a definition")
            need(sorts(domains, str) and name not in self.definitions, f"{name}: twice, or domains")
            need(all(d in DOMAINS for d in domains), f"{name}: its domains")
            sides = (read(side, self.names, self.table) for side in (head, body))
            self.definitions[name] = Definition(tuple(domains), *sides)
        require_definitions(self.definitions)
        self.parameters = parameters_of([*self.definitions.values()])
        self.lines: list[Judgement] = []
        for theorem, said in self._object("cites").items():
            need(theorem in proved, f"{self.where}it cites {theorem}, whose certificate is needed")
            need(said == proved[theorem].digest, f"{self.where}it cites another {theorem}")

    def _items(self, key: str) -> list[Any]:
        need(type(self.data[key]) is list, f"{self.where}{key} is a list")
        return list(self.data[key])

    def _object(self, key: str) -> dict[str, Any]:
        need(type(self.data[key]) is dict, f"{self.where}{key} is an object")
        return dict(self.data[key])

    def theorem(self) -> Theorem:
        """What the certificate proves, if every line follows by its rule."""
        for place, code in enumerate(self._items("lines")):
            try:
                self.lines.append(self.next_line(code))
            except Refused as error:
                raise Refused(f"{self.where}line {place}: {error}") from None
        results: dict[str, Judgement] = {}
        by_place = places_of([*self.declared.values()])
        for name, code in self._object("results").items():
            need(is_label(name) and type(code) is list and len(code) == 2, "a result")
            line = results[name] = self._line(code[0])
            need(line.relation in rules.RELATIONS, f"{self.where}{name} is no relation")
            declared = line.gamma <= by_place.keys()
            need(declared, f"{self.where}{name} rests on what is not declared")
            rests = sorted(map(by_place.__getitem__, line.gamma))
            same = sorts(code[1], int) and code[1] == rests
            need(same, f"{self.where}{name} rests on {rests}, not on {code[1]}")
        main = self._items("conclusion")
        need(main and all(type(n) is str and n in results for n in main), "its conclusion")
        need(len(set(main)) == len(main), "its conclusion has a result twice")
        quantities = self._object("quantities")
        need(all(map(is_label, quantities)), "the name of a quantity")
        for code in (*quantities.values(), *self._items("units")):
            self._term(code)
        below = self.lemmas.union(*(self.proved[name].lemmas for name in self.data["cites"]))
        cites = tuple(sorted(self.data["cites"]))
        return Theorem(
            self.data["theorem"], digest(self.data), self.names.things, self.declared,
            self.supposed, self.definitions, self.lines, results, tuple(main), cites, below,
        )  # fmt: skip

    def next_line(self, code: Any) -> Judgement:
        """What a line concludes: what is stated, where the rule concludes the same or more."""
        need(type(code) is list and len(code) == 4, "[rule, arguments, stated, positive]")
        rule, arguments, said, positive = code
        need(type(rule) is str and rule in RULES and type(arguments) is list, f"no rule {rule!r}")
        marked = self._some(positive)
        need(len(set(positive)) == len(positive), "a line is marked twice")
        need(all(m.relation == "<" and rules.says_nonnegative(m) for m in marked), "not 0 < t")
        known = frozenset[Term]().union(*(positive_terms(m.right) for m in marked))
        stated = None
        if said is not None:
            need(type(said) is list and len(said) == 3, "stated: [relation, left, right]")
            need(
                said[0] in (*rules.RELATIONS, "integrable"), "a relation is =, <=, < or integrable"
            )
            stated = Judgement(said[0], self._term(said[1]), self._term(said[2]))
            need(said[0] != "integrable" or stated.right == ONE, "integrable: its right side is 1")
        function, kinds = RULES[rule]
        given = {"parameters": self.parameters, "known": known, "stated": stated}
        need(stated or "stated" not in kinds, f"{rule}: it is checked against what is stated")
        left_over = list(arguments)
        need(len(left_over) == len([k for k in kinds if k not in given]), f"{rule} takes {kinds}")
        try:
            values = [given[k] if k in given else READERS[k](self, left_over.pop(0)) for k in kinds]
            found: Judgement = function(*values)
        except WRONG_FORM as error:
            raise Refused(f"{rule}: its arguments do not fit together ({error})") from None
        gamma = found.gamma.union(*(m.gamma for m in marked))
        spend(len(gamma))
        for side in (found.left, found.right):
            need(not loose(well_formed(side)), "a bound index has no binder")
            need(EVERY not in nodes(side), "every is for assumptions")
            require_fits(side)
        if stated is None:
            return found._replace(gamma=gamma)
        same = found.relation == stated.relation or (found.relation, stated.relation) in WEAKER
        need(same, f"{rule} concludes {found.relation}, not {stated.relation}")
        pairs = [(found.left, stated.left), (found.right, stated.right)]
        for one, two in pairs[:1] if stated.relation == "integrable" else pairs:
            need(equal(one, two, known), f"{rule} concludes {{}}, not {{}}", one, two)
        return stated._replace(gamma=gamma)

    # -------------------------------------------------- arguments: each reads one kind, or refuses

    def _open_term(self, code: Any) -> Term:
        return read(code, self.names, self.table)

    def _term(self, code: Any) -> Term:
        term = self._open_term(code)
        need(not loose(term), "a bound index has no binder")
        need(EVERY not in nodes(term), "every is for assumptions")
        return well_formed(term)

    def _terms(self, code: Any) -> list[Term]:
        need(type(code) is list, "a list of terms")
        return [self._term(item) for item in code]

    def _line(self, code: Any) -> Judgement:
        need(type(code) is int and 0 <= code < len(self.lines), f"line {code} does not come before")
        return self.lines[code]

    def _some(self, code: Any) -> list[Judgement]:
        need(type(code) is list, "a list of lines")
        return [self._line(item) for item in code]

    def _assumption(self, code: Any) -> Assumption:
        need(type(code) is int and 0 <= code < len(self.assumptions), f"no assumption {code}")
        return self.assumptions[code]

    def _assumed(self, code: Any) -> tuple[Assumption, tuple[tuple[Term, ...], ...]]:
        """[place, values]: an assumption, and its terms at values of its variables."""
        place, values = code
        a, at = self._assumption(place), self._terms(values)
        require_within(at, a.domains)
        return a, a.at(at) if a.kind != "density" else a.groups

    def _claims(self, code: Any) -> list[rules.Claim]:
        return [
            (self._line(base), self._line(step), self._assumption(claim), self._terms(names))
            for base, step, claim, names in code
        ]

    def _bodies(self, code: Any, things: Mapping[str, Term]) -> Reading:
        scalars: dict[Term, Term] = {}
        bodies: dict[tuple[Term, int], Term] = {}
        for key, value in code.items():
            need(key in things, f"nothing is called {key}")
            start, count = things[key], int(key.partition("/")[2] or 0)
            if start[0] == "scalar":
                scalars[start] = self._term(value)
                continue
            body = self._open_term(value)
            need(all(k < count for k in loose(body)), f"{key} has {count} indices")
            need(EVERY not in nodes(body), "every is for assumptions")
            well_formed(opened(body, *fresh(["real"] * count)))
            bodies[(start, count)] = body
        return Reading(scalars, bodies)

    def _places(self, key: Any, assumptions: Sequence[Assumption]) -> Mapping[Assumption, int]:
        """``places_of`` what ``key`` stands for, worked out once: many lines may be instances."""
        if key not in self.places_in:
            self.places_in[key] = places_of(assumptions)
        return self.places_in[key]

    def instance(
        self, source: Any, given: Any, witnesses: Any, known: frozenset[Term]
    ) -> Judgement:
        """A line, [theorem, result] or a lemma's name, read with other symbols."""
        things: Mapping[str, Term] = self.names.things
        definitions = [*self.definitions.values()]
        if type(source) is int:
            places = self._places(len(self.assumptions), self.assumptions)
            found = Source(self._line(source), places, definitions)
        elif type(source) is list:
            name, result = source
            need(name in self.data["cites"], f"{name} is not cited")
            theorem = self.proved[name]
            need(result in theorem.results, f"{name} has no result {result}")
            defined = [*theorem.definitions.values()]
            places = self._places(name, [*theorem.assumptions.values(), *theorem.hypotheses])
            found, things = Source(theorem.results[result], places, defined), theorem.names
        else:
            need(type(source) is str and source in lemmas(), f"no lemma is called {source}")
            found, things = lemmas()[source]
            self.lemmas |= {source}
        reading = self._bodies(given, things)
        target = Target(self.assumptions, self.parameters, self.lines, self._open_term)
        line = instance(found, reading, type(source) is int, known, witnesses, target)
        self.names.require(line.left)  # what is not read comes in with its own name
        self.names.require(line.right)
        return line


def _whole(_: Replay, code: Any) -> int:
    need(type(code) is int, "a whole number")
    return int(code)


def _text(_: Replay, code: Any) -> str:
    need(type(code) is str, "text")
    return str(code)


def _concluded(_: Replay, code: Any) -> bool:
    need(code in ("=", "integrable"), "it concludes that a mean = or that a term is integrable")
    return bool(code == "integrable")


READERS: dict[str, Callable[[Replay, Any], Any]] = {
    "term": Replay._term, "terms": Replay._terms, "open": Replay._open_term, "line": Replay._line,
    "lines": Replay._some, "assumption": Replay._assumption, "assumed": Replay._assumed,
    "claims": Replay._claims, "whole": _whole, "text": _text, "concluded": _concluded,
    "data": lambda r, code: (r, code),
    "definition": lambda r, code: [*r.definitions.values()][_whole(r, code)],
    "factors": lambda r, code: [(r._term(x), _whole(r, d)) for x, d in code],
    "exchange": lambda r, code: {r._term(x): (r._term(y), _whole(r, s)) for x, y, s in code},
}  # fmt: skip
"""How each kind of argument is read."""


def _rule(function: Callable[..., Judgement], kinds: str) -> tuple[Callable[..., Judgement], Any]:
    return function, kinds.split()


RULES = {
    "assume": _rule(rules.assume, "assumption terms"),
    "define": _rule(lambda d, values: Judgement("=", *d.at(values)), "definition terms"),
    "algebra": _rule(rules.algebra, "stated known lines terms"),
    "sign": _rule(rules.plain_sign, "known term"),
    "product": _rule(rules.product, "line line"),
    "congruence": _rule(rules.congruence, "open lines"),
    "bind": _rule(rules.bind, "parameters line term text terms"),
    "cases": _rule(rules.cases, "stated known term"),
    "diagonal": _rule(rules.diagonal, "term"),
    "peel": _rule(rules.peel, "term"),
    "induction": _rule(rules.induction, "parameters term claims"),
    "instance": _rule(
        lambda known, r, given, witnesses: r[0].instance(r[1], given[1], witnesses[1], known),
        "known data data data",
    ),
    "moment": _rule(lambda a, x, k: expectation.moment(a[0], a[1], x, k), "assumed term whole"),
    "hoelder": _rule(expectation.hoelder, "factors lines"),
    "linear": _rule(expectation.linear, "parameters term terms lines concluded"),
    "dominated": _rule(expectation.dominated, "term line"),
    "carried": _rule(expectation.carried, "line line"),
    "independent": _rule(
        lambda a, x, y, lines, integrable: expectation.independent(
            a[0], a[1], x, y, lines, integrable
        ),
        "assumed term term lines concluded",
    ),
    "variance": _rule(expectation.variance, "term line"),
    "covariance": _rule(expectation.covariance, "term term lines"),
    "monotone": _rule(expectation.monotone, "line lines"),
    "symmetry": _rule(
        lambda a, t, to: expectation.symmetry(a[0], a[1], t, to), "assumed term exchange"
    ),
    "same direction": _rule(slopes.same_direction, "parameters term term term terms lines"),
    "association": _rule(slopes.association, "parameters term term term term lines lines"),
    "antiderivative": _rule(slopes.antiderivative, "assumption term term term"),
    "stationary": _rule(slopes.stationary, "parameters assumption"),
}
"""The rules, each with the kinds of its arguments, in order."""
