"""The lines of a certificate, as a proof writes them.

A ``Line`` is one application of a kernel rule, with kernel terms, lines and assumptions for its
arguments. ``Notebook`` keeps them; Γ is followed along for the author's sake (the kernel computes
it again), and ``write`` makes the certificate of the lines that are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xavier_theory import kernel
from xavier_theory.kernel.terms import Term, parts
from xavier_theory.symbolic.assumptions import Assumption, distinct
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError
from xavier_theory.symbolic.judgements import Context, Definition

Gamma = frozenset[Assumption]


@dataclass(frozen=True, eq=False)
class Line:
    """One application of a kernel rule; ``stated`` is (relation, left, right) or None."""

    rule: str
    arguments: tuple[Any, ...]
    stated: tuple[str, Term, Term] | None
    positive: tuple[Line, ...]
    gamma: Gamma


def inside(value: Any, kind: type) -> Iterable[Any]:
    """What there is of one kind in the arguments of a line; a tuple is a term."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from inside(item, kind)
    elif isinstance(value, dict):
        for item in value.values():
            yield from inside(item, kind)


class Notebook:
    """Lines in the order in which they were written; the same line is written once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.lines: list[Line] = []
        self._known: dict[str, Line] = {}
        self.theorems: dict[str, Any] = {}
        self._citations: dict[int, list[str]] = {}

    def cited(self, derivation: Any, result: str) -> Any:
        """A result of an earlier derivation, as a judgement that may be read here."""
        if self.theorems.setdefault(derivation.name, derivation) is not derivation:
            raise KernelError(f"two derivations of {derivation.name} are cited in one proof")
        step = derivation.results[result]
        self._citations[id(step)] = [derivation.name, result]
        return step

    def citation(self, step: Any) -> list[str]:
        """How a certificate names a result that ``cited`` gave."""
        if id(step) not in self._citations:
            raise KernelError(f"{step!r} is no step of this proof and no cited result")
        return self._citations[id(step)]

    def write(
        self,
        rule: str,
        *arguments: Any,
        stated: tuple[str, Any, Any] | None = None,
        positive: Sequence[Line] = (),
        gamma: Gamma | None = None,
    ) -> Line:
        """Add a line. ``gamma``: what it rests on, where that is not all that its arguments say."""
        found = list(arguments)
        if gamma is None:
            gamma = frozenset(inside(found, Assumption))
            gamma = gamma.union(*(line.gamma for line in inside(found, Line)))
        said = None if stated is None else (stated[0], encode(stated[1]), encode(stated[2]))
        gamma = gamma.union(*(line.gamma for line in positive))
        key = repr((rule, self._key(found), said, [id(line) for line in positive]))
        if key not in self._known:
            line = Line(rule, tuple(found), said, tuple(positive), gamma)
            self._known[key] = line
            self.lines.append(line)
        return self._known[key]

    def _key(self, value: Any) -> Any:
        if isinstance(value, Line):
            return ("line", id(value))
        if isinstance(value, Assumption | Definition):
            return ("named", value.text, value.domains)
        if isinstance(value, list):
            return [self._key(item) for item in value]
        if isinstance(value, dict):
            return sorted((key, self._key(item)) for key, item in value.items())
        return value

    # ------------------------------------------------------------------ lines of several rules

    def assume(self, assumption: Assumption, values: Sequence[Any], stated: Any = None) -> Line:
        """An instance of a relation that is assumed."""
        used = {assumption}
        for first, second in assumption.conditions:
            difference = values[first] - values[second]
            if not difference.is_Integer:
                used.add(distinct(values[first], values[second]))
        return self.write(
            "assume",
            assumption,
            [encode(value) for value in values],
            stated=stated,
            gamma=frozenset(used),
        )

    def algebra(
        self,
        relation: str,
        left: Any,
        right: Any,
        lines: Sequence[Line] = (),
        multipliers: Sequence[Any] = (),
        positive: Sequence[Line] = (),
    ) -> Line:
        """A linear combination of lines, as pure algebra gives it."""
        by = [encode(multiplier) for multiplier in multipliers]
        stated = (relation, left, right)
        return self.write("algebra", list(lines), by, stated=stated, positive=positive)


class _Writer:
    """The table of terms, and the names in it; ``inline`` terms are written where they stand."""

    def __init__(self, inline: bool = False) -> None:
        self.inline = inline
        self.names: dict[str, list[str]] = {}
        self.rows: list[Any] = []
        self._places: dict[Term, int] = {}

    def term(self, term: Term) -> Any:
        """The code of ``term``; a new row for each part that is no leaf."""
        head = term[0]
        if head == "number":
            return str(term[1]) if term[2] == 1 else f"{term[1]}/{term[2]}"
        if head == "every":
            return "every"
        if head == "constant":
            return term[1]
        if head == "bound":
            return ["#", term[1]]
        if head == "scalar":
            self._declare(term[1], ["scalar", term[2]])
            return term[1]
        inner = parts(term)
        if head in ("member", "apply"):
            key = f"{term[1]}/{len(inner)}" if inner else term[1]
            kind = ["function"] if head == "apply" else ["random"] if term[2] else ["fixed", term[3]]
            self._declare(key, kind)
            if not inner:
                return term[1]
        if term not in self._places:
            row = [term[1] if head in ("member", "apply") else head, *map(self.term, inner)]
            if self.inline:
                return row
            self._places[term] = len(self.rows)
            self.rows.append(row)
        return self._places[term]

    def _declare(self, key: str, thing: list[str]) -> None:
        if self.names.setdefault(key, thing) != thing:
            raise IllFormedTermError(f"{key} names two things: choose another name")

    def assumption(self, assumption: Assumption) -> list[Any]:
        """An assumption as a certificate says it."""
        groups = [[self.term(encode(t)) for t in group] for group in assumption.groups]
        pairs = [list(pair) for pair in assumption.conditions]
        domains = list(assumption.domains)
        return [assumption.name, assumption.kind, domains, groups, assumption.label, pairs]


def statement(lemma: Any) -> dict[str, Any]:
    """A lemma from the literature as the kernel reads it, without a table."""
    writer = _Writer(inline=True)
    assumed = [writer.assumption(assumption) for assumption in lemma.declared]
    sides = [writer.term(encode(side)) for side in (lemma.left, lemma.right)]
    names = dict(sorted(writer.names.items()))
    return {"names": names, "assumptions": assumed, "statement": [lemma.relation, *sides]}


def write_certificate(
    name: str,
    notebook: Notebook,
    results: Mapping[str, Line],
    main: Sequence[str],
    cites: Mapping[str, str],
    quantities: Mapping[str, Any],
    units: Sequence[Any],
) -> dict[str, Any]:
    """The certificate of ``results``: the lines that they need, and what these speak of."""
    writer, context = _Writer(), notebook.context
    needed = _needed(notebook.lines, results.values())
    place = {id(line): number for number, line in enumerate(needed)}
    declared = list(context.assumptions)
    supposed: list[Assumption] = []
    for line in needed:
        for assumption in inside(list(line.arguments), Assumption):
            if assumption not in declared and assumption not in supposed:
                supposed.append(assumption)
    everything = [*declared, *supposed]
    assumptions = [writer.assumption(assumption) for assumption in declared]
    hypotheses = [writer.assumption(assumption) for assumption in supposed]
    definitions = [
        [d.name, list(d.domains), writer.term(encode(d.head)), writer.term(encode(d.body))]
        for d in context.definitions
    ]

    def code(value: Any) -> Any:
        if isinstance(value, Line):
            return place[id(value)]
        if isinstance(value, Assumption):
            return everything.index(value)
        if isinstance(value, Definition):
            return context.definitions.index(value)
        if isinstance(value, tuple):
            return writer.term(value)
        if isinstance(value, list):
            return [code(item) for item in value]
        if isinstance(value, dict):
            return {key: code(item) for key, item in value.items()}
        return value

    lines = []
    for line in needed:
        said = line.stated and [line.stated[0], *map(writer.term, line.stated[1:])]
        positive = [place[id(other)] for other in line.positive]
        lines.append([line.rule, [code(value) for value in line.arguments], said, positive])
    found = {
        name: [place[id(line)], sorted(declared.index(a) for a in line.gamma)]
        for name, line in results.items()
    }
    spoken = {name: writer.term(encode(term)) for name, term in quantities.items()}
    counted = [writer.term(encode(unit)) for unit in units]
    return {
        "format": kernel.FORMAT,
        "theorem": name,
        "names": dict(sorted(writer.names.items())),
        "terms": writer.rows,
        "assumptions": assumptions,
        "hypotheses": hypotheses,
        "definitions": definitions,
        "cites": dict(cites),
        "lines": lines,
        "results": found,
        "conclusion": list(main),
        "quantities": spoken,
        "units": counted,
    }


def _needed(lines: Sequence[Line], results: Iterable[Line]) -> list[Line]:
    wanted: set[int] = set()
    pending = list(results)
    while pending:
        line = pending.pop()
        if id(line) not in wanted:
            wanted.add(id(line))
            pending += [*inside(list(line.arguments), Line), *line.positive]
    return [line for line in lines if id(line) in wanted]


__all__ = ["Line", "Notebook", "decode", "write_certificate"]
