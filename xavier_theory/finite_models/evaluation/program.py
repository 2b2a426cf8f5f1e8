"""A graph of terms made runnable for models of one layout: one Python closure per node.

Values are numbers where nothing random is involved, and tuples over the atoms of the *touched*
blocks otherwise: the expectation of a term that touches two of five independent blocks is a sum
over the atoms of those two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from operator import add, itemgetter, mul
from typing import Any

from xavier_theory.finite_models.arithmetic import (
    CONSTANTS,
    FUNCTIONS,
    ONE,
    ZERO,
    Number,
    dot,
    polygamma,
    power,
)
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.finite_models.evaluation.graph import Graph, Node
from xavier_theory.finite_models.evaluation.model import Blocks, Member, Model

Value = Any
"""A number, a tuple of numbers, or ``UNDEFINED``."""

Operation = Callable[[list[Value], "State"], Value]


class _Undefined:
    """The value of a term outside its domain: whatever uses it is outside as well."""

    def _refuse(self, *_: Any) -> Any:
        raise OutsideDomainError("a part of the term has no value")

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = __iter__ = __getitem__ = _refuse
    __lt__ = __gt__ = __le__ = __ge__ = __pow__ = __rpow__ = __neg__ = __abs__ = _refuse


UNDEFINED = _Undefined()


class State:
    """What operations look up while a program runs: the model, and its probabilities."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._probabilities: dict[Blocks, tuple[Number, ...]] = {}

    def probabilities(self, blocks: Blocks) -> tuple[Number, ...]:
        """The probability of each combination of atoms of the blocks."""
        found = self._probabilities.get(blocks)
        if found is None:
            found = self._probabilities[blocks] = self.model.probabilities(blocks)
        return found


class Program:
    """What it takes to evaluate ``roots`` of ``graph`` in models of one layout.

    ``layout`` gives the blocks of each member, ``sizes`` the number of atoms of each block.
    """

    def __init__(
        self,
        graph: Graph,
        roots: Iterable[int],
        layout: Mapping[Member, Blocks],
        sizes: Sequence[int],
    ) -> None:
        self.sizes = tuple(sizes)
        self.blocks: dict[int, Blocks] = {}
        self._length = len(graph.nodes)
        self._steps: list[tuple[int, Operation]] = []
        for place in graph.below(roots):
            node = graph.nodes[place]
            self.blocks[place] = self._blocks_of(node, layout)
            self._steps.append((place, self._operation(node, self.blocks[place])))

    def run(self, model: Model) -> list[Value]:
        """The value of each node, by its place in the graph (None where no root needs it)."""
        values: list[Value] = [None] * self._length
        state = State(model)
        for place, operation in self._steps:
            try:
                values[place] = operation(values, state)
            except (OutsideDomainError, ZeroDivisionError):
                values[place] = UNDEFINED
        return values

    @property
    def largest(self) -> int:
        """The largest number of combinations of atoms that a node is evaluated on."""
        return max(
            (prod(self.sizes[block] for block in blocks) for blocks in self.blocks.values()),
            default=1,
        )

    def spread(self, place: int, blocks: Blocks) -> Callable[[Value], tuple[Number, ...]]:
        """How to turn the value of a node into one on more blocks."""
        return _spread(self.blocks[place], blocks, self.sizes)

    def _blocks_of(self, node: Node, layout: Mapping[Member, Blocks]) -> Blocks:
        if node.operation == "member":
            return layout[node.payload]
        if node.operation in ("E", "Var", "Cov"):
            return ()
        return tuple(sorted({block for place in node.arguments for block in self.blocks[place]}))

    def _operation(self, node: Node, blocks: Blocks) -> Operation:
        kind = node.operation
        if kind == "constant":
            return lambda values, state: node.payload
        if kind == "named":  # a ball: as wide as the precision at which it is made
            return lambda values, state: CONSTANTS[node.payload]()
        if kind in ("scalar", "member", "undefined"):
            return _input(kind, node.payload, bool(blocks))
        if kind in ("add", "mul"):
            return self._folded(node, blocks)
        if kind in ("E", "Var", "Cov"):
            return self._moment(node)
        return self._mapped(node, blocks)

    def _folded(self, node: Node, blocks: Blocks) -> Operation:
        """A sum or a product: constants first, then the tuples, spread to common blocks."""
        operator, start = (add, ZERO) if node.operation == "add" else (mul, ONE)
        numbers = [place for place in node.arguments if not self.blocks[place]]
        tuples = [
            (place, self.spread(place, blocks)) for place in node.arguments if self.blocks[place]
        ]

        def fold(values: list[Value], state: State) -> Value:
            total = start
            for place in numbers:
                total = operator(total, values[place])
            if not tuples:
                return total
            (first, spread), *others = tuples
            result = spread(values[first])
            for place, spread in others:
                result = tuple(map(operator, result, spread(values[place])))
            return tuple([operator(x, total) for x in result]) if numbers else result

        return fold

    def _moment(self, node: Node) -> Operation:
        first, second = node.arguments[0], node.arguments[-1]
        kind = node.operation
        blocks = tuple(sorted({*self.blocks[first], *self.blocks[second]}))
        if not (self.blocks[first] and self.blocks[second]):
            # A constant: its mean is itself, and it varies with nothing.
            return (
                (lambda values, state: values[first] * ONE) if kind == "E" else self._nothing(node)
            )
        left, right = self.spread(first, blocks), self.spread(second, blocks)

        def moment(values: list[Value], state: State) -> Value:
            weights = state.probabilities(blocks)
            x = left(values[first])
            if kind == "E":
                return dot(weights, x)
            y = x if first == second else right(values[second])
            means = dot(weights, x), dot(weights, y)
            return dot(weights, map(mul, x, y)) - means[0] * means[1]

        return moment

    def _nothing(self, node: Node) -> Operation:
        def nothing(values: list[Value], state: State) -> Value:
            if any(values[place] is UNDEFINED for place in node.arguments):
                return UNDEFINED
            return ZERO

        return nothing

    def _mapped(self, node: Node, blocks: Blocks) -> Operation:
        """A function of numbers, applied at each combination of atoms."""
        spreads = [(place, self.spread(place, blocks)) for place in node.arguments]
        fixed = _function(node)

        def mapped(values: list[Value], state: State) -> Value:
            function = fixed if fixed is not None else state.model.function(node.payload)
            if not blocks:
                return function(*[values[place] * ONE for place in node.arguments])
            return tuple(map(function, *[spread(values[place]) for place, spread in spreads]))

        return mapped


def _function(node: Node) -> Callable[..., Number] | None:
    """The function of a node, None of an opaque one: the model gives that."""
    if node.operation == "pow":
        return power
    if node.operation == "polygamma":
        return polygamma
    return FUNCTIONS[node.payload] if node.operation == "function" else None


def _input(kind: str, payload: Any, random: bool) -> Operation:
    if kind == "scalar":
        return lambda values, state: state.model.scalar(payload)
    if kind == "undefined":
        return lambda values, state: UNDEFINED
    if random:
        return lambda values, state: state.model.member(payload)
    return lambda values, state: state.model.member(payload)[0]


@lru_cache(maxsize=1 << 12)
def _spread(
    inner: Blocks, outer: Blocks, sizes: tuple[int, ...]
) -> Callable[[Value], tuple[Number, ...]]:
    """A value on the blocks ``inner`` as one on the blocks ``outer``, which include them."""
    if inner == outer:
        return _itself
    places = []
    for atom in product(*(range(sizes[block]) for block in outer)):
        at = dict(zip(outer, atom, strict=True))
        place = 0
        for block in inner:
            place = place * sizes[block] + at[block]
        places.append(place)
    if not inner:
        return lambda value: (value * ONE,) * len(places)
    if len(places) == 1:
        return lambda value: (value[0],)
    return itemgetter(*places)


def _itself(value: Value) -> Value:
    if value is UNDEFINED:
        raise OutsideDomainError("a part of the term has no value")
    return value
