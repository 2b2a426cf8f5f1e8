"""Where an activation passes through z = 0: its values and slopes there, exactly where possible."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import Dissection, dissect
from xavier_theory.activations.expressions.nodes import Node, Number
from xavier_theory.activations.expressions.ranges import point, range_of, span
from xavier_theory.activations.expressions.rewriting import replace_variable
from xavier_theory.errors import InvalidInputError

_BITS = 256
Side = Fraction | Enclosure  # a rational that is known exactly, or a number that is enclosed


@dataclass(frozen=True)
class Origin:
    """The limits of φ and of φ' from the left and from the right at z = 0.

    ``slopes`` is None where φ' has no finite limits.
    """

    values: tuple[Side, Side]
    slopes: tuple[Side, Side] | None

    @property
    def passes_through_zero(self) -> bool:
        """Whether φ is certainly continuous at 0 with φ(0) = 0."""
        return all(value == 0 for value in self.values)

    @property
    def square(self) -> Side:
        """The limit of E[φ(√q·Z)²] as q → 0."""
        return _mean_of_squares(self.values)

    @property
    def square_slope(self) -> Side | None:
        """The limit of E[φ(√q·Z)²]/q as q → 0, for a φ that passes through zero."""
        return None if self.slopes is None else _mean_of_squares(self.slopes)


def origin(root: Node) -> Origin:
    """φ at z = 0. Raises ``NotCertifiedError`` where it is not settled what φ is there."""
    sides = _sides(root)
    values = [_limit(side, sign) for side, sign in zip(sides, (-1, 1), strict=True)]
    if None in values:
        raise NotCertifiedError("the value of φ at z = 0 is not settled")
    try:
        slopes = [_limit(derivative(side), sign) for side, sign in zip(sides, (-1, 1), strict=True)]
    except InvalidInputError:
        slopes = [None, None]
    left, right = slopes
    return Origin(
        (values[0], values[1]),  # type: ignore[arg-type]  # None was ruled out above
        None if left is None or right is None else (left, right),
    )


def squares_near(root: Node, radius: Fraction, differentiated: bool) -> Enclosure | None:
    """The mean over both sides of φ² (or of φ'²), for all |z| ≤ ``radius``; None if unbounded."""
    total = arb(0)
    with ctx.workprec(_BITS):
        for side, sign in zip(_sides(root), (-1, 1), strict=True):
            tree = derivative(side) if differentiated else side
            ends = sorted((Fraction(0), sign * radius))
            values = range_of(tree, span(ends[0], ends[1]))
            if values.lower is None or values.upper is None:
                return None
            both = values.lower.union(values.upper)
            least = min(abs(values.lower), abs(values.upper)) if not both.contains(0) else arb(0)
            most = max(abs(values.lower), abs(values.upper))
            total += (least * least).union(most * most) / 2
        return Enclosure.from_arb(total)


def _sides(root: Node) -> tuple[Node, Node]:
    """The smooth trees just left and just right of 0."""
    found = dissect(root)
    return _cell_at(found, -1), _cell_at(found, 1)


def _cell_at(found: Dissection, side: int) -> Node:
    for cell in found.cells:
        reaches = cell.lower < 0 <= cell.upper if side < 0 else cell.lower <= 0 < cell.upper
        if reaches:
            return cell.node
    for k, (lower, upper) in enumerate(found.zones):
        if lower < 0 < upper and found.cells[k].node == found.cells[k + 1].node:
            return found.cells[k].node  # one tree, whose singularity at 0 can be removed
    raise NotCertifiedError("whether φ bends at z = 0 is not settled")


def _limit(tree: Node, side: int) -> Side | None:
    try:
        here = replace_variable(tree, Number(Fraction(0)))
    except InvalidInputError:  # a division by zero: what is it just beside?
        return _beside_zero(tree, side)
    if isinstance(here, Number):
        return here.value
    with ctx.workprec(_BITS):
        values = range_of(here, point(Fraction(0)))
        if values.lower is None or values.upper is None:
            return None
        return Enclosure.from_arb(values.lower.union(values.upper))


def _beside_zero(tree: Node, side: int) -> Side | None:
    near = sorted((Fraction(0), side * Fraction(1, 2 ** (_BITS // 2))))
    with ctx.workprec(_BITS):
        values = range_of(tree, span(near[0], near[1]))
        if values.lower is None or values.upper is None:
            return None
        return Enclosure.from_arb(values.lower.union(values.upper))


def _mean_of_squares(sides: tuple[Side, Side]) -> Side:
    left, right = sides
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return (left * left + right * right) / 2
    with ctx.workprec(_BITS):
        balls = [
            s.to_arb() if isinstance(s, Enclosure) else Enclosure(s, s).to_arb() for s in sides
        ]
        return Enclosure.from_arb((balls[0] * balls[0] + balls[1] * balls[1]) / 2)
