"""The lines of a certificate, as a proof writes them.

A ``Line`` is one application of a kernel rule, with kernel terms, lines and assumptions for its
arguments. ``Notebook`` keeps them; the kernel looks at each as it is written, so that a refusal
comes where the author is. ``write_certificate`` makes the certificate of the lines that are needed,
which the kernel then checks as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from xavier_theory import kernel
from xavier_theory.kernel import Refused
from xavier_theory.kernel.assumptions import Judgement
from xavier_theory.kernel.check import KEYS
from xavier_theory.kernel.replay import Replay
from xavier_theory.kernel.terms import Term, nodes, parts
from xavier_theory.symbolic.assumptions import Assumption, distinct
from xavier_theory.symbolic.encoding import decode, encode
from xavier_theory.symbolic.errors import IllFormedTermError, KernelError, RuleRefusedError
from xavier_theory.symbolic.judgements import Context, Definition

Gamma = frozenset[Assumption]


@dataclass(frozen=True, eq=False)
class Line:
    """One application of a kernel rule; ``stated`` is (relation, left, right) or None."""

    rule: str
    arguments: tuple[Any, ...]
    stated: tuple[str, Term, Term] | None
    positive: tuple[Line, ...]
    judgement: Judgement
    book: Notebook

    @cached_property
    def gamma(self) -> Gamma:
        """What the line rests on."""
        return frozenset(map(self.book.assumption, self.judgement.gamma))


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

    def __init__(self, name: str, context: Context) -> None:
        self.context = context
        self.rule = name
        self.lines: list[Line] = []
        self.theorems: dict[str, Any] = {}
        self._known: dict[str, Line] = {}
        self._citations: dict[int, list[str]] = {}
        self._assumptions = {a.in_kernel: a for a in context.assumptions}
        self._terms: dict[Term, int] = {}
        self._names: dict[str, list[str]] = {}
        self._numbers: dict[int, int] = {}
        empty: dict[str, Any] = {key: {} if key in _OBJECTS else [] for key in KEYS}
        self._kernel = Replay({**empty, "theorem": name}, {})
        self._kernel.assumptions = [a.in_kernel for a in context.assumptions]
        self._kernel.definitions = {d.name: d.in_kernel for d in context.definitions}
        self._kernel.parameters = context.kernel_parameters

    def cited(self, derivation: Any, result: str) -> Any:
        """A result of an earlier derivation, as a judgement that may be read here."""
        if self.theorems.setdefault(derivation.name, derivation) is not derivation:
            raise KernelError(f"two derivations of {derivation.name} are cited in one proof")
        step = derivation.results[result]
        self._citations[id(step)] = [derivation.name, result]
        self._kernel.data["cites"][derivation.name] = derivation.digest
        self._kernel.proved = {**self._kernel.proved, derivation.name: derivation.theorem}
        return step

    def citation(self, step: Any) -> list[str]:
        """How a certificate names a result that ``cited`` gave."""
        if id(step) not in self._citations:
            raise KernelError(f"{step!r} is no step of this proof and no cited result")
        return self._citations[id(step)]

    def assumption(self, code: Any) -> Assumption:
        """The author's assumption that the kernel knows as ``code``."""
        if code not in self._assumptions:
            # what a sum that leaves one out asks for: the kernel keeps the difference of the two
            addends = sympy.Add.make_args(decode(code.groups[0][0]))
            below = [part for part in addends if part.could_extract_minus_sign()]
            above = [part for part in addends if part not in below]
            self._assumptions[code] = distinct(sympy.Add(*above), -sympy.Add(*below))
        return self._assumptions[code]

    def write(
        self,
        rule: str,
        *arguments: Any,
        stated: tuple[str, Any, Any] | None = None,
        positive: Sequence[Line] = (),
    ) -> Line:
        """Add a line; ``RuleRefusedError`` if the kernel does not accept it."""
        said = None if stated is None else (stated[0], encode(stated[1]), encode(stated[2]))
        codes = [self._code(value) for value in arguments]
        shown = said and [said[0], self._code(said[1]), self._code(said[2])]
        code = [rule, codes, shown, [self._code(line) for line in positive]]
        key = repr(code)
        if key not in self._known:
            try:
                judgement = self._kernel.next_line(code)
            except Refused as error:
                raise RuleRefusedError(self.rule, str(error)) from None
            line = Line(rule, arguments, said, tuple(positive), judgement, self)
            self._known[key] = line
            self._numbers[id(line)] = len(self.lines)
            self.lines.append(line)
            self._kernel.lines.append(judgement)
        return self._known[key]

    def _code(self, value: Any) -> Any:
        """An argument as the kernel reads it here: terms and lines by their places."""
        if isinstance(value, tuple):
            if value not in self._terms:
                for key, thing, start in names_in(value):
                    declare(self._names, key, thing)
                    self._kernel.names.things[key] = start
                self._terms[value] = len(self._kernel.table)
                self._kernel.table.append(value)
            return self._terms[value]
        if isinstance(value, Line):
            return self.place(value)
        if isinstance(value, Assumption):
            if value.in_kernel not in self._kernel.assumptions:
                self._assumptions[value.in_kernel] = value
                self._kernel.assumptions.append(value.in_kernel)
            return self._kernel.assumptions.index(value.in_kernel)
        if isinstance(value, Definition):
            return self.context.definitions.index(value)
        if isinstance(value, list):
            return [self._code(item) for item in value]
        if isinstance(value, dict):
            return {key: self._code(item) for key, item in value.items()}
        return value

    def scalar_name(self, name: str, domain: str) -> str:
        """``name``, with its domain behind it where a scalar of another one is called so here."""
        taken = self._names.get(name, ["scalar", domain])
        return name if taken == ["scalar", domain] else f"{name}_{domain}"

    def place(self, line: Line) -> int:
        """The place of one of the lines; a step of another proof has none."""
        if line.book is not self:
            raise RuleRefusedError(self.rule, "a premise belongs to another context")
        return self._numbers[id(line)]

    # ------------------------------------------------------------------ lines of several rules

    def assume(self, assumption: Assumption, values: Sequence[Any], stated: Any = None) -> Line:
        """An instance of a relation that is assumed."""
        return self.write("assume", assumption, [encode(v) for v in values], stated=stated)

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


_OBJECTS = ("names", "cites", "results", "quantities")


def _name_of(term: Term) -> tuple[str, list[str], Term]:
    """How a certificate declares the name of a scalar, family or function."""
    inner = parts(term)
    start = term[: len(term) - len(inner)]
    key = f"{term[1]}/{len(inner)}" if inner else str(term[1])
    kinds = {"scalar": ["scalar", term[-1]], "apply": ["function"]}
    member = ["random"] if term[2:3] == (True,) else ["fixed", *term[3:4]]
    return key, kinds.get(term[0], member), start


def names_in(term: Term) -> Iterable[tuple[str, list[str], Term]]:
    """The names in ``term``, and what they stand for."""
    return (_name_of(node) for node in nodes(term) if node[0] in ("scalar", "member", "apply"))


def declare(names: dict[str, list[str]], key: str, thing: list[str]) -> None:
    """Add a name; ``IllFormedTermError`` if it stands for something else already."""
    if names.setdefault(key, thing) != thing:
        raise IllFormedTermError(f"{key} names two things: choose another name")


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
        inner = parts(term)
        if head in ("scalar", "member", "apply"):
            declare(self.names, *_name_of(term)[:2])
            if not inner:
                return term[1]
        if term not in self._places:
            row = [term[1] if head in ("member", "apply") else head, *map(self.term, inner)]
            if self.inline:
                return row
            self._places[term] = len(self.rows)
            self.rows.append(row)
        return self._places[term]

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
