"""Terms unrolled at concrete widths and indices: a graph in which equal parts are one node.

At given sizes every sum, product and recursion of a term is finite. ``Reader.read`` writes it out
as nodes of a ``Graph``; a node that is already there is shared, by all steps of a derivation and
all their index values. What is left open (values of members, scalars and opaque functions) are the
graph's inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any

import sympy
from sympy import Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.finite_models.arithmetic import ONE, ZERO, exact, is_exact, power
from xavier_theory.finite_models.errors import (
    CannotBuildModelError,
    FiniteModelError,
    OutsideDomainError,
)
from xavier_theory.symbolic.judgements import Definition
from xavier_theory.symbolic.terms import (
    Binder,
    Bound,
    Cov,
    E,
    Entry,
    Family,
    ProductOver,
    Var,
    relu,
    sigmoid,
    unit_step,
)

Member = tuple[Family, tuple[int, ...]]
"""A member of a family at concrete indices."""

Stack = tuple[int, ...]
"""Values of the loose bound indices: ``Bound(k)`` is the k-th."""

FUNCTION_NAMES = {
    relu: "relu",
    unit_step: "unit-step",
    sigmoid: "sigmoid",
    sympy.Abs: "abs",
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.tanh: "tanh",
    sympy.erf: "erf",
}
_CONSTANTS = {sympy.pi: "pi", sympy.EulerGamma: "euler-gamma", sympy.E: "e"}
FOLDED = ("add", "mul", "pow")
LARGEST_GRAPH = 30_000


@dataclass(frozen=True)
class Node:
    """One operation: its name, the nodes that it takes, and what else it needs."""

    operation: str
    arguments: tuple[int, ...] = ()
    payload: Any = None


@dataclass
class Graph:
    """Nodes in an order in which each comes after its arguments; equal nodes are the same."""

    nodes: list[Node] = field(default_factory=list)
    place: dict[tuple[str, tuple[int, ...], Any], int] = field(default_factory=dict)

    def add(self, operation: str, arguments: Iterable[int] = (), payload: Any = None) -> int:
        """The place of a node, which is added if it is new."""
        key = (operation, tuple(arguments), payload)
        if key not in self.place and operation in FOLDED:
            folded = self._folded(operation, key[1])
            if folded is not None:
                self.place[key] = self.add("constant", payload=folded)
        if key not in self.place:
            if len(self.nodes) >= LARGEST_GRAPH:
                raise FiniteModelError(
                    f"a term has more than {LARGEST_GRAPH} parts at these widths"
                )
            self.place[key] = len(self.nodes)
            self.nodes.append(Node(*key))
        return self.place[key]

    def _folded(self, operation: str, arguments: tuple[int, ...]) -> Any:
        """The value of an operation on constants, None if there is another argument or no value."""
        nodes = [self.nodes[place] for place in arguments]
        if any(node.operation != "constant" for node in nodes):
            return None
        values = [node.payload for node in nodes]
        if operation == "pow":
            try:
                value = power(*values)
            except OutsideDomainError:
                return None
            return value if is_exact(value) else None
        return sum(values, ZERO) if operation == "add" else prod(values, start=ONE)

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


@lru_cache(maxsize=50_000)
def _reach(term: Basic) -> tuple[int, tuple[Symbol, ...]]:
    """How many values of the stack a term looks at, and its free symbols."""
    if isinstance(term, Bound):
        return term.depth + 1, ()
    if isinstance(term, Symbol):
        return 0, (term,)
    depth = 0
    symbols: set[Symbol] = set()
    for place, child in enumerate(term.args):
        inner, names = _reach(child)
        under = isinstance(term, Binder) and place == len(term.args) - 1
        depth = max(depth, inner - 1 if under else inner)
        symbols.update(names)
    return depth, tuple(sorted(symbols, key=str))


class Reader:
    """Writes terms into a graph, at the sizes of ``shape``.

    ``meanings`` maps members and scalars that are given by a term to that term and its stack.
    ``seen`` keeps the place of every member that was met, defined ones included.
    """

    def __init__(self, graph: Graph, shape: Any, definitions: Iterable[Definition] = ()) -> None:
        self.graph = graph
        self.shape = shape
        self.definitions = {definition.head.family: definition for definition in definitions}
        self.meanings: dict[Any, tuple[Basic, Stack]] = {}
        self.seen: dict[Member, int] = {}
        self.given: dict[Any, int] = {}
        self._memo: dict[Any, int] = {}
        self._wholes: dict[Any, int] = {}
        self._unfolded: dict[Member, tuple[Basic, Stack] | None] = {}
        self._open: set[Any] = set()

    def read(
        self, term: Basic, stack: Stack = (), values: Mapping[Symbol, int] | None = None
    ) -> int:
        """The node of ``term`` for values of its loose bound indices and of index symbols."""
        known = values or {}
        depth, symbols = _reach(term)
        key = (term, stack[:depth], tuple(known.get(symbol) for symbol in symbols))
        if key not in self._memo:
            self._memo[key] = self._read(term, stack, known)
        return self._memo[key]

    def whole(self, term: Basic, stack: Stack, values: Mapping[Symbol, int]) -> int:
        """The value of an index or a limit: a whole number."""
        depth, symbols = _reach(term)
        key = (term, stack[:depth], tuple(values.get(symbol) for symbol in symbols))
        if key not in self._wholes:
            number = self._rational(term, stack, values)
            if number.q != 1:
                raise FiniteModelError(f"the index {term} is not a whole number: {number}")
            self._wholes[key] = int(number.p)
        return self._wholes[key]

    def _rational(self, term: Basic, stack: Stack, values: Mapping[Symbol, int]) -> Any:
        if isinstance(term, Rational):
            return exact(term)
        if isinstance(term, Bound):
            return exact(stack[term.depth])
        if isinstance(term, Symbol):
            size = values.get(term, self.shape.number(term))
            if size is None:
                raise CannotBuildModelError(
                    str(term), "it is an index or a limit, and no whole number"
                )
            return exact(size)
        if isinstance(term, Entry) and term.family.domain in ("width", "natural"):
            indices = tuple(self.whole(index, stack, values) for index in term.indices)
            return exact(self.shape.width(term.family, indices))
        parts = [self._rational(part, stack, values) for part in term.args]
        if isinstance(term, sympy.Add):
            return sum(parts, exact(0))
        if isinstance(term, sympy.Mul):
            total = exact(1)
            for part in parts:
                total *= part
            return total
        raise FiniteModelError(f"{term} is not the kind of index that a finite model knows")

    def _extremum(self, sign: int, children: Iterable[int]) -> int:
        """The largest (sign 1) or smallest (sign -1) of several: x ± relu(±(y - x)) of two."""
        add = self.graph.add
        factors = {s: add("constant", payload=exact(s)) for s in (1, -1)}

        def times(s: int, node: int) -> int:
            return add("mul", sorted((factors[s], node)))

        found, *others = sorted(children)
        for other in others:
            apart = add("add", sorted((times(sign, other), times(-sign, found))))
            beyond = times(sign, add("function", [apart], FUNCTION_NAMES[relu]))
            found = add("add", sorted((found, beyond)))
        return found

    def _read(self, term: Basic, stack: Stack, values: Mapping[Symbol, int]) -> int:
        add = self.graph.add
        if isinstance(term, Rational):
            return add("constant", payload=exact(term))
        if isinstance(term, Bound):
            return add("constant", payload=exact(stack[term.depth]))
        if isinstance(term, Symbol):
            return self._symbol(term, values)
        if isinstance(term, Entry):
            return self._entry(term, stack, values)
        if isinstance(term, Binder):
            return self._binder(term, stack, values)
        if term in _CONSTANTS:
            return add("named", payload=_CONSTANTS[term])
        children = [self.read(child, stack, values) for child in term.args]
        if isinstance(term, sympy.Add | sympy.Mul):
            return add("add" if isinstance(term, sympy.Add) else "mul", sorted(children))
        if isinstance(term, E | Var):
            return add(type(term).__name__, children)
        if isinstance(term, Cov):
            return add("Cov", sorted(children))
        if isinstance(term, sympy.Pow):
            return add("pow", children)
        if isinstance(term, AppliedUndef):
            return add("apply", children, term.func.__name__)
        if term.func in FUNCTION_NAMES:
            return add("function", children, FUNCTION_NAMES[term.func])
        if isinstance(term, sympy.polygamma):
            return add("polygamma", children)
        if isinstance(term, sympy.Max | sympy.Min):
            return self._extremum(1 if isinstance(term, sympy.Max) else -1, children)
        raise FiniteModelError(f"{type(term).__name__} {term} has no meaning in finite models")

    def _symbol(self, symbol: Symbol, values: Mapping[Symbol, int]) -> int:
        size = values.get(symbol, self.shape.number(symbol))
        if size is not None:
            return self.graph.add("constant", payload=exact(size))
        return self._meaning(symbol, "scalar")

    def _meaning(self, key: Any, operation: str) -> int:
        """An input, or what an assumption says that it equals."""
        if key in self.meanings:
            if key in self._open:
                raise CannotBuildModelError(str(key), "assumptions define it in a circle")
            self._open.add(key)
            term, stack = self.meanings[key]
            place = term if isinstance(term, int) else self.read(term, stack)
            self._open.discard(key)
            self.given[key] = place
            return place
        return self.graph.add(operation, payload=key)

    def _entry(self, term: Entry, stack: Stack, values: Mapping[Symbol, int]) -> int:
        indices = tuple(self.whole(index, stack, values) for index in term.indices)
        if min(indices, default=0) < 0:
            return self.graph.add("undefined", payload=f"{term.family} at the index {min(indices)}")
        return self.member((term.family, indices))

    def member(self, member: Member) -> int:
        """The node of a member: an input, or the body of its definition."""
        if member not in self.seen:
            self.seen[member] = self._member(member)
        return self.seen[member]

    def _member(self, member: Member) -> int:
        unfolded = self.unfold(member)
        if unfolded is not None:
            return self.read(*unfolded)
        family, indices = member
        if family.domain in ("width", "natural"):
            return self.graph.add("constant", payload=exact(self.shape.width(family, indices)))
        return self._meaning(member, "member")

    def unfold(self, member: Member) -> tuple[Basic, Stack] | None:
        """The definition's body and the values of its variables; None for a base member."""
        if member not in self._unfolded:
            self._unfolded[member] = self._definition_of(member)
        return self._unfolded[member]

    def _definition_of(self, member: Member) -> tuple[Basic, Stack] | None:
        family, indices = member
        definition = self.definitions.get(family)
        if definition is None:
            return None
        found: dict[int, int] = {}
        for pattern, index in zip(definition.head.indices, indices, strict=True):
            loose = next(iter(pattern.atoms(Bound)), None)
            if loose is None:
                if pattern != index:
                    return None
                continue
            value = index - int(pattern - loose)
            lowest = 1 if definition.domains[loose.depth] == "width" else 0
            if value < lowest or found.setdefault(loose.depth, value) != value:
                return None
        return definition.body, tuple(found[place] for place in range(len(definition.domains)))

    def _binder(self, term: Binder, stack: Stack, values: Mapping[Symbol, int]) -> int:
        upper = self.whole(term.upper, stack, values)
        if upper < 0:
            return self.graph.add("undefined", payload=f"a sum up to {upper}")
        indices = list(range(1, upper + 1))
        if term.excluded is not None:
            excluded = self.whole(term.excluded, stack, values)
            if excluded not in indices:
                return self.graph.add(
                    "undefined", payload=f"a sum over 1..{upper} without {excluded}"
                )
            indices.remove(excluded)
        parts = sorted(self.read(term.body, (index, *stack), values) for index in indices)
        if isinstance(term, ProductOver):
            return self.graph.add("mul", parts)
        return self.graph.add("add", parts)
