"""A plan: how models of given assumptions are drawn at one shape, and a program that evaluates claims in them.

All that depends on the assumptions and the shape alone is done once, here: which members are needed, which may
depend on each other, how their laws are made. A draw then only fills in numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Integer, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.arithmetic import ZERO, Number, precision
from xavier_theory.finite_models.blocks import Separation, dependent_blocks
from xavier_theory.finite_models.choices import SQUARE_ROOTS, Choices
from xavier_theory.finite_models.errors import CannotBuildModelError, UnluckyDrawError
from xavier_theory.finite_models.graph import Graph, Member, Reader, Stack
from xavier_theory.finite_models.laws import root
from xavier_theory.finite_models.model import Blocks, Model, Polynomial, Shape, name
from xavier_theory.finite_models.program import UNDEFINED, Program
from xavier_theory.finite_models.recipes import (
    BlockDraw,
    BlockRecipe,
    Classes,
    MemberRecipe,
    Spread,
    clusters,
)
from xavier_theory.finite_models.requirements import Collector, Requirements
from xavier_theory.finite_models.verification import Verification
from xavier_theory.symbolic.assumptions import EVERY, Assumption
from xavier_theory.symbolic.judgements import Definition
from xavier_theory.symbolic.terms import Entry, domain_of

LARGEST_SPACE = 512
"""No term may touch blocks with more atoms than this together."""


class UnsuitableShapeError(CannotBuildModelError):
    """The assumptions relate sizes, and not in the way that this shape has them."""


@dataclass(frozen=True)
class Theory:
    """What models are drawn of."""

    assumptions: tuple[Assumption, ...]
    definitions: tuple[Definition, ...] = ()


class Plan:
    """How to draw models of ``theory`` at ``shape`` for the terms that ``read`` puts into a graph.

    Attributes
    ----------
    program: evaluates all roots that ``read`` returned.
    reader: with the graph, the members met and their meanings.
    size: the number of atoms of the whole product space.
    """

    def __init__(
        self,
        theory: Theory,
        shape: Shape,
        read: Callable[[Reader], Sequence[int]],
        variant: int = 0,
    ) -> None:
        self.shape = shape
        self.reader = Reader(Graph(), shape, theory.definitions)
        self.graph = self.reader.graph
        collector = Collector(self.reader, theory.assumptions, shape)
        roots = list(read(self.reader))
        self.requirements = collector.collect()
        found = self.requirements
        self.verification = Verification(found)
        self._check_sizes(found)
        self._zero = self.reader.read(Integer(0))
        self._required = [node for item in found.moments if isinstance(node := item.value, int)]
        self._bounding = [node for _, nodes in found.bounds.values() for node in nodes]
        self._everything = [
            *roots,
            *self._required,
            *self._bounding,
            *self.verification.roots,
            self._zero,
        ]
        inputs = self.graph.inputs(self._everything, "member")
        moments = [
            m for item in found.moments for m in (item.moment, item.value) if isinstance(m, tuple)
        ]
        members = {*inputs, *(member for _, group in moments for member in group)}
        random = sorted((m for m in members if m[0].random), key=name)
        self.places = {member: place for place, member in enumerate(random)}
        self._constants = sorted((m for m in members if not m[0].random), key=name)
        self._scalars = sorted(set(self.graph.inputs(self._everything, "scalar")), key=str)
        self._functions = self._function_arities()
        masks = dependent_blocks(len(random), self._separations(theory, collector), variant)
        self._build(found, random, masks, variant)

    def _check_sizes(self, found: Requirements) -> None:
        """Refuse the shape if an assumption about sizes alone fails at it."""
        for assumption, relation, left, right in found.verified:
            sides = [self.graph.nodes[place] for place in (left, right)]
            if all(side.operation == "constant" for side in sides):
                first, second = (side.payload for side in sides)
                holds = {"=": first == second, "<=": first <= second, "<": first < second}[relation]
                if not holds:
                    raise UnsuitableShapeError(assumption, "it does not hold at these sizes")

    # --- what may depend on what --------------------------------------------------------------

    def supports(self) -> list[int]:
        """For each node, the random base members that it depends on, as a bit mask."""
        masks: list[int] = []
        for node in self.graph.nodes:
            mask = 0
            if node.operation == "member" and node.payload in self.places:
                mask = 1 << self.places[node.payload]
            for argument in node.arguments:
                mask |= masks[argument]
            masks.append(mask)
        return masks

    def _separations(self, theory: Theory, collector: Collector) -> list[Separation]:
        supports = self.supports()
        found = []
        for assumption in theory.assumptions:
            if assumption.kind != "independent":
                continue
            for values in collector.instances(assumption):
                sides = [self._side(group, values, supports) for group in assumption.groups]
                if sides[0] and sides[1]:
                    found.append(Separation(assumption.name, *sides))
        return list(dict.fromkeys(found))

    def _side(self, group: Sequence[Basic], values: Stack, supports: Sequence[int]) -> int:
        """The base members behind one side of an independence."""
        mask = 0
        for pattern in group:
            if not isinstance(pattern, Entry):
                raise CannotBuildModelError(
                    str(pattern), "it is no member, and independence is of members"
                )
            indices = [
                None if i == EVERY else self.reader.whole(i, values, {}) for i in pattern.indices
            ]
            for member, node in self.reader.seen.items():
                if member[0] == pattern.family and all(
                    wanted is None or wanted == index
                    for wanted, index in zip(indices, member[1], strict=True)
                ):
                    mask |= supports[node]
        return mask

    # --- laws ---------------------------------------------------------------------------------

    def _build(
        self, found: Requirements, random: list[Member], masks: list[int], variant: int
    ) -> None:
        classes = Classes(found.moments)
        groups = clusters(found.moments, self._zero)
        centred = {
            member
            for item in found.moments
            if item.moment[0] == "product"
            for member in item.moment[1]
        }
        self._squares: set[Any] = set()
        self._prelude = Program(self.graph, self._required, dict.fromkeys(self._constants, ()), [])
        supports = self.supports()
        for item in found.moments:
            if isinstance(item.value, int) and supports[item.value]:
                raise CannotBuildModelError(item.name, "its value depends on other random members")
        self._spreads = self._spread_nodes(classes)
        self._recipes: list[BlockRecipe] = []
        layout: dict[Member, Blocks] = dict.fromkeys(self._constants, ())
        for block, mask in enumerate(masks):
            members = [member for place, member in enumerate(random) if mask >> place & 1]
            recipe = self._block(members, classes, groups, centred, variant)
            self._recipes.append(recipe)
            layout.update(dict.fromkeys(members, (block,)))
        self.layout = layout
        sizes = [recipe.size for recipe in self._recipes]
        self._late = Program(self.graph, self._bounding, layout, sizes)
        self.program = Program(self.graph, self._everything, layout, sizes)
        self.size = self.program.largest
        if self.size > LARGEST_SPACE:
            raise CannotBuildModelError("all together", f"a term touches {self.size} atoms")

    def _spread_nodes(self, classes: Classes) -> dict[Spread, int | None]:
        """The classes of variances and second moments, with the node of their value if one is prescribed."""
        found: dict[Spread, int | None] = {}
        for member in self.places:
            key = _spread(classes, member)
            if key is not None:
                found[key] = classes.node(key[1])
        for node in found.values():
            if node is not None and self.graph.nodes[node].operation in ("scalar", "member"):
                self._squares.add(self.graph.nodes[node].payload)
        return found

    def _block(
        self,
        members: Sequence[Member],
        classes: Classes,
        groups: Sequence[set[Member]],
        centred: set[Member],
        variant: int,
    ) -> BlockRecipe:
        recipes, signed = [], 0
        for member in members:
            cluster = next((place for place, group in enumerate(groups) if member in group), None)
            sign = 0
            if member in self.requirements.symmetric:
                signed += 1
                sign = 1 + (signed - 1) % 3
            mean = classes.node(("mean", (member,)))
            if mean is None and member in centred:
                mean = self._zero
            spread = _spread(classes, member)
            recipes.append(
                MemberRecipe(
                    member, mean, spread, cluster, sign, member in self.requirements.positive
                )
            )
        largest = max((len(group & set(members)) for group in groups), default=1)
        spreads = sorted({recipe.spread for recipe in recipes if recipe.spread}, key=str)
        volatile = tuple(key for key in spreads if self._is_volatile(key, variant))
        return BlockRecipe(
            tuple(recipes),
            base=max(largest + 1, 2 + (len(volatile) == 0)),
            volatile=volatile,
            signs=(1, 2, 4, 4)[min(signed, 3)],
        )

    def _is_volatile(self, key: Spread, variant: int) -> bool:
        """Whether a random scale carries a spread: always where its value may have no rational square root."""
        node = self._spreads[key]
        if node is None or self.graph.nodes[node].payload in self._squares:
            return variant % 3 == 1
        if self.graph.nodes[node].operation == "constant":
            return root(self.graph.nodes[node].payload) is None or variant % 3 == 1
        return True

    def _function_arities(self) -> list[tuple[str, int]]:
        nodes = [self.graph.nodes[place] for place in self.graph.below(self._everything)]
        return sorted({(n.payload, len(n.arguments)) for n in nodes if n.operation == "apply"})

    # --- drawing ------------------------------------------------------------------------------

    def draw(self, data: bytes) -> tuple[Model, list[Any]]:
        """The model that ``data`` chooses, and the values of all nodes in it.

        Raises ``UnluckyDrawError`` if a strict inequality fails, ``CannotBuildModelError`` if an equation does.
        """
        choices = Choices(data)
        scalars = {
            symbol: self._number(symbol, domain_of(symbol) or "real", choices)
            for symbol in self._scalars
        }
        values = {
            member: ((), (self._number(member, member[0].domain, choices),))
            for member in self._constants
        }
        functions = {head: polynomial(choices, arity) for head, arity in self._functions}
        with precision():
            numbers = self._prelude.run(Model((), values, scalars, functions, self.shape))
            weights = self._members(choices, numbers, values)
            self._raise_bounds(weights, values, scalars, functions)
            model = Model(tuple(weights), values, scalars, functions, self.shape)
            found = self.program.run(model)
            self.verification.check(self.program, model, found)
        return model, found

    def _number(self, key: Any, domain: str, choices: Choices) -> Number:
        if key in self._squares:
            return choices.one_of(SQUARE_ROOTS) ** 2
        return choices.number(domain)

    def _members(
        self, choices: Choices, numbers: Sequence[Any], values: dict[Member, Any]
    ) -> list[tuple[Number, ...]]:
        """Draw every block; put its members' values into ``values`` and return the blocks' weights."""
        spreads: dict[Spread, Number] = {}
        for key, node in self._spreads.items():
            value = choices.one_of(SQUARE_ROOTS) ** 2 if node is None else numbers[node]
            if value is UNDEFINED:
                raise UnluckyDrawError("a prescribed variance is undefined")
            spreads[key] = value
        known = {place: value for place, value in enumerate(numbers) if value is not None}
        weights = []
        for block, recipe in enumerate(self._recipes):
            law, members = BlockDraw(recipe, choices, known, spreads).draw()
            weights.append(tuple(law))
            values.update({member: ((block,), tuple(vector)) for member, vector in members.items()})
        return weights

    def _raise_bounds(
        self,
        weights: Sequence[Any],
        values: dict[Member, Any],
        scalars: dict[Symbol, Number],
        functions: Any,
    ) -> None:
        """Raise (or lower) the scalars that bound something until they do."""
        if not self._bounding:
            return
        found = self._late.run(Model(tuple(weights), values, scalars, functions, self.shape))
        for key, (sign, nodes) in self.requirements.bounds.items():
            every = []
            for node in nodes:
                every += list(found[node]) if isinstance(found[node], tuple) else [found[node]]
            if any(value is UNDEFINED for value in every):
                raise UnluckyDrawError("a bounded term is undefined")
            slack = scalars[key] if isinstance(key, Symbol) else values[key][1][0]
            value = max([*every, ZERO]) + abs(slack) if sign > 0 else min(every) - abs(slack)
            if isinstance(key, Symbol):
                scalars[key] = value
            else:
                values[key] = ((), (value,))


def _spread(classes: Classes, member: Member) -> Spread | None:
    for kind in ("variance", "second"):
        if (kind, (member,)) in classes:
            return kind, classes.find((kind, (member,)))
    return None


def polynomial(choices: Choices, arity: int) -> Polynomial:
    """A polynomial of degree 2 in ``arity`` arguments: a meaning for an opaque function."""
    number = choices.number
    terms = [(number("real"), (0,) * arity)]
    for place in range(arity):
        terms.append((number("positive"), tuple(int(k == place) for k in range(arity))))
    square = (2,) if arity == 1 else (1, 1, *(0,) * (arity - 2))
    return Polynomial((*terms, (number("real"), square)))
