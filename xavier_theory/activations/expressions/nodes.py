"""The nodes of an expression in one real variable z.

Trees are immutable and compare by structure; every node keeps its hash, so that shared parts are
recognized quickly. Make nodes with ``building``, which simplifies without changing where an
expression is defined.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


class Node:
    """A node; equality and hash are those of its fields."""

    _hash: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((type(self).__name__, *self._fields())))

    def _fields(self) -> tuple[Any, ...]:
        names = self.__dataclass_fields__  # type: ignore[attr-defined]  # every node is a dataclass
        return tuple(getattr(self, name) for name in names)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or type(self) is not type(other):
            return False
        same = self._hash == other._hash and self._fields() == other._fields()
        if same:  # from now on they share their parts, which else are compared 2^depth times
            self.__dict__.update(other.__dict__)
        return same

    def __reduce__(self) -> tuple[Any, ...]:
        # made again where it is unpickled: hashes of text differ between processes
        return type(self), self._fields()

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly below."""
        return ()


@dataclass(frozen=True, eq=False)
class Number(Node):
    """A rational number."""

    value: Fraction


@dataclass(frozen=True, eq=False)
class Constant(Node):
    """A real constant by name: ``pi``, ``e``, ``selu_scale``, ``selu_alpha``."""

    name: str


@dataclass(frozen=True, eq=False)
class Parameter(Node):
    """A real parameter without a value yet, such as a slope."""

    name: str


@dataclass(frozen=True, eq=False)
class Variable(Node):
    """The variable z."""


@dataclass(frozen=True, eq=False)
class Sum(Node):
    """The sum of its terms."""

    terms: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """The terms."""
        return self.terms


@dataclass(frozen=True, eq=False)
class Product(Node):
    """The product of its factors."""

    factors: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """The factors."""
        return self.factors


@dataclass(frozen=True, eq=False)
class Power(Node):
    """``base`` to a rational ``exponent`` other than 0 and 1.

    A negative exponent divides; a fractional one wants a base that is not negative.
    """

    base: Node
    exponent: Fraction

    @property
    def children(self) -> tuple[Node, ...]:
        """The base."""
        return (self.base,)


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """A function of one argument: a name of ``elementary.FUNCTIONS``, or one of ``BENT``."""

    function: str
    argument: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """The argument."""
        return (self.argument,)


@dataclass(frozen=True, eq=False)
class Extremum(Node):
    """``max(left, right)``, or ``min`` where ``greatest`` is false."""

    greatest: bool
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """Both operands."""
        return (self.left, self.right)


@dataclass(frozen=True, eq=False)
class Positive(Node):
    """The condition ``difference > 0``, or ``difference ≥ 0`` where not ``strict``."""

    difference: Node
    strict: bool

    @property
    def children(self) -> tuple[Node, ...]:
        """The difference."""
        return (self.difference,)


@dataclass(frozen=True, eq=False)
class Truth(Node):
    """A condition that is always true or always false."""

    holds: bool


@dataclass(frozen=True, eq=False)
class Every(Node):
    """All of the conditions hold."""

    conditions: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """The conditions."""
        return self.conditions


@dataclass(frozen=True, eq=False)
class Negation(Node):
    """The condition does not hold."""

    condition: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """The condition."""
        return (self.condition,)


@dataclass(frozen=True, eq=False)
class Where(Node):
    """``then`` where the condition holds, ``otherwise`` elsewhere."""

    condition: Node
    then: Node
    otherwise: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """The condition and both branches."""
        return (self.condition, self.then, self.otherwise)


Z = Variable()
ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
CONDITIONS = (Positive, Truth, Every, Negation)
KINKED = (Extremum, Where)
BENT = ("abs", "sign", "floor")
"""Functions that bend or jump where their argument does something."""


def postorder(root: Node, known: Container[Node] = ()) -> list[Node]:
    """Every node once, children before parents; no recursion, so that depth does no harm.

    Left out are the nodes in ``known``, and what lies below them alone.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if node in seen or node in known:
            continue
        if expanded:
            seen.add(node)
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.children))
    return order


def is_smooth(node: Node) -> bool:
    """Whether nothing in the tree bends or jumps: no condition, extremum, abs, sign or floor."""
    bent = (*CONDITIONS, *KINKED)
    return not any(
        isinstance(part, bent) or (isinstance(part, Apply) and part.function in BENT)
        for part in postorder(node)
    )


def depends_on_z(node: Node) -> bool:
    """Whether the variable occurs."""
    return any(isinstance(part, Variable) for part in postorder(node))


def parameters_of(node: Node) -> tuple[str, ...]:
    """The names of the parameters that occur, sorted."""
    return tuple(sorted({p.name for p in postorder(node) if isinstance(p, Parameter)}))
