"""Kernel terms written into a graph, at concrete widths and indices.

Each term is made once into a function of the reader and of the values of its loose indices, and
each reader remembers what such a function has written for which values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

from xavier_theory.finite_models.arithmetic import exact
from xavier_theory.finite_models.errors import CannotBuildModelError, FiniteModelError
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.model import Member, Shape, indices_of, member_at
from xavier_theory.kernel.definitions import Definition
from xavier_theory.kernel.terms import Term, loose, nodes, parts, show

Stack = Sequence[int]
"""Values of the loose indices: that of ``("bound", k)`` is the k-th."""

Writer = Callable[["Reader", Stack], int]
"""Writes a term into the reader's graph for values of its loose indices; the place of its node."""

Whole = Callable[["Reader", Stack], Any]
"""The value of an index or a limit."""

FUNCTIONS = ("relu", "abs", "exp", "log", "tanh", "erf", "sigmoid")
"""Functions of one number that the graph calls as the kernel does; ``step`` is its unit-step."""


class Reader:
    """Writes terms into a graph, at the sizes of ``shape``.

    ``meanings`` maps members and scalars that are given by a term to that term and its stack.
    ``seen`` keeps the place of every member that was met, defined ones included.
    """

    def __init__(self, graph: Graph, shape: Shape, definitions: Iterable[Definition] = ()) -> None:
        self.graph = graph
        self.shape = shape
        self.numbers = dict(shape.numbers)
        self.written: dict[Any, int] = {}
        self.definitions = {_family(definition.head): definition for definition in definitions}
        self.meanings: dict[Term, tuple[Term, Stack]] = {}
        self.seen: dict[Member, int] = {}
        self.given: dict[Term, int] = {}
        self._unfolded: dict[Member, tuple[Term, Stack] | None] = {}
        self._open: set[Term] = set()

    def read(self, term: Term, stack: Stack = ()) -> int:
        """The node of ``term`` for values of its loose indices."""
        return writer(term)(self, stack)

    def whole(self, term: Term, stack: Stack = ()) -> int:
        """The value of an index or a limit: a whole number."""
        return int(whole(term)(self, stack))

    def member_of(self, term: Term, stack: Stack = ()) -> Member:
        """The member that ``term`` names for values of its loose indices."""
        return member_at(term, [self.whole(index, stack) for index in parts(term)])

    def scalar(self, scalar: Term) -> int:
        """The node of a scalar: of its number, if it is a size."""
        size = self.numbers.get(scalar)
        if size is not None:
            return self.graph.add("constant", payload=exact(size))
        return self._meaning(scalar, "scalar")

    def _meaning(self, key: Term, operation: str) -> int:
        """An input, or what an assumption says that it equals."""
        if key in self.meanings:
            if key in self._open:
                raise CannotBuildModelError(show(key), "assumptions define it in a circle")
            self._open.add(key)
            place = self.read(*self.meanings[key])
            self._open.discard(key)
            self.given[key] = place
            return place
        return self.graph.add(operation, payload=key)

    def member(self, member: Member) -> int:
        """The node of a member: an input, or the body of its definition."""
        place = self.seen.get(member)
        if place is None:
            place = self.seen[member] = self._member(member)
        return place

    def _member(self, member: Member) -> int:
        unfolded = self.unfold(member)
        if unfolded is not None:
            return self.read(*unfolded)
        if member[3] in ("width", "natural"):
            return self.graph.add("constant", payload=exact(self.shape.width(member)))
        return self._meaning(member, "member")

    def unfold(self, member: Member) -> tuple[Term, Stack] | None:
        """The definition's body and the values of its variables; None for a base member."""
        if member not in self._unfolded:
            self._unfolded[member] = self._definition_of(member)
        return self._unfolded[member]

    def _definition_of(self, member: Member) -> tuple[Term, Stack] | None:
        definition = self.definitions.get(_family(member))
        if definition is None:
            return None
        found: dict[int, int] = {}
        for pattern, index in zip(parts(definition.head), indices_of(member), strict=True):
            variable = next(node[1] for node in nodes(pattern) if node[0] == "bound")
            value = index - (pattern[0] == "+")  # a head is F[v, ...] or F[v + 1, ...]
            lowest = 1 if definition.domains[variable] == "width" else 0
            if value < lowest or found.setdefault(variable, value) != value:
                return None
        return definition.body, tuple(found[place] for place in range(len(definition.domains)))


def _family(member: Term) -> Term:
    """What members of one family share: all but the indices, and how many these are."""
    return (*member[:4], len(member))


# --- terms made into functions --------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def writer(term: Term) -> Writer:
    """How ``term`` is written into a graph; written once for each values of its loose indices."""
    write = _writer(term)
    looks_at = sorted(loose(term))

    def remembered(reader: Reader, stack: Stack) -> int:
        key = (write, *[stack[place] for place in looks_at])
        known = reader.written.get(key)
        if known is None:
            known = reader.written[key] = write(reader, stack)
        return known

    return remembered


def _writer(term: Term) -> Writer:
    head = term[0]
    if head in ("number", "bound", "scalar", "constant"):
        return _leaf(term)
    if head == "member":
        return _member(term)
    if head in ("sum", "product", "sum-except"):
        return _binder(term)
    inner = [writer(part) for part in parts(term)]
    if head in ("max", "min"):
        return _extremum(1 if head == "max" else -1, inner)
    if head in ("+", "*", "Cov"):
        operation = {"+": "add", "*": "mul", "Cov": "Cov"}[head]
        return lambda reader, stack: reader.graph.add(
            operation, sorted([write(reader, stack) for write in inner])
        )
    operation, payload = _operation(term)
    return lambda reader, stack: reader.graph.add(
        operation, [write(reader, stack) for write in inner], payload
    )


def _operation(term: Term) -> tuple[str, Any]:
    """The graph's name of what a term does with its parts in their order, and its payload."""
    head = term[0]
    if head in ("E", "Var", "polygamma"):
        return head, None
    if head == "^":
        return "pow", None
    if head == "apply":
        return "apply", term[1]
    if head == "step":
        return "function", "unit-step"
    if head in FUNCTIONS:
        return "function", head
    raise FiniteModelError(f"{show(term)} has no meaning in finite models")


def _leaf(term: Term) -> Writer:
    head = term[0]
    if head == "number":
        number = exact(Fraction(term[1], term[2]))
        return lambda reader, stack: reader.graph.add("constant", payload=number)
    if head == "bound":
        depth = term[1]
        return lambda reader, stack: reader.graph.add("constant", payload=exact(stack[depth]))
    if head == "constant":
        return lambda reader, stack: reader.graph.add("named", payload=term[1])
    return lambda reader, stack: reader.scalar(term)


def _member(term: Term) -> Writer:
    indices = [whole(index) for index in parts(term)]
    name = term[1]

    def write(reader: Reader, stack: Stack) -> int:
        found = [index(reader, stack) for index in indices]
        if found and min(found) < 0:
            return reader.graph.add("undefined", payload=f"{name} at the index {min(found)}")
        return reader.member(member_at(term, found))

    return write


def _binder(term: Term) -> Writer:
    upper, body = whole(term[1]), writer(term[-1])
    excluded = whole(term[2]) if term[0] == "sum-except" else None
    operation = "mul" if term[0] == "product" else "add"

    def write(reader: Reader, stack: Stack) -> int:
        last = upper(reader, stack)
        if last < 0:
            return reader.graph.add("undefined", payload=f"a sum up to {last}")
        indices = list(range(1, last + 1))
        if excluded is not None:
            left_out = excluded(reader, stack)
            if left_out not in indices:
                return reader.graph.add(
                    "undefined", payload=f"a sum over 1..{last} without {left_out}"
                )
            indices.remove(left_out)
        addends = [body(reader, (index, *stack)) for index in indices]
        return reader.graph.add(operation, sorted(addends))

    return write


def _extremum(sign: int, inner: Sequence[Writer]) -> Writer:
    """The larger (sign 1) or the smaller (sign -1) of two: x ± relu(±(y - x))."""

    def write(reader: Reader, stack: Stack) -> int:
        add = reader.graph.add
        factors = {s: add("constant", payload=exact(s)) for s in (1, -1)}

        def times(s: int, node: int) -> int:
            return add("mul", sorted((factors[s], node)))

        first, second = sorted(part(reader, stack) for part in inner)
        apart = add("add", sorted((times(sign, second), times(-sign, first))))
        beyond = times(sign, add("function", [apart], "relu"))
        return add("add", sorted((first, beyond)))

    return write


@lru_cache(maxsize=1 << 14)
def whole(term: Term) -> Whole:
    """The value of an index or a limit: a whole number."""
    value = _rational(term)

    def found(reader: Reader, stack: Stack) -> int:
        number = value(reader, stack)
        if number.denominator != 1:
            raise FiniteModelError(f"the index {show(term)} is not a whole number: {number}")
        return int(number)

    fractions = any(node[0] == "number" and node[2] != 1 for node in nodes(term))
    return found if fractions else value


def _rational(term: Term) -> Whole:
    head = term[0]
    if head == "number":
        number = term[1] if term[2] == 1 else Fraction(term[1], term[2])
        return lambda reader, stack: number
    if head == "bound":
        depth = term[1]
        return lambda reader, stack: stack[depth]
    if head in ("scalar", "every"):
        return lambda reader, stack: _size(reader, term)
    if head == "member" and term[3] in ("width", "natural"):
        indices = [whole(index) for index in parts(term)]
        return lambda reader, stack: reader.shape.width(
            member_at(term, [index(reader, stack) for index in indices])
        )
    if head not in ("+", "*"):
        raise FiniteModelError(f"{show(term)} is not the kind of index that a finite model knows")
    inner = [_rational(part) for part in parts(term)]
    fold: Callable[[Iterable[Any]], Any] = sum if head == "+" else prod
    return lambda reader, stack: fold([part(reader, stack) for part in inner])


def _size(reader: Reader, term: Term) -> int:
    size = reader.numbers.get(term)
    if size is None:
        raise CannotBuildModelError(show(term), "it is an index or a limit, and no whole number")
    return size
