"""Whether an expression is odd, by its cells: φ(−z) = −φ(z) for almost every z, proven."""

from __future__ import annotations

from functools import lru_cache

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    multiply,
    negate,
    number,
    power,
    split_coefficient,
)
from xavier_theory.activations.expressions.dissection import Dissection, dissect
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Z,
    postorder,
)
from xavier_theory.activations.expressions.rewriting import replace_variable, with_children

_ODD = frozenset({"sin", "tan", "sinh", "tanh", "erf", "arctan", "arcsinh", "arcsin", "arctanh"})
_EVEN = frozenset({"cos", "cosh"})


@lru_cache(maxsize=1024)
def is_odd(root: Node) -> bool:
    """Whether φ(−z) = −φ(z) but perhaps at the kinks; False may also mean that it is not known.

    Every cell is compared with its mirror image, after signs were drawn out of odd and even
    functions. Raises what ``dissect`` raises.
    """
    found = dissect(root)
    if not _mirrors(found):
        return False
    right = [cell.node for cell in found.cells if cell.upper > 0]
    left = [cell.node for cell in reversed(found.cells) if cell.lower < 0]
    pairs = [*zip(left, right, strict=True), (found.left_tail, found.right_tail)]
    return all(
        signed_out(replace_variable(a, negate(Z))) == signed_out(negate(b)) for a, b in pairs
    )


def _mirrors(found: Dissection) -> bool:
    """Whether the kinks are points, and lie on both sides alike."""
    points = [lower for lower, upper in found.zones if lower == upper]
    return len(points) == len(found.zones) and points == [-point for point in reversed(points)]


def signed_out(root: Node) -> Node:
    """The tree with signs drawn out of odd and even functions and of whole powers."""
    known: dict[Node, Node] = {}
    for node in postorder(root):
        known[node] = _drawn(with_children(node, tuple(known[c] for c in node.children)))
    return known[root]


def _drawn(node: Node) -> Node:
    match node:
        case Apply() if node.function in _ODD and _leads_with_minus(node.argument):
            return _opposite(apply(node.function, _opposite(node.argument)))
        case Apply() if node.function in _EVEN and _leads_with_minus(node.argument):
            return apply(node.function, _opposite(node.argument))
        case Power() if node.exponent.denominator == 1 and _leads_with_minus(node.base):
            turned = power(_opposite(node.base), node.exponent)
            return turned if node.exponent % 2 == 0 else _opposite(turned)
        case Product():
            minus = [_leads_with_minus(factor) for factor in node.factors]
            factors = [_opposite(f) if m else f for f, m in zip(node.factors, minus, strict=True)]
            whole = multiply(*factors)
            return _opposite(whole) if sum(minus) % 2 else _spread(whole)
    return node


def _leads_with_minus(node: Node) -> bool:
    first = node.terms[0] if isinstance(node, Sum) else node
    return not isinstance(first, Number) and split_coefficient(first)[0] < 0


def _opposite(node: Node) -> Node:
    return _spread(negate(node))


def _spread(node: Node) -> Node:
    """A number times a sum as a sum."""
    factor, rest = split_coefficient(node)
    if factor != 1 and isinstance(rest, Sum):
        return add(*(multiply(number(factor), term) for term in rest.terms))
    return node
