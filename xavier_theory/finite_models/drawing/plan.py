"""How models of given assumptions are drawn at one shape, and how claims are evaluated in them.

All that depends on the assumptions and the shape alone is done once, here: which members are
needed, which may depend on each other, how their laws are made. A draw then only fills in numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xavier_theory.finite_models.arithmetic import ZERO, Number, precision
from xavier_theory.finite_models.drawing.choices import SQUARE_ROOTS, Choices
from xavier_theory.finite_models.drawing.collecting import Collector
from xavier_theory.finite_models.drawing.recipes import BlockDraw, Spread
from xavier_theory.finite_models.drawing.requirements import Requirements
from xavier_theory.finite_models.drawing.structure import Structure
from xavier_theory.finite_models.drawing.theory import Theory
from xavier_theory.finite_models.drawing.verification import Verification
from xavier_theory.finite_models.errors import CannotBuildModelError, UnluckyDrawError
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.model import (
    Member,
    Model,
    Polynomial,
    Shape,
    domain_of,
    name,
)
from xavier_theory.finite_models.evaluation.program import UNDEFINED, Program
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.kernel.terms import Term

LARGEST_SPACE = 512
"""No term may touch blocks with more atoms than this together."""


class UnsuitableShapeError(CannotBuildModelError):
    """The assumptions relate sizes, and not in the way that this shape has them."""


class Plan:
    """How to draw models of ``theory`` at ``shape`` for the terms that ``read`` puts into a graph.

    Attributes
    ----------
    program: evaluates all roots that ``read`` returned.
    structure: the blocks of dependent members.
    """

    def __init__(
        self,
        theory: Theory,
        shape: Shape,
        read: Callable[[Reader], Sequence[int]],
        variant: int = 0,
    ) -> None:
        self.shape = shape
        reader = Reader(Graph(), shape, [d.in_kernel for d in theory.definitions])
        self._graph = reader.graph
        self._given = reader.given
        collector = Collector(reader, theory, shape)
        roots = list(read(reader))
        self._requirements = collector.collect()
        self._check_sizes(self._requirements)
        self._verification = Verification(self._requirements)
        moments = self._requirements.moments
        required = [item.value for item in moments if isinstance(item.value, int)]
        bounding = [node for _, nodes in self._requirements.bounds.values() for node in nodes]
        roots += [*required, *bounding, *self._requirements.bounding, *self._verification.roots]
        members = {*self._graph.inputs(roots, "member")}
        members |= {m for item in moments for part in (item.moment, item.value)
                    if isinstance(part, tuple) for m in part[1]}  # fmt: skip
        members |= {member for _, images in self._requirements.images for member in images}
        ordered = sorted(members, key=name)
        self.structure = Structure(reader, self._requirements, ordered, variant)
        self.structure.build(theory, collector)
        self._constants = [member for member in ordered if not member[2]]
        self._scalars = sorted(set(self._graph.inputs(roots, "scalar")), key=name)
        self._functions = self._arities(roots)
        self._programs(roots, required, bounding)

    def _programs(self, roots: list[int], required: list[int], bounding: list[int]) -> None:
        """One program for what a draw needs early, one for bounds on random terms, one for all."""
        supports = self.structure.supports()
        early = [node for node in bounding if not supports[node]]
        constant: dict[Member, tuple[int, ...]] = dict.fromkeys(self._constants, ())
        layout, sizes = self.structure.layout, self.structure.sizes
        self._early = Program(self._graph, early, constant, [])
        self._prelude = Program(self._graph, required, constant, [])
        self._late = Program(self._graph, bounding, layout, sizes)
        self._bounds = {
            key: (sign, nodes, all(not supports[node] for node in nodes))
            for key, (sign, nodes) in self._requirements.bounds.items()
        }
        self.program = Program(self._graph, roots, layout, sizes)
        if self.program.largest > LARGEST_SPACE:
            raise CannotBuildModelError(
                "all of them together", f"a term touches {self.program.largest} atoms"
            )

    def _check_sizes(self, found: Requirements) -> None:
        """Refuse the shape if an assumption about sizes alone fails at it."""
        for assumption, relation, left, right in found.verified:
            sides = [self._graph.nodes[place] for place in (left, right)]
            if all(side.operation == "constant" for side in sides):
                first, second = (side.payload for side in sides)
                holds = {"=": first == second, "<=": first <= second, "<": first < second}
                if not holds[relation]:
                    raise UnsuitableShapeError(assumption, "it does not hold at these sizes")

    def _arities(self, roots: Sequence[int]) -> list[tuple[str, int]]:
        """The opaque functions and how many arguments they take."""
        nodes = [self._graph.nodes[place] for place in self._graph.below(roots)]
        found = {(node.payload, len(node.arguments)) for node in nodes if node.operation == "apply"}
        return sorted(found)

    def draw(self, data: bytes) -> tuple[Model, list[Any]]:
        """The model that ``data`` chooses, and the values of all nodes in it.

        Raises ``UnluckyDrawError`` if a strict inequality fails, ``CannotBuildModelError`` if an
        equation does.
        """
        choices = Choices(data)
        scalars = {scalar: self._number(scalar, choices) for scalar in self._scalars}
        values: dict[Member, Any] = {
            member: ((), (self._number(member, choices),)) for member in self._constants
        }
        functions = {head: polynomial(choices, arity) for head, arity in self._functions}
        start = Model((), values, scalars, functions, self.shape)
        with precision():
            self._raise_bounds(True, self._early.run(start), values, scalars)
            weights = self._members(choices, self._prelude.run(start), values)
            model = Model(tuple(weights), values, scalars, functions, self.shape)
            if self._bounds:
                self._raise_bounds(False, self._late.run(model), values, scalars)
            found = self.program.run(model)
            self._verification.check(self.program, model, found)
        return model, found

    def completed(self, model: Model, found: Sequence[Any]) -> Model:
        """``model`` with the members and scalars that assumptions give by other terms."""
        values, scalars = dict(model.values), dict(model.scalars)
        for key, place in self._given.items():
            value = found[place]
            if value is None or value is UNDEFINED:
                continue
            if key[0] == "scalar":
                scalars[key] = value
            else:
                blocks = self.program.blocks[place]
                values[key] = (blocks, value if blocks else (value,))
        return Model(model.weights, values, scalars, model.functions, model.shape)

    def _number(self, key: Term, choices: Choices) -> Number:
        if key in self.structure.squares:
            return choices.one_of(SQUARE_ROOTS) ** 2
        return choices.number(domain_of(key))

    def _members(
        self, choices: Choices, numbers: Sequence[Any], values: dict[Member, Any]
    ) -> list[tuple[Number, ...]]:
        """Draw every block: its members go into ``values``, its weights come back."""
        spreads: dict[Spread, Number] = {}
        for key, node in self.structure.spreads.items():
            value = choices.one_of(SQUARE_ROOTS) ** 2 if node is None else numbers[node]
            if value is UNDEFINED:
                raise UnluckyDrawError("a prescribed variance is undefined")
            spreads[key] = value
        known = {place: value for place, value in enumerate(numbers) if value is not None}
        known[self.structure.zero] = ZERO
        means: dict[Any, Number] = {key: choices.number("real") for key in self.structure.means}
        weights = []
        for block, recipe in enumerate(self.structure.recipes):
            law, members = BlockDraw(recipe, choices, {**known, **means}, spreads).draw()
            weights.append(tuple(law))
            values.update({member: ((block,), tuple(vector)) for member, vector in members.items()})
        return weights

    def _raise_bounds(
        self,
        early: bool,
        found: Sequence[Any],
        values: dict[Member, Any],
        scalars: dict[Term, Number],
    ) -> None:
        """Raise (or lower) the scalars that bound something until they do."""
        for key, (sign, nodes, is_early) in self._bounds.items():
            if early != is_early:
                continue
            slack = scalars[key] if key[0] == "scalar" else values[key][1][0]
            value = _bound(sign, abs(slack), [found[node] for node in nodes], domain_of(key))
            if key[0] == "scalar":
                scalars[key] = value
            else:
                values[key] = ((), (value,))


def _bound(sign: int, slack: Number, found: Sequence[Any], domain: str) -> Number:
    """A number in ``domain`` that is at least (sign 1) or at most (sign -1) all values found."""
    every: list[Number] = []
    for value in found:
        if value is UNDEFINED:
            raise UnluckyDrawError("a bounded term is undefined")
        every += value if isinstance(value, tuple) else [value]
    if sign > 0:
        return max(every) + slack if domain == "real" else max([*every, ZERO]) + slack
    if domain == "real":
        return min(every) - slack
    if not min(every) > 0:
        raise UnluckyDrawError("nothing positive is that small")
    return min(every) / (1 + slack)


def polynomial(choices: Choices, arity: int) -> Polynomial:
    """A polynomial of degree 2 in ``arity`` arguments: a meaning for an opaque function."""
    number = choices.number
    terms = [(number("real"), (0,) * arity)]
    for place in range(arity):
        terms.append((number("positive"), tuple(int(k == place) for k in range(arity))))
    square = (2,) if arity == 1 else (1, 1, *(0,) * (arity - 2))
    return Polynomial((*terms, (number("real"), square)))
