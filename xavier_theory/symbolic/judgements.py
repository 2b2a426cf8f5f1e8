"""Contexts, definitions and steps: what a derivation is made of.

A ``Step`` is a judgement Γ ⊢ left = right or Γ ⊢ left <= right together with the rule that made it.
It means: in every model of Γ and of the context's definitions, for all values of the free indices
and scalars in their domains, and at every outcome, the relation holds. The power to make a step is
handed out once, to ``rules.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import zip_longest
from typing import Any
from weakref import WeakKeyDictionary

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.assumptions import EVERY, Assumption
from xavier_theory.symbolic.binding import abstract, instantiate, is_closed, loose_entries
from xavier_theory.symbolic.errors import IllFormedTermError, RuleRefusedError, TamperedError
from xavier_theory.symbolic.language import encode, require_free_names, to_text, well_formed
from xavier_theory.symbolic.names import Vocabulary, require_shown, vocabulary
from xavier_theory.symbolic.signs import in_domain
from xavier_theory.symbolic.terms import (
    DOMAINS,
    Bound,
    Entry,
    Family,
    domain_of,
    is_random,
    scalar,
)

RELATIONS = ("=", "<=")


@dataclass(frozen=True)
class Definition:
    """``head = body`` for all values of the variables: what a family is, by means of others.

    Its own lower layers may be among these. ``Bound(k)`` stands for the k-th variable. Make one
    with ``define``.
    """

    name: str
    domains: tuple[str, ...]
    head: Entry = field(compare=False)
    body: Basic = field(compare=False)
    text: str = ""

    def __post_init__(self) -> None:
        require_shown(self.name)
        object.__setattr__(self, "text", to_text([encode(self.head), encode(self.body)]))

    def __repr__(self) -> str:
        head, body = self.equation(*(Symbol(f"v{place}") for place in range(len(self.domains))))
        return f"<Definition {self.name}: {head} = {body}>"

    def equation(self, *values: Basic) -> tuple[Basic, Basic]:
        """Head and body for given values of the variables."""
        return instantiate(self.head, *values), instantiate(self.body, *values)

    def encode(self) -> list[Any]:
        """The definition as JSON."""
        return [self.name, list(self.domains), encode(self.head), encode(self.body)]


def define(name: str, head: Entry, body: Any, *variables: Symbol) -> Definition:
    """``head := body`` for all ``variables``.

    A recursive head must be ``F[l + 1, …]`` with F[l, …] in the body.
    """
    domains = tuple(domain_of(variable) or "" for variable in variables)
    return checked_definition(
        Definition(
            name, domains, abstract(head, *variables), abstract(well_formed(body), *variables)
        )
    )


def checked_definition(definition: Definition) -> Definition:
    """``definition``, if it can define its family.

    Raises ``IllFormedTermError`` if it could contradict something.
    """
    name, head, count = definition.name, definition.head, len(definition.domains)
    variables = [Bound(place) for place in range(count)]
    allowed = [
        [variable, *([variable + 1] if place == 0 else [])]
        for place, variable in enumerate(variables)
    ]
    if not isinstance(head, Entry) or len(head.indices) != count:
        raise IllFormedTermError(
            f"the definition {name} needs a head with one variable for each index"
        )
    if any(index not in options for index, options in zip(head.indices, allowed, strict=True)):
        raise IllFormedTermError(f"the head {head} of {name} is not F[v, ...] or F[v + 1, ...]")
    if is_random(definition.body) and not head.family.random:
        raise IllFormedTermError(f"the definition {name} makes the constant {head.family} random")
    if definition.domains[:1] in (("real",), ("positive",), ("nonnegative",)) and _is_layered(
        definition
    ):
        raise IllFormedTermError(f"the layers of the definition {name} have no first one")
    _require_number(definition)
    return definition


def _require_number(definition: Definition) -> None:
    """Refuse a body that may be no real number, or none in the domain of the head's family."""
    name, body, family = definition.name, definition.body, definition.head.family
    if any(domain not in DOMAINS for domain in definition.domains):
        raise IllFormedTermError(f"the definition {name} has a variable that is no scalar")
    require_free_names(definition.head, body)
    if not is_closed(body, len(definition.domains)) or EVERY in body.free_symbols:
        raise IllFormedTermError(f"the body of the definition {name} has an index that it lacks")
    values = [scalar(f"_v{place}", domain) for place, domain in enumerate(definition.domains)]
    opened = well_formed(instantiate(body, *values))
    if not in_domain(opened, family.domain):
        raise IllFormedTermError(
            f"the definition {name}: {opened} is not plainly a {family.domain} number, as {family} "
            "must be"
        )


@dataclass(frozen=True)
class Context:
    """What a derivation may use: named assumptions and definitions. No family is defined twice."""

    assumptions: tuple[Assumption, ...] = ()
    definitions: tuple[Definition, ...] = ()

    def __post_init__(self) -> None:
        if {type(a) for a in self.assumptions} - {Assumption} or {
            type(d) for d in self.definitions
        } - {Definition}:
            raise IllFormedTermError("a context holds assumptions and definitions, nothing else")
        for kind, items in (("assumption", self.assumptions), ("definition", self.definitions)):
            names = [item.name for item in items]
            for name in names:
                if names.count(name) > 1:
                    raise IllFormedTermError(f"two {kind}s are called {name}")
        heads = [definition.head.family for definition in self.definitions]
        for definition in self.definitions:
            if heads.count(definition.head.family) > 1:
                raise IllFormedTermError(f"{definition.head.family} is defined twice")
        for position, definition in enumerate(self.definitions):
            checked_definition(definition)
            self._check_order(definition, set(heads[:position]))
        _ = self.vocabulary  # one name, one thing

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the names in assumptions and definitions stand for."""
        terms = [term for a in self.assumptions for group in a.groups for term in group]
        return vocabulary([*terms, *(t for d in self.definitions for t in (d.head, d.body))])

    def _check_order(self, definition: Definition, earlier: set[Family]) -> None:
        """No circle: a body uses families defined earlier, or any at the layer below.

        With layers, "earlier" must mean the same first index, or a defined family could be reached
        again from above.
        """
        defined = {other.head.family for other in self.definitions}
        layered = any(map(_is_layered, self.definitions))
        for entry in loose_entries(definition.body):
            if entry.family not in defined or _is_lower(entry, definition.head):
                continue
            level = (
                bool(definition.head.indices) and entry.indices[:1] == definition.head.indices[:1]
            )
            if entry.family not in earlier or (layered and not level):
                raise IllFormedTermError(
                    f"the definition {definition.name} runs in a circle at {entry}"
                )

    def named(self, name: str) -> Assumption:
        """The declared assumption called ``name``."""
        for assumption in self.assumptions:
            if assumption.name == name:
                return assumption
        raise RuleRefusedError("assumption", f"no assumption called {name} is declared")

    def definition(self, name: str) -> Definition:
        """The definition called ``name``."""
        for definition in self.definitions:
            if definition.name == name:
                return unaltered(definition)
        raise RuleRefusedError("definition", f"no definition is called {name}")

    @property
    def parameters(self) -> frozenset[Symbol]:
        """The scalars that definitions speak of: one number each throughout, so never "any"."""
        terms = [side for d in self.definitions for side in (d.head, d.body)]
        return frozenset(symbol for term in terms for symbol in term.free_symbols)

    def of_kind(self, kind: str) -> tuple[Assumption, ...]:
        """The declared assumptions of one kind."""
        return tuple(assumption for assumption in self.assumptions if assumption.kind == kind)


def spoken_of(assumptions: Iterable[Assumption], context: Context) -> frozenset[Symbol]:
    """The scalars of which a judgement knows one value only: Γ or a definition speaks of them.

    It holds for every value of its other scalars: these alone may be generalized.
    """
    in_assumptions = frozenset(symbol for a in assumptions for symbol in a.free_symbols)
    return in_assumptions | context.parameters


def _is_layered(definition: Definition) -> bool:
    """Whether ``definition`` relates one layer to the next: its order is by layers then."""
    head = definition.head
    return bool(head.indices and head.indices[0] != Bound(0)) or any(
        _is_lower(entry, head) for entry in loose_entries(definition.body)
    )


def _is_lower(entry: Entry, head: Entry) -> bool:
    """Whether ``entry`` belongs to the layer below: its first index is one less than ``head``'s."""
    return bool(entry.indices and head.indices and entry.indices[0] + 1 == head.indices[0])


class Step:
    """A proved judgement. Only a rule can make one, and it cannot be changed."""

    __slots__ = (
        "__weakref__",
        "arguments",
        "assumptions",
        "context",
        "left",
        "premises",
        "relation",
        "right",
        "rule",
        "text",
    )
    arguments: dict[str, Any]
    assumptions: frozenset[Assumption]
    context: Context
    left: Basic
    premises: tuple[Step, ...]
    relation: str
    right: Basic
    rule: str
    text: str

    def __new__(cls, *_: Any, **__: Any) -> Step:
        """Refuse: ``TamperedError``."""
        raise TamperedError("a step is made by a rule, never by hand")

    def __setattr__(self, name: str, value: Any) -> None:
        raise TamperedError("a step cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise TamperedError("a step cannot be changed")

    def __reduce__(self) -> Any:
        raise TamperedError("a step cannot be copied or pickled: use a certificate")

    def __repr__(self) -> str:
        return f"<Step {self.rule}: {self.left} {self.relation} {self.right}>"

    @property
    def formula(self) -> Basic:
        """The judgement's relation as an unevaluated sympy relation."""
        relation = sympy.Eq if self.relation == "=" else sympy.Le
        return relation(self.left, self.right, evaluate=False)


def unaltered(item: Any) -> Any:
    """The assumption or definition ``item``, if its parts still say what its text says."""
    if type(item) not in (Assumption, Definition):
        raise TamperedError(f"{item!r} is no assumption and no definition")
    if type(item)(**{f.name: getattr(item, f.name) for f in fields(item)}).text != item.text:
        raise TamperedError(f"{item.name} was altered from outside")
    return item


def judgement_text(relation: str, left: Basic, right: Basic) -> str:
    """The canonical text of a relation."""
    return to_text([relation, encode(left), encode(right)])


def untampered(step: Any) -> Step:
    """``step``, if it is one and still says what it said when it was made."""
    if type(step) is not Step:
        raise TamperedError(f"a {type(step).__name__} is no step")
    if step not in _seals:
        raise TamperedError("a step was not made by a rule")
    content, told = _seals[step]
    if any(getattr(step, name) is not value for name, value in content.items()):
        raise TamperedError(f"a step made by the rule {step.rule} was altered from outside")
    if any(now is not then for now, then in zip_longest(_told(content), told)):
        raise TamperedError(f"what a step made by the rule {step.rule} rests on was altered")
    if judgement_text(step.relation, step.left, step.right) != step.text:
        raise TamperedError(f"a step made by the rule {step.rule} was altered from outside")
    return step


_seals: WeakKeyDictionary[Step, tuple[dict[str, Any], list[Any]]] = WeakKeyDictionary()
"""What each step said when a rule made it: ``object.__new__`` makes a step without one."""


def _told(content: Mapping[str, Any]) -> list[Any]:
    """All that Γ and the context of a step say: they can be altered in place, as the step can."""
    context = content["context"]
    items = [*content["assumptions"], *context.assumptions, *context.definitions]
    parts = [getattr(item, part.name) for item in items for part in fields(item)]
    return [context.assumptions, context.definitions, *parts]


def _make_step(**content: Any) -> Step:
    step = object.__new__(Step)
    if content["relation"] not in RELATIONS:
        raise IllFormedTermError(f"{content['relation']!r} is no relation")
    for side in ("left", "right"):
        content[side] = well_formed(content[side])
        require_free_names(content[side])
        if EVERY in content[side].free_symbols:
            raise IllFormedTermError("a judgement is about single indices, not about every one")
    vocabulary((content["left"], content["right"]), content["context"].vocabulary)
    content["text"] = judgement_text(content["relation"], content["left"], content["right"])
    for name, value in content.items():
        object.__setattr__(step, name, value)
    _seals[step] = (content, _told(content))
    return step


_makers: list[Callable[..., Step]] = [_make_step]
del _make_step


def take_step_maker() -> Callable[..., Step]:
    """The power to make steps: handed out once, to ``rules.py``; ``TamperedError`` ever after."""
    if not _makers:
        raise TamperedError("only the rules make steps")
    return _makers.pop()
