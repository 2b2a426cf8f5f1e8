"""Rules that read a theorem or a cited lemma with other symbols, and the witnesses for them.

A judgement holds for all values of its free scalars, for all families that satisfy its Γ, and for
all meanings of its opaque functions. What it assumes must hold here for what is put in: each
assumption in its Γ, and each definition that it shows, gets a witness that the kernel looks at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.kernel.algebra import equal
from xavier_theory.kernel.terms import Term, closed
from xavier_theory.symbolic import lemmas
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import abstract, instantiate, substitute_all
from xavier_theory.symbolic.encoding import encode, same, well_formed
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError, hint
from xavier_theory.symbolic.judgements import Definition, Step, spoken_of
from xavier_theory.symbolic.lines import Line, Notebook
from xavier_theory.symbolic.matching import match
from xavier_theory.symbolic.signs import in_domain, is_zero_function
from xavier_theory.symbolic.tactics.declared import by_form, gives
from xavier_theory.symbolic.tactics.engine import Inferred, positive_line, positives, rule
from xavier_theory.symbolic.tactics.equality import linear_combination
from xavier_theory.symbolic.tactics.integrability import integrable
from xavier_theory.symbolic.terms import EVERY, Entry, Family, domain_of, entries, scalar

Witness = list[Any]
RULE, SEVERAL = "specialize", -1


@rule
def specialize(
    book: Notebook,
    theorem: Step,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
    given: Sequence[Step] = (),
    functions: Mapping[str, Sequence[Any]] | None = None,
) -> Inferred:
    """A judgement ⟹ its instance, with terms for its scalars, families and opaque functions.

    ``scalars`` maps names to terms; ``families`` and ``functions`` map names to (variables…,
    term). The judgement may come from another context: each assumption in its Γ, so instantiated,
    must be declared here, hold here by form, or be a judgement in ``given``, and each definition it
    stands on must hold here. Refuses if a term is not in the scalar's domain, or if a random term
    takes the place of a constant or a function.
    """
    own = theorem.context is book.context
    source = theorem.line if own else book.citation(theorem)
    reading = _Reading.of(theorem, scalars, families or {}, functions or {})
    return _instance(book, theorem, source, reading, own, given)


@rule
def cite(
    book: Notebook,
    lemma: str,
    scalars: Mapping[str, Any],
    families: Mapping[str, Sequence[Any]] | None = None,
    functions: Mapping[str, Sequence[Any]] | None = None,
) -> Inferred:
    """⟹ an instance of a lemma from the literature, one of ``lemmas.LEMMAS``.

    Instantiated like a theorem in ``specialize``; Γ: the lemma's own assumptions, which must be
    declared.
    """
    found = lemmas.lemma(lemma)
    reading = _Reading.of(found, scalars, families or {}, functions or {})
    return _instance(book, found, lemma, reading, False, ())


def _instance(
    book: Notebook, judgement: Any, source: Any, reading: _Reading, own: bool, given: Sequence[Step]
) -> Inferred:
    for symbol, value in reading.scalars.items():
        if value.is_Rational and not in_domain(value, domain_of(symbol) or "real"):
            raise _refuse(f"{value} is not plainly a {domain_of(symbol)} number, as {symbol} is")
    finder = _Witnesses(book, judgement, reading, own, tuple(given))
    witnesses = [finder.for_assumptions(), finder.for_definitions()]
    left, right = reading(judgement.left), reading(judgement.right)
    positive = positives(book, left, right, *reading.scalars.values())
    positive += [line for line in finder.domain_lines() if line not in positive]
    stated = (judgement.relation, left, right)
    line = book.write(
        "instance",
        source,
        reading.codes(),
        witnesses,
        stated=stated,
        positive=positive,
    )
    return Inferred(*stated, line)


def _refuse(reason: str) -> RuleRefusedError:
    return RuleRefusedError(RULE, reason)


@dataclass(frozen=True)
class _Reading:
    """What is put for a judgement's scalars, families and opaque functions."""

    scalars: Mapping[Symbol, Basic]
    bodies: Mapping[Family, Basic]
    functions: Mapping[Any, Basic]
    arities: Mapping[Any, int]

    @classmethod
    def of(
        cls,
        judgement: Any,
        scalars: Mapping[str, Any],
        families: Mapping[str, Sequence[Any]],
        functions: Mapping[str, Sequence[Any]],
    ) -> _Reading:
        """Find what is replaced by name; refuse names that the judgement does not have."""
        symbols, known, heads = vocabulary(judgement)
        asked = (("scalar", scalars, symbols), ("family", families, known))
        for kind, names, there in (*asked, ("function", functions, heads)):
            for name in names:
                if name not in there or there[name] == EVERY:
                    raise _refuse(f"the judgement has no {kind} called {name}; {hint(name, there)}")
                if kind == "function" and there[name][1] == SEVERAL:
                    raise _refuse(f"{name} has different numbers of indices or arguments")
        values = {symbols[name]: well_formed(value) for name, value in scalars.items()}
        bodies = {known[n]: _body(n, known[n].arity, said) for n, said in families.items()}
        replaced = {heads[n][0]: _body(n, heads[n][1], s, "real") for n, s in functions.items()}
        return cls(values, bodies, replaced, {heads[n][0]: heads[n][1] for n in functions})

    def __call__(self, term: Basic) -> Basic:
        """``term`` with everything replaced."""
        return substitute_all(term, self.scalars, self.bodies, self.functions)

    def codes(self) -> dict[str, Term]:
        """What is put in, by the names that a certificate has."""
        found = {symbol.name: encode(value) for symbol, value in self.scalars.items()}
        for family, body in self.bodies.items():
            found[f"{family.name}/{family.arity}" if family.arity else family.name] = encode(body)
        for head, body in self.functions.items():
            found[f"{head.__name__}/{self.arities[head]}"] = encode(body)
        return found


def _body(name: str, arity: int, said: Sequence[Any], domain: str | None = None) -> Basic:
    """The term of (variables…, term), closed over the variables: one for each argument."""
    *variables, term = said
    term = well_formed(term)
    if len(variables) != arity:
        raise _refuse(f"{name} has {arity} indices or arguments, not {len(variables)}")
    if any(domain_of(v) is None for v in variables) or len(set(variables)) != len(variables):
        raise _refuse(f"{name} takes different scalars for its indices, got {variables}")
    if any(domain_of(v) != (domain or domain_of(v)) for v in variables):
        raise _refuse(f"{name} takes arguments that range over all {domain} numbers")
    return abstract(term, *variables)


def vocabulary(
    judgement: Any,
) -> tuple[dict[str, Symbol], dict[str, Family], dict[str, tuple[Any, int]]]:
    """What occurs in a judgement or what it rests on, by name.

    Scalars, families, and functions with their numbers of arguments.
    """
    terms = [judgement.left, judgement.right]
    terms += [term for a in judgement.assumptions for group in a.groups for term in group]
    terms += [side for d in judgement.context.definitions for side in (d.head, d.body)]
    symbols = {symbol.name: symbol for term in terms for symbol in term.free_symbols}
    heads: dict[str, tuple[Any, int]] = {}
    for node in (node for term in terms for node in term.atoms(AppliedUndef)):
        found = heads.setdefault(node.func.__name__, (node.func, len(node.args)))
        if found[1] != len(node.args):
            heads[node.func.__name__] = (node.func, SEVERAL)
    families = {entry.family.name: entry.family for term in terms for entry in entries(term)}
    return symbols, families, heads


@dataclass(frozen=True)
class _Witnesses:
    """Finds what shows each assumption and definition of a judgement, as it is read here."""

    book: Notebook
    judgement: Any
    reading: _Reading
    own: bool
    given: tuple[Step, ...]

    def for_assumptions(self) -> Witness:
        """A witness for each assumption."""
        found: Witness = []
        listed = self.judgement.context.assumptions
        for assumption in sorted(self.judgement.assumptions, key=lambda a: a.text):
            as_read = [[self.reading(term) for term in group] for group in assumption.groups]
            untouched = as_read == [list(group) for group in assumption.groups]
            if assumption.kind != "distinct" and not (self.own and untouched):
                place = assumption if self.own else listed.index(assumption)
                found.append([place, self._assumption(assumption)])
        return found

    def _fresh(self, domains: Sequence[str]) -> list[Symbol]:
        return [
            scalar(self.book.scalar_name(f"_v{place}", domain), domain)
            for place, domain in enumerate(domains)
        ]

    def _assumption(self, assumption: Assumption) -> Witness:
        variables = (*assumption.domains, *(["real"] if assumption.kind == "density" else []))
        fresh = self._fresh(variables)
        groups = [
            [instantiate(self.reading(term), *fresh) for term in group]
            for group in assumption.groups
        ]
        shown = by_form(self.book, assumption.kind, groups, fresh)
        names = [encode(name) for name in fresh]
        if isinstance(shown, Line):
            return ["line", shown, names]
        if shown:
            return ["form"]
        for declared in self.book.context.assumptions:
            if declared.kind == assumption.kind:
                values = gives(declared, assumption, groups, fresh)
                if values is not None and declared.kind in ("equation", "at_most", "positive"):
                    line = self.book.assume(declared, values)
                    return ["line", line, names]
                other_order = declared.kind == "moment" and declared.parts[1] != groups[0][1]
                if values is not None and not other_order:
                    at = [closed(encode(value), *map(encode, fresh)) for value in values]
                    return ["assume", declared, at]
        if assumption.kind == "moment":
            return ["line", self._moment(*groups[0]), names]
        for step in self.given:
            given = self._given(step, assumption, groups[0])
            if given is not None:
                return ["line", given, names]
        said = "; ".join(", ".join(map(str, group)) for group in groups)
        raise MissingAssumptionError(RULE, f"{assumption.name} ({assumption.kind}: {said})")

    def _moment(self, term: Basic, order: Basic) -> Line:
        """A line that term^order is integrable, as the kernel reads that power."""
        power = term**order
        line = integrable(self.book, RULE, power)
        as_read = sympy.Pow(term, order, evaluate=False)
        if equal(encode(power), encode(as_read)):
            return line
        same_power = linear_combination(self.book, "=", power, as_read)
        return self.book.write("carried", line, same_power.line)

    def _given(self, step: Step, assumption: Assumption, sides: Sequence[Basic]) -> Line | None:
        """An instance of a judgement that says what is asked, about any indices."""
        relations = {"equation": ("=",), "at_most": ("=", "<="), "positive": ("<",)}
        if step.relation not in relations.get(assumption.kind, ()):
            return None
        apart = {a for a in step.assumptions if a.kind == "distinct" and assumption.conditions}
        fixed = spoken_of(step.assumptions - apart, step.context)
        free = sorted(step.left.free_symbols - fixed - {EVERY}, key=str)
        bindings = match(abstract(step.left, *free), sides[0], {})
        if bindings is None or not all(
            in_domain(bindings.get(k, s), domain_of(s) or "real") for k, s in enumerate(free)
        ):
            return None
        scalars = {s.name: bindings[k] for k, s in enumerate(free) if k in bindings}
        try:
            line = specialize(self.book, step, scalars).line
        except RuleRefusedError:
            return None
        relation, left, right = step.relation, *map(encode, sides)
        if line.stated is None or not all(
            equal(one, two) for one, two in zip(line.stated[1:], (left, right), strict=True)
        ):
            return None
        return line if relation else None

    def for_definitions(self) -> Witness:
        """A witness for each definition that the judgement shows."""
        found: Witness = []
        listed = self.judgement.context.definitions
        for definition in _visible_definitions(self.judgement):
            touched = any(self.reading(s) != s for s in (definition.head, definition.body))
            if self.own and not touched:
                continue
            fresh = self._fresh(definition.domains)
            head, body = (self.reading(side) for side in definition.equation(*fresh))
            witness = self._definition(head, body, fresh)
            if witness is None:
                raise _refuse(
                    f"the definition {definition.name} does not hold here: {head} is not {body}"
                )
            found.append([definition if self.own else listed.index(definition), witness])
        return found

    def _definition(self, head: Basic, body: Basic, fresh: Sequence[Symbol]) -> Witness | None:
        if same(head, body) or is_zero_function(head - body):
            line = self.book.algebra("=", head, body)
            return ["line", line, [encode(name) for name in fresh]]
        for definition in self.book.context.definitions:
            bindings = match(definition.head, head, {}) if isinstance(head, Entry) else None
            if bindings is not None and len(bindings) == len(definition.domains):
                values = [bindings[place] for place in range(len(bindings))]
                inside = all(map(in_domain, values, definition.domains))
                _, expected = definition.equation(*values)
                if inside and (same(expected, body) or is_zero_function(expected - body)):
                    line = self.book.write("define", definition, [encode(v) for v in values])
                    return ["line", line, [encode(name) for name in fresh]]
        return None

    def domain_lines(self) -> list[Line]:
        """What makes the terms for positive scalars positive, where it is not plain."""
        lines = []
        for symbol, value in self.reading.scalars.items():
            domain = domain_of(symbol) or "real"
            if in_domain(value, domain):
                continue
            line = (
                positive_line(self.book, value) if domain in ("positive", "nonnegative") else None
            )
            if line is None and domain in ("positive", "nonnegative"):
                raise MissingAssumptionError(RULE, f"{value} > 0")
            if line is None:
                raise _refuse(f"{value} is not plainly a {domain} number, as {symbol} must be")
            lines.append(line)
        return lines


def _visible_definitions(judgement: Any) -> list[Definition]:
    """The definitions under the families that the judgement or its Γ shows."""
    terms = [judgement.left, judgement.right]
    terms += [term for a in judgement.assumptions for group in a.groups for term in group]
    seen = {entry.family for term in terms for entry in entries(term)}
    visible: list[Definition] = []
    found = True
    while found:
        found = False
        for definition in judgement.context.definitions:
            if definition.head.family in seen and definition not in visible:
                visible.append(definition)
                seen |= {entry.family for entry in entries(definition.body)}
                found = True
    return visible
