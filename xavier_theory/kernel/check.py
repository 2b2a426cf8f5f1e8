"""Certificates: read strictly, replayed line by line. Nothing else makes a judgement.

A certificate is an object with the keys of ``KEYS``:
    format, theorem        "xavier_theory certificate 2" | its name
    names                  name (of a family or function: name/arity) -> [kind, domain]
    terms                  the table: each row may name earlier rows by their place
    assumptions            [name, kind, domains, groups, label, conditions], as in assumptions.py
    hypotheses             the same; what an induction discharges
    definitions            [name, domains, head, body], in an order without circles
    cites                  theorem -> digest of its certificate
    lines                  [rule, arguments, stated, positive]: stated is [relation, left, right], or
                           null for what the rule concludes; positive lists lines that say 0 < t
    results                name -> [line, the places of the assumptions that it rests on]
    conclusion             the names of the results that make the conclusion
    quantities, units      for readers: what the conclusion speaks of
A bundle, {"format": ..., "bundle": [certificate, ...]}, has what is cited before what cites it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from xavier_theory.kernel import expectation, rules, slopes
from xavier_theory.kernel.algebra import add, equal, normal
from xavier_theory.kernel.assumptions import Assumption, Judgement, positive_terms, read_assumption
from xavier_theory.kernel.instances import (
    Definition,
    Reading,
    Source,
    Target,
    instance,
    parameters_of,
)
from xavier_theory.kernel.signs import sign, within
from xavier_theory.kernel.terms import (
    DOMAINS,
    ONE,
    ZERO,
    Budget,
    Names,
    Refused,
    Term,
    is_random,
    loose,
    need,
    nodes,
    opened,
    parts,
    read,
    show,
    sorts,
    well_formed,
)

FORMAT = "xavier_theory certificate 2"
KEYS = ("format", "theorem", "names", "terms", "assumptions", "hypotheses", "definitions", "cites")
KEYS += ("lines", "results", "conclusion", "quantities", "units")
BUDGET, BUDGET_PER_CHARACTER, MOST_CHARACTERS = 400_000, 60, 4_000_000


class Theorem(NamedTuple):
    """What a certificate proves. ``lemmas`` are those from the literature that lie under it."""

    name: str
    assumptions: Mapping[str, Assumption]
    definitions: Mapping[str, Definition]
    results: Mapping[str, Judgement]
    conclusion: tuple[str, ...]
    lemmas: frozenset[str]
    digest: str
    names: Mapping[str, Term]
    places: Sequence[Assumption]
    lines: Sequence[Judgement]


def digest(certificate: Any) -> str:
    """The digest by which a certificate is cited: of its text without spaces, keys in order."""
    text = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check(certificate: Any, cited: Sequence[Any] = ()) -> dict[str, Theorem]:
    """What a certificate proves, and what those prove that it cites, by name; the last is its own.

    ``certificate``, a bundle or not, and the ``cited`` ones are data or JSON text. Raises
    ``Refused``, with the line at which it fails.
    """
    texts = [c if isinstance(c, str) else json.dumps(c) for c in (*cited, certificate)]
    need(sum(map(len, texts)) <= MOST_CHARACTERS, f"more than {MOST_CHARACTERS} characters")
    lemmas()
    before, Budget.left = Budget.left, BUDGET + BUDGET_PER_CHARACTER * sum(map(len, texts))
    try:
        loaded = [_loaded(text) for text in texts]
        listed = [c for whole in loaded for c in _bundled(whole)]
        proved: dict[str, Theorem] = {}
        for one in listed:
            theorem = _Replay(one, proved).theorem()
            need(proved.get(theorem.name, theorem).digest == theorem.digest, "two of one name")
            proved[theorem.name] = theorem
        return proved
    except RecursionError:
        raise Refused("it is nested too deeply") from None
    finally:
        Budget.left = before


def _loaded(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        need(len(found) == len(pairs), "an object has a key twice")
        return found

    def refuse(text: str) -> Any:
        raise Refused(f"{text[:20]} is no whole number")

    try:
        return json.loads(
            text, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse
        )
    except ValueError as error:
        raise Refused(f"it is no JSON text: {error}") from None


def _bundled(data: Any) -> list[Any]:
    need(type(data) is dict and type(data.get("format")) is str, "it is no object with a format")
    need(data["format"] == FORMAT, f"its format is not {FORMAT!r}: prove it again by this version")
    if set(data) == {"format", "bundle"}:
        need(sorts(data["bundle"], dict) and data["bundle"], "a bundle lists certificates")
        need(not any("bundle" in inner for inner in data["bundle"]), "a bundle in a bundle")
        return [one for inner in data["bundle"] for one in _bundled(inner)]
    return [data]


@lru_cache(maxsize=1)
def lemmas() -> Mapping[str, tuple[Source, Mapping[str, Term]]]:
    """The lemmas from the literature, ``lemmas.json``: all that is taken without proof."""
    found: dict[str, tuple[Source, Mapping[str, Term]]] = {}
    text = files("xavier_theory.kernel").joinpath("lemmas.json").read_text(encoding="utf-8")
    for name, data in json.loads(text).items():
        names = Names(data["names"])
        assumed = [read_assumption(code, names, ())[1] for code in data["assumptions"]]
        relation, left, right = data["statement"]
        sides = (well_formed(read(side, names)) for side in (left, right))
        judgement = Judgement(relation, *sides, frozenset(assumed))
        found[name] = Source(judgement, assumed, ()), names.things
    return found


class _Replay:
    """One certificate, read from top to bottom."""

    def __init__(self, data: Any, proved: Mapping[str, Theorem]) -> None:
        need(type(data) is dict and set(data) == set(KEYS), f"its keys are not {', '.join(KEYS)}")
        self.data, self.proved, self.lemmas = data, proved, frozenset[str]()
        need(type(data["theorem"]) is str and data["theorem"].isprintable(), "its name")
        self.where = f"{data['theorem']}: "
        self.names = Names(data["names"])
        self.table: list[Term] = []
        for code in self._list("terms"):
            self.table.append(read(code, self.names, self.table))
        declared = [read_assumption(c, self.names, self.table) for c in self._list("assumptions")]
        supposed = [read_assumption(c, self.names, self.table) for c in self._list("hypotheses")]
        self.declared = dict(declared)
        need(len(self.declared) == len(declared), "two assumptions of one name")
        self.assumptions = [a for _, a in (*declared, *supposed)]
        self.definitions = _definitions(self._list("definitions"), self.names, self.table)
        self.parameters = parameters_of(list(self.definitions.values()))
        self.lines: list[Judgement] = []
        for theorem, said in self._object("cites").items():
            need(theorem in proved, f"{self.where}it cites {theorem}, whose certificate is needed")
            need(said == proved[theorem].digest, f"{self.where}it cites another {theorem}")

    def _list(self, key: str) -> list[Any]:
        need(type(self.data[key]) is list, f"{self.where}{key} is a list")
        return list(self.data[key])

    def _object(self, key: str) -> dict[str, Any]:
        need(type(self.data[key]) is dict, f"{self.where}{key} is an object")
        return dict(self.data[key])

    def theorem(self) -> Theorem:
        """What the certificate proves, if every line follows by its rule."""
        for place, code in enumerate(self._list("lines")):
            try:
                self.lines.append(self._line(code))
            except Refused as error:
                raise Refused(f"{self.where}line {place}: {error}") from None
        results = {}
        by_place = list(self.declared.values())
        for name, code in self._object("results").items():
            need(name.isprintable() and type(code) is list and len(code) == 2, "a result")
            line = self.line(code[0])
            need(line.relation in rules.RELATIONS, f"{self.where}{name} is no relation")
            undeclared = line.gamma - set(by_place)
            need(not undeclared, f"{self.where}{name} rests on what is not declared")
            rests = sorted(by_place.index(a) for a in line.gamma)
            need(code[1] == rests, f"{self.where}{name} rests on {rests}, not on {code[1]}")
            results[name] = line
        main = self._list("conclusion")
        need(main and all(type(n) is str and n in results for n in main), "its conclusion")
        for code in (*self._object("quantities").values(), *self._list("units")):
            self.term(code)
        below = self.lemmas.union(*(self.proved[name].lemmas for name in self.data["cites"]))
        return Theorem(
            self.data["theorem"], self.declared, self.definitions, results, tuple(main), below,
            digest(self.data), self.names.things, self.assumptions, self.lines,
        )  # fmt: skip

    # ------------------------------------------------------------------------------- arguments

    def term(self, code: Any, indices: bool = False) -> Term:
        """A term, closed unless it may have loose ``indices``."""
        term = read(code, self.names, self.table)
        need(indices or not loose(term), "a bound index has no binder")
        return well_formed(term) if not loose(term) else term

    def terms(self, code: Any) -> list[Term]:
        """A list of terms."""
        need(type(code) is list, "a list of terms")
        return [self.term(item) for item in code]

    def line(self, code: Any) -> Judgement:
        """An earlier line."""
        need(type(code) is int and 0 <= code < len(self.lines), f"line {code} does not come before")
        return self.lines[code]

    def some(self, code: Any) -> list[Judgement]:
        """A list of earlier lines."""
        need(type(code) is list, "a list of lines")
        return [self.line(item) for item in code]

    def assumption(self, code: Any) -> Assumption:
        """An assumption or hypothesis."""
        need(type(code) is int and 0 <= code < len(self.assumptions), f"assumption {code}")
        return self.assumptions[code]

    def groups(self, code: Any, values: Any) -> tuple[tuple[Term, ...], ...]:
        """The terms of an assumption at values of its variables."""
        a, at = self.assumption(code), self.terms(values)
        need(len(at) == len(a.domains), "one value for each variable")
        need(all(map(within, at, a.domains)), "a value is not plainly in the domain")
        return a.at(at) if a.kind != "density" else a.groups

    # ----------------------------------------------------------------------------------- lines

    def _line(self, code: Any) -> Judgement:
        need(type(code) is list and len(code) == 4, "[rule, arguments, stated, positive]")
        rule, arguments, said, positive = code
        need(type(rule) is str and rule in RULES and type(arguments) is list, f"no rule {rule!r}")
        known: frozenset[Term] = frozenset()
        marked = self.some(positive)
        for line in marked:
            need(line.relation == "<" and equal(line.left, ZERO), "it does not say 0 < t")
            known |= positive_terms(line.right)
        stated = None
        if said is not None:
            need(type(said) is list and len(said) == 3 and said[0] in (*rules.RELATIONS, "integrable"),
                 "stated: [relation, left, right]")  # fmt: skip
            stated = Judgement(said[0], self.term(said[1]), self.term(said[2]))
        try:
            found = RULES[rule](self, stated, known, *arguments)
        except (TypeError, ValueError, IndexError, AttributeError, StopIteration) as error:
            raise Refused(f"{rule}: its arguments are of a wrong form ({error})") from None
        gamma = found.gamma.union(*(line.gamma for line in marked))
        if stated is None:
            sides = (well_formed(found.left), well_formed(found.right))
            need(not any(map(loose, sides)), "a bound index has no binder")
            return Judgement(found.relation, *sides, gamma)
        weaker = found.relation == stated.relation or (found.relation, stated.relation) in WEAKER
        need(weaker, f"{rule} concludes {found.relation}, not {stated.relation}")
        for side in ("left", "right")[: 1 if stated.relation == "integrable" else 2]:
            one, two = getattr(found, side), getattr(stated, side)
            if not equal(one, two, known):
                raise Refused(f"{rule} concludes {show(one)[:300]}, not {show(two)[:300]}")
        return stated._replace(gamma=gamma)


WEAKER = {("=", "<="), ("<", "<=")}


def _definitions(
    codes: Sequence[Any], names: Names, table: Sequence[Term]
) -> dict[str, Definition]:
    """The definitions, by name, in their order."""
    found: dict[str, Definition] = {}
    for code in codes:
        need(type(code) is list and len(code) == 4 and type(code[0]) is str, "a definition")
        name, domains, head, body = code
        need(name.isprintable() and name not in found, f"the name {name!r} of a definition")
        need(sorts(domains, str) and all(d in DOMAINS for d in domains), f"{name}: its domains")
        found[name] = Definition(tuple(domains), read(head, names, table), read(body, names, table))
    require_definitions(found)
    return found


def require_definitions(found: Mapping[str, Definition]) -> None:
    """``Refused`` unless they can be met, one after the other: no circle."""
    defined = [d.head[1] for d in found.values()]
    need(len(set(defined)) == len(defined), "a family is defined twice")
    layered = any(_is_layered(d) for d in found.values())
    for place, (name, d) in enumerate(found.items()):
        _require_definition(name, d, set(defined[:place]), set(defined), layered)


def _layer(member: Term) -> Any:
    return normal(member[4]) if len(member) > 4 else None


def _is_layered(d: Definition) -> bool:
    """Whether it relates one layer, the first index, to the next."""
    at = d.fresh()
    head, body = opened(d.head, *at), opened(d.body, *at)
    below = [n for n in nodes(body) if n[0] == "member" and _is_below(n, head)]
    return bool(below) or (bool(at) and not equal(head[4], at[0]))


def _is_below(member: Term, head: Term) -> bool:
    one, two = _layer(member), _layer(head)
    return one is not None and two is not None and add(one, normal(ONE)) == two


def _require_definition(
    name: str, d: Definition, earlier: set[str], defined: set[str], layered: bool
) -> None:
    """F[v, ...] or F[v + 1, ...] := body, by what is defined earlier, or one layer below."""
    need(d.head[0] == "member", f"{name}: a family is defined")
    variables = [("bound", k) for k in range(len(d.domains))]
    indices = list(parts(d.head))
    need(len(indices) == len(variables), f"{name}: one variable for each index")
    for k, (index, v) in enumerate(zip(indices, variables, strict=True)):
        up = k == 0 and index in (("+", v, ONE), ("+", ONE, v))
        need(index == v or up, f"{name}: its head is F[v, ...] or F[v + 1, ...]")
    need(d.head[2] or not is_random(d.body), f"{name}: a constant is not random")
    at = d.fresh()
    head, body = opened(d.head, *at), well_formed(opened(d.body, *at))
    natural = d.head[3] not in ("natural", "width") or within(body, d.head[3])
    need(natural and sign(body) >= DOMAINS[d.head[3]], f"{name}: it is not plainly {d.head[3]}")
    need(("every",) not in nodes(body), f"{name}: every index at once is no value")
    for node in nodes(body):
        if node[0] == "member" and node[1] in defined:
            if _is_below(node, head):
                need(d.domains[0] in ("natural", "width"), f"{name}: there is no first layer")
            else:
                level = _layer(node) is not None and _layer(node) == _layer(head)
                need(node[1] in earlier and (not layered or level), f"{name}: it runs in a circle")


def _reading(
    replay: _Replay, things: Mapping[str, Term], scalars: Any, families: Any
) -> Reading:
    """The terms that a line gives for the names of what it reads."""
    need(type(scalars) is dict and type(families) is dict, "two objects: name -> term")
    bodies: dict[tuple[Term, int], Term] = {}
    for key, code in families.items():
        start = things.get(key)
        need(start is not None and start[0] in ("member", "apply"), f"no family is called {key}")
        count = int(key.partition("/")[2] or 0)
        body = replay.term(code, indices=True)
        need(all(k < count for k in loose(body)), f"{key} has {count} indices")
        well_formed(opened(body, *(("scalar", f"#{k}", "real") for k in range(count))))
        bodies[(start, count)] = body
    values = {}
    for name, code in scalars.items():
        need(name in things and things[name][0] == "scalar", f"no scalar is called {name}")
        values[things[name]] = replay.term(code)
    return Reading(
        values,
        {k: b for k, b in bodies.items() if k[0][0] == "member"},
        {k: b for k, b in bodies.items() if k[0][0] == "apply"},
    )


def _instance(
    replay: _Replay, source: Any, scalars: Any, families: Any, witnesses: Any
) -> Judgement:
    """A line, [theorem, result] or a lemma's name, read with other symbols."""
    if type(source) is int:
        own = Source(
            replay.line(source), replay.assumptions, list(replay.definitions.values())
        )
        found, things = own, replay.names.things
    elif type(source) is list:
        name, result = source
        need(name in replay.data["cites"], f"{name} is not cited")
        theorem = replay.proved[name]
        need(type(result) is str and result in theorem.results, f"{name} has no result {result}")
        found = Source(
            theorem.results[result], theorem.places, list(theorem.definitions.values())
        )
        things = theorem.names
    else:
        need(type(source) is str and source in lemmas(), f"no lemma is called {source}")
        found, things = lemmas()[source]
        replay.lemmas |= {source}
    target = Target(
        replay.assumptions, list(replay.definitions.values()), replay.lines, replay.parameters,
        lambda code: replay.term(code, indices=True),
    )  # fmt: skip
    read_as = _reading(replay, things, scalars, families)
    return instance(found, read_as, type(source) is int, witnesses, target)


def _pairs(replay: _Replay, code: Any) -> list[tuple[Term, int]]:
    need(type(code) is list and all(type(c) is list and len(c) == 2 for c in code), "pairs")
    need(all(type(d) is int for _, d in code), "a power is a whole number")
    return [(replay.term(x), d) for x, d in code]


def _claims(replay: _Replay, code: Any) -> list[rules.Claim]:
    need(type(code) is list and code and all(sorts(c[3:], list) for c in code), "claims")
    return [
        (replay.line(base), replay.line(step), replay.assumption(claim), replay.terms(names))
        for base, step, claim, names in code
    ]


def _exchange(replay: _Replay, code: Any) -> dict[Term, tuple[Term, int]]:
    need(type(code) is list and all(type(c) is list and len(c) == 3 for c in code), "[X, Y, sign]")
    need(all(type(s) is int for _, _, s in code), "a sign is 1 or -1")
    return {replay.term(x): (replay.term(y), s) for x, y, s in code}


def _as_stated(stated: Judgement | None) -> Judgement:
    if stated is None:
        raise Refused("this rule needs what is stated")
    return stated


def _defined(replay: _Replay, place: Any, values: Any) -> Judgement:
    known = list(replay.definitions.values())
    need(type(place) is int and 0 <= place < len(known), f"definition {place}")
    return Judgement("=", *known[place].at(replay.terms(values)))


Rule = Callable[..., Judgement]
RULES: dict[str, Rule] = {
    "assume": lambda r, s, k, a, values: rules.assume(r.assumption(a), r.terms(values)),
    "define": lambda r, s, k, d, values: _defined(r, d, values),
    "algebra": lambda r, s, k, lines, by: rules.algebra(
        _as_stated(s), r.some(lines), r.terms(by), k
    ),
    "sign": lambda r, s, k, t: rules.plain_sign(r.term(t), k),
    "congruence": lambda r, s, k, t, lines: rules.congruence(r.term(t, True), r.some(lines)),
    "product": lambda r, s, k, one, two: rules.product(r.line(one), r.line(two)),
    "bind": lambda r, s, k, line, name, head, ends: rules.bind(
        r.line(line), r.term(name), head, r.terms(ends), r.parameters
    ),
    "cases": lambda r, s, k, on: rules.cases(_as_stated(s), r.term(on), k),
    "diagonal": lambda r, s, k, t: rules.diagonal(r.term(t)),
    "peel": lambda r, s, k, t: rules.peel(r.term(t)),
    "induction": lambda r, s, k, v, claims: rules.induction(
        r.term(v), _claims(r, claims), r.parameters
    ),
    "instance": lambda r, s, k, *arguments: _instance(r, *arguments),
    "constant": lambda r, s, k, t: expectation.is_constant(r.term(t)),
    "moment": lambda r, s, k, a, values, x, power: expectation.of_moment(
        r.assumption(a), r.groups(a, values), r.term(x), power
    ),
    "hoelder": lambda r, s, k, factors, lines: expectation.of_product(
        _pairs(r, factors), r.some(lines)
    ),
    "integrable sum": lambda r, s, k, t, names, lines: expectation.of_sum(
        r.term(t), r.terms(names), r.some(lines), r.parameters
    ),
    "dominated": lambda r, s, k, t, line: expectation.dominated(r.term(t), r.line(line)),
    "carried": lambda r, s, k, line, equation: expectation.carried(r.line(line), r.line(equation)),
    "integrable product": lambda r, s, k, a, values, x, y, lines: expectation.independent(
        r.assumption(a), r.groups(a, values), r.term(x), r.term(y), r.some(lines), "integrable"
    ),
    "independence": lambda r, s, k, a, values, x, y, lines: expectation.independent(
        r.assumption(a), r.groups(a, values), r.term(x), r.term(y), r.some(lines), "="
    ),
    "linearity": lambda r, s, k, t, names, lines: expectation.linear(
        r.term(t), r.terms(names), r.some(lines), r.parameters
    ),
    "variance": lambda r, s, k, x, line: expectation.variance(r.term(x), r.line(line)),
    "covariance": lambda r, s, k, x, y, lines: expectation.covariance(
        r.term(x), r.term(y), r.some(lines)
    ),
    "monotone": lambda r, s, k, line, lines: expectation.monotone(r.line(line), r.some(lines)),
    "symmetry": lambda r, s, k, a, values, t, to: expectation.symmetry(
        r.assumption(a), r.groups(a, values), r.term(t), _exchange(r, to)
    ),
    "same direction": lambda r, s, k, f, g, x, at, lines: slopes.same_direction(
        r.term(f), r.term(g), r.term(x), r.terms(at), r.some(lines), r.parameters
    ),
    "association": lambda r, s, k, f, g, x, member, lines, integrable: slopes.association(
        r.term(f), r.term(g), r.term(x), r.term(member), r.some(lines), r.some(integrable),
        r.parameters,
    ),
    "antiderivative": lambda r, s, k, a, g, primitive, x: slopes.antiderivative(
        r.assumption(a), r.term(g), r.term(primitive), r.term(x)
    ),
    "stationary": lambda r, s, k, a: slopes.stationary(r.assumption(a), r.parameters),
}  # fmt: skip
