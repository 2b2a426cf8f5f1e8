"""Derivatives of trees, branch by branch: what happens at kinks and jumps is left to ``cells``."""

from __future__ import annotations

from functools import lru_cache

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    multiply,
    number,
    positive,
    power,
    subtract,
    where,
)
from xavier_theory.activations.expressions.elementary import FUNCTIONS
from xavier_theory.activations.expressions.nodes import (
    CONDITIONS,
    ONE,
    ZERO,
    Apply,
    Extremum,
    Node,
    Power,
    Product,
    Sum,
    Variable,
    Where,
    postorder,
)
from xavier_theory.errors import InvalidInputError

_MOST_NODES = 20_000


@lru_cache(maxsize=512)
def derivative(root: Node) -> Node:
    """dφ/dz wherever φ has one; at a kink that of the branch with the lesser condition.

    Raises ``InvalidInputError`` when the derivative would have more than 20 000 nodes.
    """
    found: dict[Node, Node] = {}
    for node in postorder(root):
        if not isinstance(node, CONDITIONS):
            found[node] = _rule(node, found)
    result = found[root]
    if len(postorder(result)) > _MOST_NODES:
        raise InvalidInputError("the expression is too large to differentiate")
    return result


def _rule(node: Node, known: dict[Node, Node]) -> Node:
    match node:
        case Variable():
            return ONE
        case Sum():
            return add(*(known[term] for term in node.terms))
        case Product():
            return add(*(_one_differentiated(node, k, known) for k in range(len(node.factors))))
        case Power():
            outer = multiply(number(node.exponent), power(node.base, node.exponent - 1))
            return multiply(outer, known[node.base])
        case Apply():
            return multiply(_outer(node), known[node.argument])
        case Extremum():
            first, second = node.left, node.right
            if not node.greatest:
                first, second = second, first
            return where(
                positive(subtract(first, second), True), known[node.left], known[node.right]
            )
        case Where():
            return where(node.condition, known[node.then], known[node.otherwise])
    return ZERO


def _outer(node: Apply) -> Node:
    if node.function == "abs":
        return apply("sign", node.argument)
    if node.function in ("sign", "floor"):
        return ZERO
    return FUNCTIONS[node.function].derivative(node.argument)


def _one_differentiated(node: Product, index: int, known: dict[Node, Node]) -> Node:
    inner = known[node.factors[index]]
    if inner == ZERO:
        return ZERO
    rest = (*node.factors[:index], *node.factors[index + 1 :])
    return multiply(inner, *rest)
