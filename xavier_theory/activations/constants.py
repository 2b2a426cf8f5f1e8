"""Whether an expression is constant, zero, or of constant size, by its pieces."""

from __future__ import annotations

from fractions import Fraction

from xavier_theory.activations.expressions.building import power
from xavier_theory.activations.expressions.dissection import dissect
from xavier_theory.activations.expressions.nodes import Node, Number, depends_on_z
from xavier_theory.activations.expressions.polynomials import coefficients


def is_zero(root: Node) -> bool:
    """Whether every piece is the polynomial 0; False may also mean that this is not known."""
    return all(coefficients(piece) == () for piece in _pieces(root))


def is_constant(root: Node) -> bool:
    """Whether every piece is one and the same constant; False may also mean not known."""
    pieces = _pieces(root)
    return len(set(pieces)) == 1 and not depends_on_z(pieces[0])


def constant_square(root: Node) -> Fraction | None:
    """The mean of φ(z)² and φ(−z)², where it is the same for almost every z; None: not known.

    Every piece is a rational, and its square the same all the way on either side of 0: step, sign,
    and a ``where`` that jumps between c and −c. Then E[φ(√q·Z)²] is that number at every q.
    """
    found = dissect(root)
    if any(lower != upper for lower, upper in found.zones):
        return None
    sides = [[found.left_tail], [found.right_tail]]
    for cell in found.cells:
        for side, reaches in zip(sides, (cell.lower < 0, cell.upper > 0), strict=True):
            if reaches:
                side.append(cell.node)
    squares = [{power(node, 2) for node in side} for side in sides]
    if any(len(side) != 1 for side in squares):
        return None
    left, right = (side.pop() for side in squares)
    if isinstance(left, Number) and isinstance(right, Number):
        return (left.value + right.value) / 2
    return None


def _pieces(root: Node) -> list[Node]:
    found = dissect(root)
    return [*(cell.node for cell in found.cells), found.left_tail, found.right_tail]
