"""Instances of theorems and lemmas: when a judgement may be read with other symbols.

A judgement holds for all values of its free scalars, for all families that satisfy its Γ, and for
all meanings of its opaque functions, which are real functions of real arguments. Reading it with
terms in their place is sound when Γ, so read, is declared; when the definitions it shows hold for
what replaces them; when each term lies in its scalar's domain, and a function's term is a real
number for all real arguments; and when nothing random replaces a constant inside an expectation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sympy import Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic.assumptions import EVERY, Assumption, distinct, equation
from xavier_theory.symbolic.binding import abstract, instantiate, substitute_all
from xavier_theory.symbolic.errors import MissingAssumptionError, RuleRefusedError
from xavier_theory.symbolic.integrability import integrable
from xavier_theory.symbolic.judgements import Context, Definition, Step, spoken_of
from xavier_theory.symbolic.language import require_free_names, same, well_formed
from xavier_theory.symbolic.matching import in_domains, match
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
from xavier_theory.symbolic.transfer import gives, holds_by_form

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
    """A judgement and what is to be put for its scalars, families and opaque functions."""

    judgement: Judgement
    scalars: Mapping[Symbol, Basic]
    bodies: Mapping[Family, Basic]
    functions: Mapping[Any, Basic]
    given: tuple[Step, ...] = ()

    @classmethod
    def of(
        cls,
        judgement: Judgement,
        scalars: Mapping[str, Any],
        families: Mapping[str, Sequence[Any]],
        functions: Mapping[str, Sequence[Any]],
        given: Sequence[Step] = (),
    ) -> Specialization:
        """Find what is replaced by name; refuse names that the judgement does not have."""
        symbols, known, heads = _vocabulary(judgement)
        asked = (("scalar", scalars, symbols), ("family", families, known))
        for kind, names, there in (*asked, ("function", functions, heads)):
            for name in names:
                if name not in there or there[name] == EVERY:
                    raise _refuse(f"the judgement has no {kind} called {name}")
        values = {symbols[name]: well_formed(value) for name, value in scalars.items()}
        bodies = {known[n]: _body(n, known[n].arity, said) for n, said in families.items()}
        replaced = {
            heads[n][0]: _body(n, arity, said, "real")
            for n, said in functions.items()
            for arity in heads[n][1]
        }
        if any(
            EVERY in term.free_symbols
            for term in (*values.values(), *bodies.values(), *replaced.values())
        ):
            raise _refuse("every index at once is no value")
        require_free_names(*values.values(), *bodies.values(), *replaced.values())
        return cls(judgement, values, bodies, replaced, tuple(given))

    def __call__(self, term: Basic) -> Basic:
        """``term`` with everything replaced."""
        return substitute_all(term, self.scalars, self.bodies, self.functions)

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
        constants = spoken_of(self.judgement.assumptions, self.judgement.context)
        constants |= {s for side in sides for e in entries(side) for s in e.free_symbols}
        for symbol, value in self.scalars.items():
            if is_random(value) and (symbol in constants or not pointwise):
                raise _refuse(f"{value} is random, and {symbol} stands for a constant")
        for family, body in self.bodies.items():
            if is_random(body) and not family.random:
                raise _refuse(f"{body} is random, and {family} stands for constants")
        for head, body in self.functions.items():
            if is_random(body):
                raise _refuse(f"{body} is random, and {head} stands for a function")

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
        for body in self.functions.values():
            arguments = 1 + max((bound.depth for bound in body.atoms(Bound)), default=0)
            used |= _defined(context, instantiate(body, *_fresh(["real"] * arguments)))
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
        if holds_by_form(assumption, groups, fresh):
            return frozenset()
        for declared in context.assumptions:
            if declared.kind == assumption.kind and gives(declared, assumption, groups, fresh):
                return frozenset({declared})
        for step in self.given:
            proved = _as_assumption(step) if assumption.kind == "equation" else None
            if proved is not None and gives(proved, assumption, groups, fresh):
                return step.assumptions
        if assumption.kind == "moment":
            member, order = groups[0]
            if not is_random(member) and not is_real(member):  # log 0 is no number, nor its mean
                raise _refuse(f"{member} is not plainly a real number")
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
            others += [*self.bodies.values(), *self.functions.values()]
            others += [objective] if new != point else []
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
    """An equation that was proved, for all values of the indices that nothing else speaks of."""
    if step.relation != "=":
        return None
    fixed = spoken_of(step.assumptions, step.context)
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


def _body(name: str, arity: int, said: Sequence[Any], domain: str | None = None) -> Basic:
    """The term of (variables…, term), closed over the variables: one for each argument.

    They must range over ``domain``, if it is given: a function's arguments are any real numbers.
    """
    *variables, term = said
    term = well_formed(term)
    if len(variables) != arity:
        raise _refuse(f"{name} has {arity} indices or arguments, not {len(variables)}")
    if any(domain_of(v) is None for v in variables) or len(set(variables)) != len(variables):
        raise _refuse(f"{name} takes different scalars for its indices, got {variables}")
    if any(domain_of(v) != (domain or domain_of(v)) for v in variables):
        raise _refuse(f"{name} takes arguments that range over all {domain} numbers")
    if domain is not None and any(
        operator.free_symbols & set(variables) for operator in term.atoms(E, Var, Cov)
    ):
        raise _refuse(f"an argument of {name} may be random, and stands inside an expectation")
    return abstract(term, *variables)


def _vocabulary(
    judgement: Judgement,
) -> tuple[dict[str, Symbol], dict[str, Family], dict[str, tuple[Any, set[int]]]]:
    """Scalars, families, and functions with the numbers of their arguments, by name."""
    terms = [judgement.left, judgement.right]
    terms += [term for a in judgement.assumptions for group in a.groups for term in group]
    terms += [side for d in judgement.context.definitions for side in (d.head, d.body)]
    symbols = {symbol.name: symbol for term in terms for symbol in term.free_symbols}
    heads: dict[str, tuple[Any, set[int]]] = {}
    for node in (node for term in terms for node in term.atoms(AppliedUndef)):
        heads.setdefault(node.func.__name__, (node.func, set()))[1].add(len(node.args))
    families = {entry.family.name: entry.family for term in terms for entry in entries(term)}
    return symbols, families, heads


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
