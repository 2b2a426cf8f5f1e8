"""Where an activation lies beside a line everywhere: so does its length map, at every q at once.

If σ_w²·(φ(z)² + φ(−z)²) ≥ 2z² for every z, and more somewhere, then V(q) > q for every q > 0, since
E[φ(Z)²] = E[φ(Z)² + φ(−Z)²]/2: lengths grow without bound, however slowly (by 1 a layer for ELU at
He's variance). With ≤, and no bias, V(q) < q, and lengths fall to 0. The difference is multiplied
out, z taken out of it, and its range enclosed on every piece.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from flint import ctx

from xavier_theory.activations.expressions.building import (
    add,
    apply,
    multiply,
    negate,
    number,
    power,
)
from xavier_theory.activations.expressions.dissection import Dissection, dissect
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Variable,
    Z,
)
from xavier_theory.activations.expressions.polynomials import coefficients
from xavier_theory.activations.expressions.ranges import point, range_of, span
from xavier_theory.activations.expressions.rewriting import rebuilt, replace_variable
from xavier_theory.activations.expressions.symmetry import signed_out

_BITS = 128
_MOST_TERMS = 64
_PROBES = tuple(Fraction(k, 2) for k in (1, 2, 4, 8))


def beside_identity(root: Node, scale: Fraction) -> int | None:
    """1 where scale·(φ(z)² + φ(−z)²) ≥ 2z² is proven for every z, −1 where ≤ is, else None.

    And that they differ somewhere.
    """
    found = dissect(root)
    if any(lower != upper for lower, upper in found.zones):
        return None
    cuts = sorted({Fraction(0), found.window, *(abs(kink) for kink in found.kinks)})
    pieces = [(_excess(found, (a + b) / 2, scale), a, b) for a, b in pairwise(cuts)]
    tails = _difference(found.right_tail, found.left_tail, scale)
    with ctx.workprec(_BITS):
        signs = {_sign(tree, a, b) for tree, a, b in pieces} | {_sign(tails, found.window, None)}
        for sign in (1, -1):
            if signs <= {sign, 0} and _differs(found, scale, sign):
                return sign
    return None


def _excess(found: Dissection, place: Fraction, scale: Fraction) -> Node:
    sides = [
        next(cell.node for cell in found.cells if cell.lower <= z <= cell.upper)
        for z in (place, -place)
    ]
    return _difference(sides[0], sides[1], scale)


def _difference(right: Node, left: Node, scale: Fraction) -> Node:
    """scale·(φ(z)² + φ(−z)²) − 2z² for z > 0, multiplied out, with z taken out of it."""
    terms = [multiply(number(-2), power(Z, 2))]
    for tree in (right, replace_variable(left, negate(Z))):
        side = _terms(signed_out(_reflected(tree)))
        if len(side) ** 2 > _MOST_TERMS:
            return add(*terms, multiply(number(scale), power(tree, 2)))
        terms += [multiply(number(scale), a, b) for a in side for b in side]
    total = add(*terms)
    parts = total.terms if isinstance(total, Sum) else (total,)
    common = min(_degree(part) for part in parts)
    return add(*(_lowered(part, common) for part in parts))


def _terms(node: Node) -> list[Node]:
    """The node as a sum of products, where it is short enough."""
    if isinstance(node, Sum):
        return [part for term in node.terms for part in _terms(term)]
    if isinstance(node, Product):
        found: list[Node] = [number(1)]
        for factor in node.factors:
            inner = _terms(factor)
            if len(found) * len(inner) > _MOST_TERMS:
                return [node]
            found = [multiply(a, b) for a in found for b in inner]
        return found
    return [node]


def _reflected(tree: Node) -> Node:
    """softplus(u) as u + softplus(−u) where u grows from 0: the second part is small."""

    def replace(node: Node) -> Node | None:
        if not (isinstance(node, Apply) and node.function == "softplus"):
            return None
        line = coefficients(node.argument)
        if line is None or len(line) != 2 or line[0] < 0 or line[1] <= 0:
            return None
        return add(node.argument, apply("softplus", negate(node.argument)))

    return rebuilt(tree, replace)


def _degree(part: Node) -> int:
    """The power of z that is a factor."""
    factors = part.factors if isinstance(part, Product) else (part,)
    total = 0
    for factor in factors:
        if isinstance(factor, Variable):
            total += 1
        elif isinstance(factor, Power) and factor.base == Z and factor.exponent.denominator == 1:
            total += max(int(factor.exponent), 0)
    return 99 if part == Number(Fraction(0)) else total


def _lowered(part: Node, common: int) -> Node:
    factors = part.factors if isinstance(part, Product) else (part,)
    rest = [f for f in factors if not isinstance(f, Variable) and not _is_power_of_z(f)]
    return multiply(*rest, power(Z, _degree(part) - common)) if common < 99 else part


def _is_power_of_z(factor: Node) -> bool:
    whole = isinstance(factor, Power) and factor.exponent.denominator == 1
    return whole and isinstance(factor, Power) and factor.base == Z and factor.exponent > 0


def _sign(tree: Node, lower: Fraction, upper: Fraction | None) -> int | None:
    values = range_of(tree, span(lower, upper))
    if values.sign == 0:
        return 0
    if values.lower is not None and values.lower >= 0:
        return 1
    return -1 if values.upper is not None and values.upper <= 0 else None


def _differs(found: Dissection, scale: Fraction, sign: int) -> bool:
    for place in _PROBES:
        values = range_of(_excess(found, place, scale), point(place))
        if values.sign == sign:
            return True
    return False
