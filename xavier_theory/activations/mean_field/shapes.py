"""What is known of an activation's shape as a whole: lines, steepness, and where it stays below z.

Each function proves what it says from the pieces of the expression, or answers that it cannot.
"""

from __future__ import annotations

from fractions import Fraction

from flint import ctx

from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.building import subtract
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import Dissection, dissect, jump_at
from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.expressions.polynomials import coefficients, in_lowest_terms
from xavier_theory.activations.expressions.ranges import Interval, point, range_of, span
from xavier_theory.errors import InvalidInputError

_BITS = 256
Piece = tuple[Node, Fraction | None, Fraction | None]  # a tree, and between which ends it holds
_PROBES = tuple(Fraction(sign * k, 2) for k in (2, 1, 4, 8) for sign in (1, -1))


def homogeneous_slopes(root: Node) -> tuple[Fraction, Fraction] | None:
    """(a, b) where φ(z) = a·z for z < 0 and b·z for z > 0, proven; None for any other φ."""
    found = dissect(root)
    if any(lower != 0 or upper != 0 for lower, upper in found.zones):
        return None
    pieces = [found.left_tail, found.cells[0].node, found.cells[-1].node, found.right_tail]
    slopes = [_slope_through_zero(piece) for piece in pieces]
    if None in slopes or slopes[0] != slopes[1] or slopes[2] != slopes[3]:
        return None
    return slopes[0], slopes[3]  # type: ignore[return-value]  # None was ruled out above


def is_continuous(root: Node) -> bool:
    """Whether φ certainly has no jump."""
    return jump_at(root, dissect(root)) == (None, None)


def steepest_square(root: Node) -> Fraction | None:
    """An upper bound of φ'² on the whole line for a continuous φ; None where none is known."""
    if not is_continuous(root):
        return None
    worst = Fraction(0)
    with ctx.workprec(_BITS):
        for tree, where in _pieces(root):
            size = _largest(tree, where)
            if size is None:
                return None
            worst = max(worst, size)
    return worst * worst


def is_somewhere_below(root: Node, scale: Fraction) -> bool:
    """Whether scale·φ(z)² < z² is proven for some z."""
    with ctx.workprec(_BITS):
        for place in _PROBES:
            values = range_of(root, point(place))
            if values.lower is None or values.upper is None:
                continue
            size = max(Enclosure.from_arb(abs(end)).upper for end in (values.lower, values.upper))
            if scale * size * size < place * place:
                return True
    return False


def bends_towards_zero(root: Node) -> bool:
    """Whether φ is continuous, φ(0) = 0, and |φ| is concave on each side of 0, proven.

    Then |φ(z)|/|z| falls as |z| grows, and so does E[φ(√q·Z)²]/q in q. Each side's φ keeps its sign
    s; s·φ'' ≤ 0 on every piece, and s·φ' jumps downwards at every kink but 0 (seen from 0).
    """
    found = dissect(root)
    if not is_continuous(root) or any(lower != upper for lower, upper in found.zones):
        return False
    pieces: list[Piece] = [(c.node, c.lower, c.upper) for c in found.cells]
    pieces.insert(0, (found.left_tail, None, -found.window))
    pieces.append((found.right_tail, found.window, None))
    with ctx.workprec(_BITS):
        return all(_bends(pieces, found, side) for side in (-1, 1))


def _bends(pieces: list[Piece], found: Dissection, side: int) -> bool:
    ours = []
    for tree, lower, upper in pieces:
        low, high = (lower, upper) if side > 0 else (upper, lower)
        if high is None or high * side > 0:
            near = Fraction(0) if low is None or low * side < 0 else low
            ends = (near, high) if side > 0 else (high, near)
            ours.append((tree, span(*ends)))
    heights = [range_of(tree, where) for tree, where in ours]
    if all(h.lower is not None and h.lower >= 0 for h in heights):
        sign = 1
    elif all(h.upper is not None and h.upper <= 0 for h in heights):
        sign = -1
    else:
        return False
    try:
        bends = [range_of(_slope(_slope(tree)), where) for tree, where in ours]
    except InvalidInputError:
        return False
    if any(_rises(bend, sign) for bend in bends):
        return False
    for k, (place, _) in enumerate(found.zones):
        if place * side > 0:
            slopes = [derivative(found.cells[j].node) for j in (k, k + 1)]
            if _rises(range_of(subtract(slopes[1], slopes[0]), point(place)), sign):
                return False
    here = range_of(ours[0 if side > 0 else -1][0], point(Fraction(0)))
    return here.sign == 0


def _rises(values: Interval, sign: int) -> bool:
    """Whether sign·values may be above 0."""
    if sign > 0:
        return values.upper is None or values.upper > 0
    return values.lower is None or values.lower < 0


def _pieces(root: Node) -> list[tuple[Node, Interval]]:
    """φ' on every cell, on every zone between cells that is no point, and on both tails."""
    found: Dissection = dissect(root)
    pieces = [(_slope(cell.node), span(cell.lower, cell.upper)) for cell in found.cells]
    pieces += [(_slope(root), span(*zone)) for zone in found.zones if zone[0] < zone[1]]
    pieces.append((_slope(found.left_tail), span(None, -found.window)))
    pieces.append((_slope(found.right_tail), span(found.window, None)))
    return pieces


def _slope(tree: Node) -> Node:
    """φ', as a quotient in lowest terms where it is one: its range is narrower then."""
    return in_lowest_terms(derivative(tree))


def _largest(tree: Node, where: Interval) -> Fraction | None:
    values = range_of(tree, where)
    if values.lower is None or values.upper is None:
        return None
    return max(Enclosure.from_arb(abs(end)).upper for end in (values.lower, values.upper))


def _slope_through_zero(piece: Node) -> Fraction | None:
    exact = coefficients(piece)
    if exact is None or len(exact) > 2 or (exact and exact[0] != 0):
        return None
    return exact[1] if len(exact) == 2 else Fraction(0)
