"""Contexts, definitions and steps: what a derivation is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.kernel import Refused
from xavier_theory.kernel import definitions as kernel
from xavier_theory.kernel.definitions import require_definitions
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.binding import abstract, instantiate
from xavier_theory.symbolic.encoding import encode, one_line, well_formed
from xavier_theory.symbolic.errors import IllFormedTermError, RuleRefusedError, hint
from xavier_theory.symbolic.terms import Entry, domain_of

if TYPE_CHECKING:
    from xavier_theory.symbolic.lines import Line


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
        one_line(self.name)
        object.__setattr__(self, "text", json.dumps([*self.in_kernel]))

    @cached_property
    def in_kernel(self) -> kernel.Definition:
        """What the kernel knows of it: all but the name."""
        return kernel.Definition(self.domains, encode(self.head), encode(self.body))

    def __repr__(self) -> str:
        head, body = self.equation(*(Symbol(f"v{place}") for place in range(len(self.domains))))
        return f"<Definition {self.name}: {head} = {body}>"

    def equation(self, *values: Basic) -> tuple[Basic, Basic]:
        """Head and body for given values of the variables."""
        return instantiate(self.head, *values), instantiate(self.body, *values)


def define(name: str, head: Entry, body: Any, *variables: Symbol) -> Definition:
    """``head := body`` for all ``variables``.

    A recursive head must be ``F[l + 1, …]`` with F[l, …] in the body.
    """
    domains = tuple(domain_of(variable) or "" for variable in variables)
    return Definition(
        name, domains, abstract(head, *variables), abstract(well_formed(body), *variables)
    )


@dataclass(frozen=True)
class Context:
    """What a derivation may use: named assumptions and definitions. No family is defined twice."""

    assumptions: tuple[Assumption, ...] = ()
    definitions: tuple[Definition, ...] = ()

    def __post_init__(self) -> None:
        for kind, items in (("assumption", self.assumptions), ("definition", self.definitions)):
            names = [item.name for item in items]
            for name in names:
                if names.count(name) > 1:
                    raise IllFormedTermError(f"two {kind}s are called {name}")
        try:
            require_definitions({d.name: d.in_kernel for d in self.definitions})
        except Refused as error:
            raise IllFormedTermError(f"definition {error}") from None

    def named(self, name: str) -> Assumption:
        """The declared assumption called ``name``."""
        for assumption in self.assumptions:
            if assumption.name == name:
                return assumption
        known = hint(name, [assumption.name for assumption in self.assumptions])
        raise RuleRefusedError("assumption", f"no assumption called {name} is declared; {known}")

    def definition(self, name: str) -> Definition:
        """The definition called ``name``."""
        for definition in self.definitions:
            if definition.name == name:
                return definition
        known = hint(name, [definition.name for definition in self.definitions])
        raise RuleRefusedError("definition", f"no definition is called {name}; {known}")

    @property
    def parameters(self) -> frozenset[Symbol]:
        """The scalars that definitions speak of: one number each throughout, so never "any"."""
        terms = [side for d in self.definitions for side in (d.head, d.body)]
        return frozenset(symbol for term in terms for symbol in term.free_symbols)

    @cached_property
    def kernel_parameters(self) -> frozenset[Any]:
        """The same, as the kernel's terms."""
        return kernel.parameters_of([d.in_kernel for d in self.definitions])

    def of_kind(self, kind: str) -> tuple[Assumption, ...]:
        """The declared assumptions of one kind."""
        return tuple(assumption for assumption in self.assumptions if assumption.kind == kind)


def spoken_of(assumptions: Iterable[Assumption], context: Context) -> frozenset[Symbol]:
    """The scalars of which a judgement knows one value only: Γ or a definition speaks of them.

    It holds for every value of its other scalars: these alone may be generalized.
    """
    in_assumptions = frozenset(symbol for a in assumptions for symbol in a.free_symbols)
    return in_assumptions | context.parameters


@dataclass(frozen=True, eq=False)
class Step:
    """A judgement that a rule concluded: Γ ⊢ left relation right, and the line that shows it.

    It is proved once the kernel has accepted the certificate that its line is in.
    """

    rule: str
    arguments: Mapping[str, Any]
    premises: tuple[Step, ...]
    context: Context
    relation: str
    left: Basic
    right: Basic
    line: Line

    @property
    def assumptions(self) -> frozenset[Assumption]:
        """Γ: what it rests on."""
        return self.line.gamma

    @cached_property
    def text(self) -> str:
        """The relation as text: equal for two steps that say the same."""
        return json.dumps([self.relation, encode(self.left), encode(self.right)])

    def __repr__(self) -> str:
        return f"<Step {self.rule}: {self.left} {self.relation} {self.right}>"

    @property
    def formula(self) -> Basic:
        """The judgement's relation as an unevaluated sympy relation."""
        relation = sympy.Eq if self.relation == "=" else sympy.Le
        return relation(self.left, self.right, evaluate=False)
