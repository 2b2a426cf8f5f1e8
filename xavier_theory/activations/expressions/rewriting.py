"""Rewriting trees: parts replaced, parameters and the variable given values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    every,
    extremum,
    multiply,
    negation,
    number,
    positive,
    power,
    where,
)
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Every,
    Extremum,
    Negation,
    Node,
    Parameter,
    Positive,
    Power,
    Product,
    Sum,
    Variable,
    Where,
)


def rebuilt(root: Node, replace: Callable[[Node], Node | None]) -> Node:
    """The tree with ``replace(node)`` in place of every node for which it is not None.

    ``replace`` is asked from the top; below a replaced node nothing is visited.
    """
    done: dict[Node, Node] = {}
    stack = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if node in done:
            continue
        if not expanded:
            other = replace(node)
            if other is not None:
                done[node] = other
                continue
            stack.append((node, True))
            stack.extend((child, False) for child in node.children)
        else:
            done[node] = with_children(node, tuple(done[child] for child in node.children))
    return done[root]


def with_children(node: Node, children: tuple[Node, ...]) -> Node:
    """The same operation on other operands."""
    match node:
        case Sum():
            return add(*children)
        case Product():
            return multiply(*children)
        case Power():
            return power(children[0], node.exponent)
        case Apply():
            return apply(node.function, children[0])
        case Extremum():
            return extremum(node.greatest, *children)
        case Positive():
            return positive(children[0], node.strict)
        case Every():
            return every(*children)
        case Negation():
            return negation(children[0])
        case Where():
            return where(*children)
    return node


def substitute(node: Node, values: dict[str, Fraction]) -> Node:
    """The tree with parameters replaced by numbers."""
    return rebuilt(
        node,
        lambda part: (
            number(values[part.name])
            if isinstance(part, Parameter) and part.name in values
            else None
        ),
    )


def replace_variable(node: Node, value: Node) -> Node:
    """The tree with z replaced."""
    return rebuilt(node, lambda part: value if isinstance(part, Variable) else None)
