"""Showing that an expression is defined and real on the whole line, or saying where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.expressions.elementary import FUNCTIONS
from xavier_theory.activations.expressions.nodes import Apply, Node, Power, postorder
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import point, range_of, span
from xavier_theory.activations.expressions.tails import tail_sign
from xavier_theory.errors import InvalidInputError

if TYPE_CHECKING:
    from xavier_theory.activations.expressions.dissection import Dissection

_SHORT = 80


def require_defined(found: Dissection) -> None:
    """Every root, logarithm and denominator of every cell and tail keeps to its domain.

    Raises ``InvalidInputError`` where it certainly does not, ``NotCertifiedError`` where that
    cannot be settled; the text names the part and the place.
    """
    needs = [list(_needs(cell.node)) for cell in found.cells]
    inside = zip(found.cells, needs, strict=True)
    for cell, listed in sorted(inside, key=lambda pair: abs(pair[0].lower + pair[0].upper)):
        for part, inner, kind in listed:
            _require_sign_inside(part, inner, kind, (cell.lower + cell.upper) / 2)
    nearest_first = sorted(enumerate(found.zones), key=lambda pair: abs(pair[1][0]))
    for k, zone in nearest_first:
        if not all(_is_bounded(found.cells[j].node, zone) for j in (k, k + 1)):
            _require_sign_at(zone, needs[k], needs[k + 1])
    for side in (-1, 1):
        for part, inner, kind in _needs(found.tail(side)):
            _require_sign_beyond(part, inner, kind, side, found.window)


def _is_bounded(node: Node, zone: tuple[Fraction, Fraction]) -> bool:
    """Whether φ stays bounded beside a zone wider than a point: a singularity may be removed.

    Only denominators are let off: a root or a logarithm must be real on both sides anyway.
    """
    if zone[0] == zone[1] or any(kind != "nonzero" for _, _, kind in _needs(node)):
        return False
    values = range_of(node, span(*zone))
    return values.lower is not None and values.upper is not None


def _needs(root: Node) -> Iterator[tuple[Node, Node, str]]:
    """(the part, what must keep its sign, how): ``nonzero``, ``positive`` or ``nonnegative``."""
    for node in postorder(root):
        if isinstance(node, Power):
            if node.exponent.denominator != 1:
                yield node, node.base, "positive" if node.exponent < 0 else "nonnegative"
            elif node.exponent < 0:
                yield node, node.base, "nonzero"
        elif isinstance(node, Apply) and node.function in FUNCTIONS:
            for inner, strict in FUNCTIONS[node.function].domain(node.argument):
                yield node, inner, "positive" if strict else "nonnegative"


def _shown(part: Node) -> str:
    return to_text(part, _SHORT)


def _require_sign_inside(part: Node, inner: Node, kind: str, place: Fraction) -> None:
    sign = range_of(inner, point(place)).sign
    if sign is None:
        raise NotCertifiedError(
            f"the sign of {_shown(inner)} at z = {float(place):.6g} is not clear"
        )
    if sign == 0 and kind != "nonnegative":
        raise InvalidInputError(f"division by zero: {_shown(inner)} is 0 at z = {float(place):.6g}")
    if sign < 0 and kind != "nonzero":
        raise InvalidInputError(f"{_shown(part)} is not a real number at z = {float(place):.6g}")


def _require_sign_at(
    zone: tuple[Fraction, Fraction],
    left: list[tuple[Node, Node, str]],
    right: list[tuple[Node, Node, str]],
) -> None:
    """At a zone, what must not vanish must not."""
    here = span(*zone)
    place = f"z = {float((zone[0] + zone[1]) / 2):.6g}"
    for part, inner, kind in dict.fromkeys([*left, *right]):
        if kind == "nonnegative":
            continue
        value = range_of(inner, here)
        if value.positive or value.negative:
            continue
        both = (part, inner, kind) in left and (part, inner, kind) in right
        ends = {range_of(inner, point(end)).sign for end in zone}
        centre = range_of(inner, point((zone[0] + zone[1]) / 2)).sign
        if both and (centre == 0 or ends == {-1, 1}):
            raise InvalidInputError(_vanishing(part, inner, place))
        raise NotCertifiedError(
            f"{_shown(part)} is not bounded near {place}, or cannot be shown to be"
        )


def _vanishing(part: Node, inner: Node, place: str) -> str:
    if isinstance(part, Power):
        return f"division by zero at {place}: {_shown(inner)} is 0 there"
    return f"{_shown(part)} is not a real number at {place}"


def _require_sign_beyond(part: Node, inner: Node, kind: str, side: int, start: Fraction) -> None:
    sign = tail_sign(inner, side, start)
    if sign is None and kind == "nonnegative":
        lower = range_of(inner, span(start, None) if side > 0 else span(None, -start)).lower
        sign = 1 if lower is not None and lower >= 0 else None
    if sign == 1 or (sign == -1 and kind == "nonzero") or (sign == 0 and kind == "nonnegative"):
        return
    where = f"z {'>' if side > 0 else '<'} {side * float(start):g}"
    if sign is None:
        raise NotCertifiedError(f"{_shown(part)} cannot be shown to be a real number for {where}")
    raise InvalidInputError(f"{_shown(part)} is not a real number for {where}")
