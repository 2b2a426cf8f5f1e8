"""Instances of theorems and lemmas: when a judgement may be read with other symbols.

A judgement holds for all values of its free scalars and for all families that satisfy its Γ.
Reading it with terms in their place is sound when Γ, so read, is declared; when the definitions it
shows hold for what replaces them; when each term lies in its scalar's domain; and when nothing
random replaces a constant inside an expectation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import EVERY, Assumption, distinct, equation
from xavier_theory.symbolic.binding import abstract, instantiate, substitute_all
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.integrability import integrable
from xavier_theory.symbolic.judgements import Context, Definition, Step
from xavier_theory.symbolic.language import same, well_formed
from xavier_theory.symbolic.matching import Bindings, in_domains, match, separates
from xavier_theory.symbolic.normal_form import denominators, is_zero_function
from xavier_theory.symbolic.signs import in_domain, is_positive, is_real
from xavier_theory.symbolic.terms import (
    DOMAINS,
    Bound,
    Cov,
    E,
    Entry,
    Family,
    Var,
    domain_of,
    entries,
    is_random,
    scalar,
)

RULE = "specialize"
Used = frozenset[Assumption]


class Judgement(Protocol):
    """What can be instantiated: a step or a lemma."""

    @property
    def left(self) -> Basic:
        """The left side."""

    @property
    def right(self) -> Basic:
        """The right side."""

    @property
    def assumptions(self) -> frozenset[Assumption]:
        """Γ: what it rests on."""

    @property
    def context(self) -> Context:
        """What was declared where it was made."""


def positive_by(context: Context, rule_name: str, term: Basic) -> Used:
    """What makes ``term`` > 0: nothing if its form does, else a declared assumption.

    Raises ``MissingAssumptionError`` if neither does.
    """
    if is_positive(term):
        return frozenset()
    for assumption in context.of_kind("positive"):
        bindings = match(assumption.parts[0], term, {})
        if bindings is not None and in_domains(assumption, bindings):
            return frozenset({assumption})
    raise MissingAssumptionError(rule_name, f"{term} > 0")


def _refuse(reason: str) -> RuleRefusedError:
    return RuleRefusedError(RULE, reason)


@dataclass(frozen=True)
class Specialization:
    """A judgement and what is to be put for its scalars and families."""

    judgement: Judgement
    scalars: Mapping[Symbol, Basic]
    bodies: Mapping[Family, Basic]
    given: tuple[Step, ...] = ()

    @classmethod
    def of(
        cls,
        judgement: Judgement,
        scalars: Mapping[str, Any],
        families: Mapping[str, Sequence[Any]],
        given: Sequence[Step] = (),
    ) -> Specialization:
        """Find the symbols and families by name; refuse names that the judgement does not have."""
        symbols, known = _vocabulary(judgement)
        for kind, names, there in (("scalar", scalars, symbols), ("family", families, known)):
            for name in names:
                if name not in there or there[name] == EVERY:
                    raise _refuse(f"the judgement has no {kind} called {name}")
        values = {symbols[name]: well_formed(value) for name, value in scalars.items()}
        bodies = {}
        for name, (*variables, body) in families.items():
            if len(variables) != known[name].arity:
                raise _refuse(f"{name} has {known[name].arity} indices, not {len(variables)}")
            if any(domain_of(v) is None for v in variables) or len(set(variables)) != len(
                variables
            ):
                raise _refuse(f"{name} takes different scalars for its indices, got {variables}")
            bodies[known[name]] = abstract(well_formed(body), *variables)
        if any(EVERY in term.free_symbols for term in (*values.values(), *bodies.values())):
            raise _refuse("every index at once is no value")
        return cls(judgement, values, bodies, tuple(given))

    def __call__(self, term: Basic) -> Basic:
        """``term`` with everything replaced."""
        return substitute_all(term, self.scalars, self.bodies)

    def sides(self) -> tuple[Basic, Basic]:
        """The instance's two sides."""
        return self(self.judgement.left), self(self.judgement.right)

    def transferred(self, context: Context) -> Used:
        """Γ of the instance.

        Refuses if an assumption, a definition, a domain or a constant is not respected.
        """
        self._require_constants()
        used = self._domain_conditions(context)
        for assumption in self.judgement.assumptions:
            used |= self._assumption(context, assumption)
        self._require_definitions(context)
        return used

    def _require_constants(self) -> None:
        sides = (self.judgement.left, self.judgement.right)
        pointwise = not any(side.has(E, Var, Cov) for side in sides)
        for symbol, value in self.scalars.items():
            named = any(
                symbol in assumption.free_symbols for assumption in self.judgement.assumptions
            )
            if is_random(value) and (named or not pointwise):
                raise _refuse(f"{value} is random, and {symbol} stands for a constant")
        for family, body in self.bodies.items():
            if is_random(body) and not family.random:
                raise _refuse(f"{body} is random, and {family} stands for constants")

    def _domain_conditions(self, context: Context) -> Used:
        used: Used = frozenset()
        for symbol, value in self.scalars.items():
            domain = next(d for d in DOMAINS if symbol == scalar(symbol.name, d))
            used |= _defined(context, value)
            if not in_domain(value, domain):
                if domain not in ("positive", "nonnegative"):
                    raise _refuse(f"{value} is not plainly a {domain} number, as {symbol} must be")
                used |= positive_by(context, RULE, value)
        for family, body in self.bodies.items():
            opened = instantiate(body, *_fresh(["real"] * family.arity))
            used |= _defined(context, opened)
            if not in_domain(opened, family.domain):
                raise _refuse(
                    f"{opened} is not plainly a {family.domain} number, as {family} must be"
                )
        return used

    def _assumption(self, context: Context, assumption: Assumption) -> Used:
        """The declared assumption that gives the instance of ``assumption``."""
        if assumption.kind == "distinct":
            return _distinct_instance(*(self(part) for part in assumption.parts))
        self._require_same_meaning(assumption)
        fresh = _fresh(_variables(assumption))
        groups = [
            [instantiate(self(term), *fresh) for term in group] for group in assumption.groups
        ]
        if _holds_by_form(assumption, groups):
            return frozenset()
        for declared in context.assumptions:
            if declared.kind == assumption.kind and _gives(declared, assumption, groups, fresh):
                return frozenset({declared})
        for step in self.given:
            proved = _as_assumption(step) if assumption.kind == "equation" else None
            if proved is not None and _gives(proved, assumption, groups, fresh):
                return step.assumptions
        if assumption.kind == "moment":
            member, order = groups[0]
            return integrable(context, RULE, member**order)
        if self.judgement.context == context and [list(g) for g in assumption.groups] == [
            [self(term) for term in group] for group in assumption.groups
        ]:
            return frozenset(
                {assumption}
            )  # an induction hypothesis of this very derivation, untouched
        said = "; ".join(", ".join(map(str, group)) for group in groups)
        raise MissingAssumptionError(RULE, f"{assumption.name} ({assumption.kind}: {said})")

    def _require_same_meaning(self, assumption: Assumption) -> None:
        """Refuse where an assumption, read with other terms, is no instance of itself."""
        if assumption.kind == "minimises" and any(self(p) != p for p in assumption.parts):
            objective, point = assumption.parts
            new = self(point)
            others = [value for symbol, value in self.scalars.items() if symbol != point]
            others += [*self.bodies.values(), *([objective] if new != point else [])]
            if domain_of(new) is None or any(new in term.free_symbols for term in others):
                raise _refuse(f"{new}, which takes the place of {point}, occurs elsewhere as well")
        if assumption.kind == "law":
            for entry in (e for term in assumption.groups[0] for e in entries(term)):
                body = self.bodies.get(entry.family)
                places = set(map(Bound, range(entry.family.arity)))
                if body is not None and not (
                    isinstance(body, Entry) and places <= set(body.indices)
                ):
                    raise _refuse(f"the law of {entry.family} is about members that all differ")

    def _require_definitions(self, context: Context) -> None:
        """Each definition that the judgement shows must hold, so read, in ``context``."""
        for definition in _visible_definitions(self.judgement):
            if definition in context.definitions and not self._touches(definition):
                continue
            head, body = (self(side) for side in definition.equation(*_fresh(definition.domains)))
            if not _is_definitional(context, head, body):
                raise _refuse(
                    f"the definition {definition.name} does not hold here: {head} is not {body}"
                )

    def _touches(self, definition: Definition) -> bool:
        return any(self(side) != side for side in (definition.head, definition.body))


def _as_assumption(step: Step) -> Assumption | None:
    """An equation that was proved, for all values of the indices that its Γ leaves free."""
    if step.relation != "=":
        return None
    fixed = {symbol for assumption in step.assumptions for symbol in assumption.free_symbols}
    free = sorted((step.left.free_symbols | step.right.free_symbols) - fixed - {EVERY}, key=str)
    shown = [symbol for symbol in free if symbol in step.left.free_symbols]
    return equation("proved", step.left, step.right, *shown)


def _defined(context: Context, value: Basic) -> Used:
    """What makes ``value`` a number: it divides by nothing but what is positive, and is real."""
    if not is_real(value):
        raise _refuse(f"{value} is not plainly a real number")
    used: Used = frozenset()
    for denominator in denominators(value):
        used |= positive_by(context, RULE, denominator)
    return used


def _variables(assumption: Assumption) -> tuple[str, ...]:
    """The domains of an assumption's variables; a density has that of its argument as well."""
    return (*assumption.domains, *(["real"] if assumption.kind == "density" else []))


def _fresh(domains: Sequence[str]) -> list[Symbol]:
    return [scalar(f"_v{place}", domain) for place, domain in enumerate(domains)]


def _vocabulary(judgement: Judgement) -> tuple[dict[str, Symbol], dict[str, Family]]:
    terms = [judgement.left, judgement.right]
    terms += [term for a in judgement.assumptions for group in a.groups for term in group]
    terms += [side for d in judgement.context.definitions for side in (d.head, d.body)]
    symbols = {symbol.name: symbol for term in terms for symbol in term.free_symbols}
    return symbols, {entry.family.name: entry.family for term in terms for entry in entries(term)}


def _visible_definitions(judgement: Judgement) -> list[Definition]:
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


def _is_definitional(context: Context, head: Basic, body: Basic) -> bool:
    if same(head, body) or is_zero_function(head - body):
        return True
    for definition in context.definitions:
        bindings = match(definition.head, head, {}) if isinstance(head, Entry) else None
        if bindings is not None and len(bindings) == len(definition.domains):
            values = [bindings[place] for place in range(len(bindings))]
            inside = all(in_domain(v, d) for v, d in zip(values, definition.domains, strict=True))
            _, expected = definition.equation(*values)
            if inside and (same(expected, body) or is_zero_function(expected - body)):
                return True
    return False


def _distinct_instance(first: Basic, second: Basic) -> Used:
    difference = first - second
    if difference.is_Integer and difference != 0:
        return frozenset()
    if first == second or not (first.is_Symbol and second.is_Symbol):
        raise _refuse(f"{first} and {second} must differ")
    return frozenset({distinct(first, second)})


def _holds_by_form(assumption: Assumption, groups: Sequence[Sequence[Basic]]) -> bool:
    """Whether an instance holds whatever is assumed: about constants, or an identity."""
    first = groups[0]
    if assumption.kind == "equation":
        return same(first[0], first[1])
    if assumption.kind == "positive":
        return is_positive(first[0])
    if assumption.kind == "moment":
        return not is_random(first[0])
    if assumption.kind == "independent":
        return any(not any(is_random(term) for term in group) for group in groups)
    return False


def _gives(
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
        if bindings is not None and pattern.has(Entry):
            attempt = match(pattern, term, bindings)
            bindings = attempt if attempt is not None else (bindings or None)
    if (
        bindings is None
        or len(bindings) != len(declared.domains)
        or not in_domains(declared, bindings)
    ):
        return False
    values = [bindings[place] for place in range(len(bindings))]
    values += fresh[len(values) :] if declared.kind == "density" else []
    skip = 1 if declared.kind == "moment" else None
    said = [[instantiate(term, *values) for term in group[:skip]] for group in declared.groups]
    asked = [list(group[:skip]) for group in groups]
    if [len(g) for g in said] != [len(g) for g in asked]:
        return False
    equal = all(
        same(s, a) for g, h in zip(said, asked, strict=True) for s, a in zip(g, h, strict=True)
    )
    return equal and _conditions_hold(declared, values, wanted, fresh)


def _conditions_hold(
    declared: Assumption, values: Sequence[Basic], wanted: Assumption, fresh: Sequence[Symbol]
) -> bool:
    """Whether what ``declared`` asks to be distinct is so wherever ``wanted`` is claimed."""
    given = [{fresh[first], fresh[second]} for first, second in wanted.conditions]
    for first, second in declared.conditions:
        difference = values[first] - values[second]
        if {values[first], values[second]} not in given and not (
            difference.is_Integer and difference != 0
        ):
            return False
    return True
