"""Whether an expression is constant, or zero, on the whole line, by its pieces."""

from __future__ import annotations

from xavier_theory.activations.expressions.dissection import dissect
from xavier_theory.activations.expressions.nodes import Node, depends_on_z
from xavier_theory.activations.expressions.polynomials import coefficients


def is_zero(root: Node) -> bool:
    """Whether every piece is the polynomial 0; False may also mean that this is not known."""
    return all(coefficients(piece) == () for piece in _pieces(root))


def is_constant(root: Node) -> bool:
    """Whether every piece is one and the same constant; False may also mean not known."""
    pieces = _pieces(root)
    return len(set(pieces)) == 1 and not depends_on_z(pieces[0])


def _pieces(root: Node) -> list[Node]:
    found = dissect(root)
    return [*(cell.node for cell in found.cells), found.left_tail, found.right_tail]
