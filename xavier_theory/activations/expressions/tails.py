"""The sign of an expression on a half line ``|z| ≥ W`` on one side, proven or not known."""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.nodes import Node, Number, is_smooth, postorder
from xavier_theory.activations.expressions.polynomials import coefficients, real_roots
from xavier_theory.activations.expressions.ranges import Interval, point, range_of, span
from xavier_theory.errors import InvalidInputError

_ORDERS = 3  # how many derivatives are tried
_MOST_NODES = 400


def half_line(side: int, start: Fraction) -> Interval:
    """``[start, ∞)`` for side 1, ``(−∞, −start]`` for side −1."""
    return span(start, None) if side > 0 else span(None, -start)


def tail_sign(node: Node, side: int, start: Fraction, orders: int = _ORDERS) -> int | None:
    """The sign that the expression has on all of the half line; None where there is none to prove.

    By exact roots for a polynomial, by its range, or because it starts with the sign in which its
    derivative pulls.
    """
    if isinstance(node, Number):
        return (node.value > 0) - (node.value < 0)
    exact = coefficients(node)
    if exact is not None:
        if any(abs(end) >= start for zone in real_roots(exact, 64) for end in zone):
            return None
        return range_of(node, point(side * start)).sign
    found = range_of(node, half_line(side, start)).sign
    if found is not None or orders == 0 or _unsettled(node):
        return found
    try:
        slope = tail_sign(derivative(node), side, start, orders - 1)
    except InvalidInputError:
        return None
    first = range_of(node, point(side * start)).sign
    return first if first is not None and first == (slope or 0) * side else None


def _unsettled(node: Node) -> bool:
    parts = postorder(node)
    return len(parts) > _MOST_NODES or not is_smooth(node)  # the derivative says nothing of jumps
