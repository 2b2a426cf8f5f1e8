"""Claims to be checked, and what one model says about one instance of a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.evaluation.model import Shape, domain_of
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.finite_models.evaluation.satisfaction import index_values
from xavier_theory.kernel.algebra import normal, value_of
from xavier_theory.kernel.terms import (
    BINDERS,
    EVERY,
    ZERO,
    Term,
    closed,
    free,
    members,
    minus,
    nodes,
    number,
    parts,
    replaced,
)
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.encoding import encode
from xavier_theory.symbolic.judgements import Context

MOST_INSTANCES = 10
"""At most so many combinations of values of its free indices does a claim get in a model."""

Values = Mapping[Term, int]
"""Values of free indices, which are scalars of the kernel."""


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

    @cached_property
    def sides(self) -> tuple[Term, Term]:
        """Left and right, as terms of the kernel."""
        return encode(self.left), encode(self.right)

    @cached_property
    def closed_sides(self) -> tuple[Term, Term]:
        """Its sides with loose indices, in their order, for its free ones."""
        left, right = (closed(side, *self.indices) for side in self.sides)
        return left, right

    @cached_property
    def says_zero(self) -> bool:
        """Whether a side is 0 by its form: then it says that the other one is 0."""
        return any(map(_is_plainly_zero, self.sides))

    @cached_property
    def speaks_of_chance(self) -> bool:
        """Whether a random member is in a side."""
        return any(map(members, self.sides))

    @cached_property
    def hypotheses(self) -> tuple[Assumption, ...]:
        """What an induction assumes: relations that the context does not declare."""
        declared = set(self.context.assumptions)
        found = [a for a in self.assumptions if a not in declared and a.kind != "distinct"]
        return tuple(sorted(found, key=lambda a: a.text))

    @cached_property
    def distinct(self) -> tuple[tuple[Term, ...], ...]:
        """The pairs of indices that Γ says to differ."""
        return tuple(a.in_kernel.groups[0] for a in self.assumptions if a.kind == "distinct")

    @cached_property
    def declared(self) -> frozenset[Assumption]:
        """What models must satisfy: the declared assumptions it uses; all, with a hypothesis.

        A hypothesis is true in models of all of the theorem's assumptions, and rarely in others.
        """
        if self.hypotheses:
            return frozenset(self.context.assumptions)
        return frozenset(a for a in self.assumptions if a.kind != "distinct")

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Its sides, and the terms of its Γ that are its own."""
        supposed = (hypothesis.in_kernel.groups[0] for hypothesis in self.hypotheses)
        return (*self.sides, *(term for own in (*self.distinct, *supposed) for term in own))

    @cached_property
    def indices(self) -> tuple[Term, ...]:
        """Its free indices: whole numbers that pick a member and that nothing fixes."""
        picking = {scalar for pair in self.distinct for term in pair for scalar in free(term)}
        for node in (node for term in self.terms for node in nodes(term)):
            if node[0] == "member":
                picking |= free(node)
            elif node[0] == "sum-except":
                picking |= free(node[2])
        fixed = _fixed(self.context)
        return tuple(sorted((whole_scalars(self.terms) & picking) - fixed, key=_name))


def _fixed(context: Context) -> frozenset[Term]:
    """The scalars that assumptions or definitions speak of."""
    assumed = (assumption.in_kernel.free() for assumption in context.assumptions)
    return context.kernel_parameters.union(*assumed)


def _name(scalar: Term) -> str:
    return str(scalar[1])


def reach(claims: Iterable[Claim]) -> int:
    """By how much indices may go beyond all sizes: 1 in ``a[j + 1]`` and in a sum to ``n + 1``."""
    found = [node for claim in claims for term in claim.terms for node in nodes(term)]
    picking = [index for node in found if node[0] == "member" for index in parts(node)]
    limits = [node[1] for node in found if node[0] in BINDERS]
    return sum(max([0, *map(_added, indices)]) for indices in (picking, limits))


def beyond(terms: Iterable[Term], shape: Shape) -> int:
    """By how much the ranges in ``terms`` go beyond all sizes of ``shape``: those to n m or n + m.

    Only ranges that end at a number at that shape count, such as a product of two widths.
    """
    values = {scalar: number(value) for scalar, value in shape.numbers}
    found = (node[1] for term in terms for node in nodes(term) if node[0] in BINDERS)
    ends = (value_of(normal(replaced(end, values))) for end in found)
    largest = max([*(value for _, value in shape.numbers), *shape.widths, shape.units])
    return max([0, *(int(end) - largest for end in ends if end is not None)])


def _added(index: Term) -> int:
    """The whole number that is added to an index."""
    added = parts(index) if index[0] == "+" else (index,)
    return sum(part[1] for part in added if part[0] == "number" and part[2] == 1)


def whole_scalars(terms: Iterable[Term]) -> set[Term]:
    """The scalars in ``terms`` that are whole numbers: sizes and indices."""
    scalars = {scalar for term in terms for scalar in free(term)}
    return {scalar for scalar in scalars if domain_of(scalar) in ("width", "natural")}


def assignments(claim: Claim, shape: Shape) -> list[dict[Term, int]]:
    """Values of the free indices: at most ``MOST_INSTANCES``, spread over all allowed ones."""
    spans = [
        range(1, shape.units + 1) if domain_of(scalar) == "width" else range(shape.layers + 1)
        for scalar in claim.indices
    ]
    found = [dict(zip(claim.indices, values, strict=True)) for values in product(*spans)]
    allowed = [values for values in found if all(_differ(pair, values) for pair in claim.distinct)]
    if len(allowed) <= MOST_INSTANCES:
        return allowed
    return [allowed[place * len(allowed) // MOST_INSTANCES] for place in range(MOST_INSTANCES)]


def _differ(pair: Sequence[Term], values: Values) -> bool:
    known = {scalar: number(value) for scalar, value in values.items()}
    return bool(normal(minus(*(replaced(part, known) for part in pair))))


@dataclass(frozen=True)
class Instance:
    """A claim at values of its free indices, as nodes of a graph."""

    claim: int
    values: tuple[tuple[Term, int], ...]
    relation: str
    left: int
    right: int
    hypotheses: tuple[tuple[str, int, int], ...]
    says_zero: bool
    speaks_of_chance: bool

    @property
    def question(self) -> tuple[Any, ...]:
        """What is asked about which nodes: a model says the same of instances that share it."""
        flags = self.says_zero, self.speaks_of_chance
        return self.relation, self.left, self.right, self.hypotheses, flags

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """The nodes that it needs, once each."""
        sides = (side for _, *pair in self.hypotheses for side in pair)
        return tuple(dict.fromkeys((self.left, self.right, *sides)))


def read_instances(claims: Sequence[Claim], shape: Shape, reader: Reader) -> Iterator[Instance]:
    """Every claim at its assignments, written into the reader's graph."""
    for place, claim in enumerate(claims):
        own = {scalar for h in claim.hypotheses for scalar in h.in_kernel.free()}
        left, right = claim.closed_sides
        supposed: dict[tuple[tuple[Term, int], ...], tuple[tuple[str, int, int], ...]] = {}
        for values in assignments(claim, shape):
            stack = tuple(values.values())
            key = tuple((scalar, value) for scalar, value in values.items() if scalar in own)
            sides = reader.read(left, stack), reader.read(right, stack)
            if key not in supposed:  # they speak of few of the claim's indices, if of any
                found = dict.fromkeys(_hypotheses(claim, shape, reader, stack))
                supposed[key] = tuple(found)
            yield Instance(
                place,
                tuple(values.items()),
                claim.relation,
                *sides,
                supposed[key],
                claim.says_zero,
                claim.speaks_of_chance,
            )


def _is_plainly_zero(term: Term) -> bool:
    """Whether a term is 0 by its form."""
    if term[0] == "sum":
        return term[1] == ZERO or _is_plainly_zero(term[2])
    if term[0] == "*":
        return any(map(_is_plainly_zero, parts(term)))
    if term[0] == "+":
        return all(map(_is_plainly_zero, parts(term)))
    return term == ZERO


def _hypotheses(
    claim: Claim, shape: Shape, reader: Reader, indices: tuple[int, ...]
) -> Iterator[tuple[str, int, int]]:
    for hypothesis in claim.hypotheses:
        if hypothesis.kind not in ("equation", "at_most"):
            raise FiniteModelError(
                f"{claim.label} stands on {hypothesis.name}, which nothing declares"
            )
        relation = "=" if hypothesis.kind == "equation" else "<="
        left, right = _closed_parts(hypothesis, claim.indices)
        for values in index_values(hypothesis, shape.units, shape.layers):
            stack = (*values, *indices)
            yield relation, reader.read(left, stack), reader.read(right, stack)


@lru_cache(maxsize=1 << 10)
def _closed_parts(hypothesis: Assumption, indices: tuple[Term, ...]) -> tuple[Term, ...]:
    """The parts of a hypothesis with loose indices for its variables, and then for ``indices``."""
    variables = [EVERY] * len(hypothesis.domains)  # no relation speaks of it: these stay loose
    return tuple(closed(part, *variables, *indices) for part in hypothesis.in_kernel.groups[0])
