"""Claims to be checked, and what one model says about one instance of a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.graph import Reader
from xavier_theory.finite_models.model import Shape
from xavier_theory.finite_models.satisfaction import index_values
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Binder, Entry, SumOver, domain_of, entries

MOST_INSTANCES = 10
"""At most so many combinations of values of its free indices does a claim get in a model."""


@dataclass(frozen=True)
class Claim:
    """A relation that should hold in every model of its assumptions: a step, or a conclusion.

    ``assumptions`` are its Γ: those of the context that it uses, distinct indices, and hypotheses
    of an induction.
    """

    label: str
    relation: str
    left: Basic
    right: Basic
    assumptions: frozenset[Assumption]
    context: Context

    @classmethod
    def of(cls, step: Any, context: Context | None = None) -> Claim:
        """The claim that a step makes."""
        return cls(
            step.rule,
            step.relation,
            step.left,
            step.right,
            step.assumptions,
            context or step.context,
        )

    @classmethod
    def from_relation(
        cls, relation: Any, assumptions: Iterable[Assumption], context: Context
    ) -> Claim:
        """The claim that a sympy ``Eq``, ``Le`` or ``Ge`` makes."""
        sides = {sympy.Eq: ("=", 0, 1), sympy.Le: ("<=", 0, 1), sympy.Ge: ("<=", 1, 0)}
        if getattr(relation, "func", None) not in sides:
            raise FiniteModelError(
                f"{relation} is no equation or inequality; build it with evaluate=False"
            )
        sign, left, right = sides[relation.func]
        return cls(
            "conclusion",
            sign,
            relation.args[left],
            relation.args[right],
            frozenset(assumptions),
            context,
        )

    @property
    def hypotheses(self) -> tuple[Assumption, ...]:
        """What an induction assumes: relations that the context does not declare."""
        declared = set(self.context.assumptions)
        found = [a for a in self.assumptions if a not in declared and a.kind != "distinct"]
        return tuple(sorted(found, key=lambda a: a.text))

    @property
    def declared(self) -> frozenset[Assumption]:
        """What models must satisfy: the declared assumptions it uses; all, with a hypothesis.

        A hypothesis is true in models of all of the theorem's assumptions, and rarely in others.
        """
        if self.hypotheses:
            return frozenset(self.context.assumptions)
        return frozenset(a for a in self.assumptions if a.kind != "distinct")

    @property
    def terms(self) -> list[Basic]:
        """Its sides, and the terms of its Γ that are its own."""
        own = [a for a in self.assumptions if a.kind == "distinct" or a in self.hypotheses]
        return [self.left, self.right, *(term for a in own for group in a.groups for term in group)]


def reach(claims: Iterable[Claim]) -> int:
    """By how much indices may go beyond all sizes: 1 in ``a[j + 1]`` and in a sum to ``n + 1``."""
    terms = [term for claim in claims for term in claim.terms]
    picking = [index for term in terms for entry in entries(term) for index in entry.indices]
    limits = [node.upper for term in terms for node in sympy.preorder_traversal(term)
              if isinstance(node, Binder)]  # fmt: skip
    return sum(max([0, *map(_added, indices)]) for indices in (picking, limits))


def _added(index: Basic) -> int:
    """The whole number that is added to an index."""
    return int(sum(part for part in sympy.Add.make_args(index) if part.is_Integer))


def whole_symbols(terms: Iterable[Basic]) -> set[Symbol]:
    """The scalars in ``terms`` that are whole numbers: sizes and indices."""
    symbols = {symbol for term in terms for symbol in term.free_symbols}
    return {symbol for symbol in symbols if domain_of(symbol) in ("width", "natural")}


def index_symbols(claim: Claim) -> tuple[Symbol, ...]:
    """The free indices of a claim: whole numbers that pick a member and that nothing fixes."""
    context = claim.context
    fixed = {symbol for assumption in context.assumptions for symbol in assumption.free_symbols}
    for definition in context.definitions:
        fixed |= definition.body.free_symbols | definition.head.free_symbols
    picking = {
        symbol for term in claim.terms for entry in entries(term) for symbol in entry.free_symbols
    }
    for assumption in claim.assumptions:
        if assumption.kind == "distinct":
            picking |= assumption.free_symbols
    for term in claim.terms:
        picking |= {
            s
            for node in sympy.preorder_traversal(term)
            if _excludes(node)
            for s in node.excluded.free_symbols
        }
    return tuple(sorted((whole_symbols(claim.terms) & picking) - fixed, key=str))


def _excludes(node: Any) -> bool:
    return isinstance(node, Binder) and node.excluded is not None


def assignments(claim: Claim, shape: Shape) -> list[dict[Symbol, int]]:
    """Values of the free indices: at most ``MOST_INSTANCES``, spread over all allowed ones."""
    symbols = index_symbols(claim)
    spans = [
        range(1, shape.units + 1) if domain_of(symbol) == "width" else range(shape.layers + 1)
        for symbol in symbols
    ]
    found = [dict(zip(symbols, values, strict=True)) for values in product(*spans)]
    pairs = [a.parts for a in claim.assumptions if a.kind == "distinct"]
    allowed = [values for values in found if all(_differ(pair, values) for pair in pairs)]
    if len(allowed) <= MOST_INSTANCES:
        return allowed
    return [allowed[place * len(allowed) // MOST_INSTANCES] for place in range(MOST_INSTANCES)]


def _differ(pair: Sequence[Basic], values: Mapping[Symbol, int]) -> bool:
    first, second = (part.subs({s: sympy.Integer(v) for s, v in values.items()}) for part in pair)
    return bool(first != second)


@dataclass(frozen=True)
class Instance:
    """A claim at values of its free indices, as nodes of a graph."""

    claim: int
    values: tuple[tuple[Symbol, int], ...]
    relation: str
    left: int
    right: int
    hypotheses: tuple[tuple[str, int, int], ...]
    says_zero: bool
    speaks_of_chance: bool

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """The nodes that it needs, once each."""
        sides = (side for _, *pair in self.hypotheses for side in pair)
        return tuple(dict.fromkeys((self.left, self.right, *sides)))


def read_instances(claims: Sequence[Claim], shape: Shape, reader: Reader) -> Iterator[Instance]:
    """Every claim at its assignments, written into the reader's graph."""
    for number, claim in enumerate(claims):
        random = any(
            entry.family.random for side in (claim.left, claim.right) for entry in entries(side)
        )
        zero = _is_plainly_zero(claim.left) or _is_plainly_zero(claim.right)
        own = {s for h in claim.hypotheses for part in h.parts for s in part.free_symbols}
        supposed: dict[tuple[tuple[Symbol, int], ...], tuple[tuple[str, int, int], ...]] = {}
        for values in assignments(claim, shape):
            key = tuple((symbol, value) for symbol, value in values.items() if symbol in own)
            sides = [reader.read(side, values=values) for side in (claim.left, claim.right)]
            if key not in supposed:  # they speak of few of the claim's indices, if of any
                found = dict.fromkeys(_hypotheses(claim, shape, reader, values))
                supposed[key] = tuple(found)
            yield Instance(
                number,
                tuple(values.items()),
                claim.relation,
                sides[0],
                sides[1],
                supposed[key],
                zero,
                random,
            )


def _is_plainly_zero(term: Basic) -> bool:
    """Whether a side is 0 by its form: then the claim says that the other side is 0."""
    if isinstance(term, SumOver):
        return bool(term.upper == 0) or _is_plainly_zero(term.body)
    if isinstance(term, sympy.Mul):
        return any(map(_is_plainly_zero, term.args))
    if isinstance(term, sympy.Add):
        return all(map(_is_plainly_zero, term.args))
    return bool(term == 0)


def _hypotheses(
    claim: Claim, shape: Shape, reader: Reader, values: Mapping[Symbol, int]
) -> Iterator[tuple[str, int, int]]:
    for hypothesis in claim.hypotheses:
        if hypothesis.kind not in ("equation", "at_most"):
            raise FiniteModelError(
                f"{claim.label} stands on {hypothesis.name}, which nothing declares"
            )
        relation = "=" if hypothesis.kind == "equation" else "<="
        for stack in index_values(hypothesis, shape.units, shape.layers):
            left, right = (reader.read(part, stack, values) for part in hypothesis.parts)
            yield relation, left, right


__all__ = [
    "Claim",
    "Entry",
    "Instance",
    "assignments",
    "index_symbols",
    "read_instances",
    "whole_symbols",
]
