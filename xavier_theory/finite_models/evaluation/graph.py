"""Terms unrolled at concrete widths and indices: a graph in which equal parts are one node.

At given sizes every sum, product and recursion of a term is finite. ``reading.py`` writes it out
as nodes of a ``Graph``; a node that is already there is shared, by all steps of a derivation and
all their index values. What is left open (values of members, scalars and opaque functions) are the
graph's inputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod
from typing import Any, NamedTuple

from xavier_theory.finite_models.arithmetic import ONE, ZERO, is_exact, power
from xavier_theory.finite_models.errors import FiniteModelError, OutsideDomainError

FOLDED = ("add", "mul", "pow")
LARGEST_GRAPH = 30_000


class Node(NamedTuple):
    """One operation: its name, the nodes that it takes, and what else it needs."""

    operation: str
    arguments: tuple[int, ...] = ()
    payload: Any = None


@dataclass
class Graph:
    """Nodes in an order in which each comes after its arguments; equal nodes are the same."""

    nodes: list[Node] = field(default_factory=list)
    place: dict[Node, int] = field(default_factory=dict)

    def add(self, operation: str, arguments: Iterable[int] = (), payload: Any = None) -> int:
        """The place of a node, which is added if it is new."""
        node = Node(operation, tuple(arguments), payload)
        known = self.place.get(node)
        if known is None:
            known = self.place[node] = self._added(node)
        return known

    def _added(self, node: Node) -> int:
        """The place of a new node: that of a constant, if it is made of constants alone."""
        folded = self._folded(node) if node.operation in FOLDED else None
        if folded is not None:
            return self.add("constant", payload=folded)
        if len(self.nodes) >= LARGEST_GRAPH:
            raise FiniteModelError(f"a term has more than {LARGEST_GRAPH} parts at these widths")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _folded(self, node: Node) -> Any:
        """The value of an operation on constants, None if there is another argument or no value."""
        inner = [self.nodes[place] for place in node.arguments]
        if any(argument.operation != "constant" for argument in inner):
            return None
        values = [argument.payload for argument in inner]
        if node.operation == "pow":
            try:
                value = power(*values)
            except OutsideDomainError:
                return None
            return value if is_exact(value) else None
        return sum(values, ZERO) if node.operation == "add" else prod(values, start=ONE)

    def below(self, roots: Iterable[int]) -> list[int]:
        """The nodes that ``roots`` need, in order."""
        wanted: set[int] = set()
        pending = list(roots)
        while pending:
            place = pending.pop()
            if place not in wanted:
                wanted.add(place)
                pending += self.nodes[place].arguments
        return sorted(wanted)

    def inputs(self, roots: Iterable[int], operation: str) -> list[Any]:
        """The payloads of the input nodes of one kind that ``roots`` need."""
        nodes = (self.nodes[place] for place in self.below(roots))
        return [node.payload for node in nodes if node.operation == operation]
