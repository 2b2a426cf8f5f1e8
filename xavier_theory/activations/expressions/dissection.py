"""Cutting the real line into cells on each of which an expression is one smooth function.

On a window ``[-W, W]`` every place where a condition may change is found with proof; between two
such zones all conditions are settled by one point. Beyond the window lie two tails, where what
cannot be settled stays unsettled. On the way it is shown that the expression is defined and real
everywhere, or said where it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import ctx

from xavier_theory.activations.budget import UNITS_PER_REWRITING, spend, within_a_third
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.expressions.building import (
    apply,
    multiply,
    negate,
    number,
    subtract,
)
from xavier_theory.activations.expressions.definedness import require_defined
from xavier_theory.activations.expressions.elementary import FUNCTIONS
from xavier_theory.activations.expressions.nodes import (
    Apply,
    Constant,
    Extremum,
    Node,
    Number,
    Positive,
    Power,
    Product,
    Truth,
    Where,
    depends_on_z,
    is_smooth,
    postorder,
)
from xavier_theory.activations.expressions.polynomials import Coefficients, coefficients, real_roots
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import Interval, point, range_of, span
from xavier_theory.activations.expressions.rewriting import replace_variable, with_children
from xavier_theory.activations.expressions.roots import Zone, merge_zones, roots
from xavier_theory.activations.expressions.tails import tail_sign

Sign = Callable[[Node], int | None]
_MOST_ZONES = 300
WINDOW = Fraction(64)
_WIDEST = Fraction(2**14)


@dataclass(frozen=True)
class Cell:
    """``[lower, upper]``, on which the expression is ``node``, a tree without kinks."""

    lower: Fraction
    upper: Fraction
    node: Node


@dataclass(frozen=True)
class Dissection:
    """Cells from ``-window`` to ``window`` with a zone between each two; the tails beyond.

    ``zones[k]`` lies between ``cells[k]`` and ``cells[k + 1]``; one of width zero is a point.
    A tail's tree may still hold conditions that could not be settled out there.
    """

    window: Fraction
    cells: tuple[Cell, ...]
    zones: tuple[Zone, ...]
    left_tail: Node
    right_tail: Node

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """The middles of the zones."""
        return tuple((lower + upper) / 2 for lower, upper in self.zones)

    def tail(self, side: int) -> Node:
        """The tree beyond the window on the left (−1) or right (1)."""
        return self.left_tail if side < 0 else self.right_tail


@lru_cache(maxsize=1024)
def dissect(root: Node, window: Fraction = WINDOW, bits: int = 128) -> Dissection:
    """The dissection of an expression, whose zones are at most 2^-bits wide.

    The window is widened to hold the roots of the polynomials among the conditions, if they are not
    too far out. Raises ``InvalidInputError`` where the expression is not defined or not real, and
    ``NotCertifiedError`` where that, or the zones, cannot be settled.
    """
    with (
        within_a_third("cutting φ where it bends"),
        ctx.workprec(2 * bits + 64),
    ):  # a double root needs twice the bits
        width = max(window, _reach(root))
        zones = _zones(root, width, bits)
        while zones and not (-width < zones[0][0] and zones[-1][1] < width):
            width *= Fraction(65, 64)  # a zone at the window's edge: look a little further
            zones = _zones(root, width, bits)
        zones = _continued(root, zones, bits)
        ends = [-width, *(end for zone in zones for end in zone), width]
        cells = tuple(
            Cell(left, right, _resolved(root, _sign_at((left + right) / 2)))
            for left, right in zip(ends[::2], ends[1::2], strict=True)
        )
        if not all(is_smooth(cell.node) for cell in cells):
            raise NotCertifiedError(f"a condition within {to_text(root, 80)} cannot be settled")
        left_tail, right_tail = (_resolved(root, _sign_beyond(side, width)) for side in (-1, 1))
        found = Dissection(width, cells, tuple(zones), left_tail, right_tail)
        require_defined(found)
        return found


def jump_at(root: Node, found: Dissection) -> tuple[Fraction | None, Fraction | None]:
    """(a place where φ certainly jumps, a place where that is undecided); None where there is none.

    Functions without ``where``, ``sign`` and ``floor`` are continuous wherever they are defined.
    """
    undecided = None
    if not any(isinstance(p, Where) or _jumps(p) for p in postorder(root)):
        return None, None
    with ctx.workprec(512):
        for k, (lower, upper) in enumerate(found.zones):
            left, right = found.cells[k].node, found.cells[k + 1].node
            if left == right:
                continue
            if lower == upper:
                left, right = (replace_variable(node, number(lower)) for node in (left, right))
                if left == right:
                    continue
            here = span(lower, upper)
            gap = range_of(subtract(left, right), here)
            if gap.positive or gap.negative:
                return (lower + upper) / 2, None
            if gap.sign != 0:
                undecided = (lower + upper) / 2
    return None, undecided


def switches(node: Node) -> list[Node]:
    """The expressions whose zeros may end a smooth piece, or leave the domain, at this node."""
    match node:
        case Positive():
            return [node.difference]
        case Extremum():
            return [subtract(node.left, node.right)]
        case Power() if node.exponent < 0 or node.exponent.denominator != 1:
            return [node.base]
        case Apply():
            if node.function in ("abs", "sign"):
                return [node.argument]
            if node.function == "floor":
                return [apply("sin", multiply(Constant("pi"), node.argument))]
            return [part for part, _ in FUNCTIONS[node.function].domain(node.argument)]
    return []


def _jumps(node: Node) -> bool:
    return isinstance(node, Apply) and node.function in ("sign", "floor")


def _reach(root: Node) -> Fraction:
    """A power of two beyond all roots of polynomial switches, as far as 2^14."""
    farthest = Fraction(1)
    for node in postorder(root):
        for switch in switches(node):
            exact = coefficients(switch)
            if exact:
                for lower, upper in real_roots(exact, 64):
                    farthest = max(farthest, abs(lower), abs(upper))
    reach = Fraction(2) ** (int(farthest) + 1).bit_length()
    return reach if reach <= _WIDEST else Fraction(1)


def _zones(root: Node, width: Fraction, bits: int) -> list[Zone]:
    zones: list[Zone] = []
    done: set[Node] = set()
    settled: dict[Fraction, dict[Node, Node]] = {}
    for node in postorder(root):
        for switch in switches(node):
            if switch in done or not depends_on_z(switch):
                continue
            done.add(switch)
            zones = merge_zones([*zones, *_new_zones(switch, zones, width, bits, settled)])
            zones = [zone for zone in zones if -width <= zone[1] and zone[0] <= width]
            if len(zones) > _MOST_ZONES:
                raise NotCertifiedError(
                    f"more than {_MOST_ZONES} kinks between {-float(width):g} and {float(width):g}"
                )
    return zones


def _new_zones(
    switch: Node,
    zones: list[Zone],
    width: Fraction,
    bits: int,
    settled: dict[Fraction, dict[Node, Node]],
) -> list[Zone]:
    """The zeros of a switch, looked for in each gap between the zones found before.

    ``settled`` keeps what has been resolved at a place: a switch often holds those before it.
    """
    exact = coefficients(switch)
    if exact is not None:
        return roots(switch, -width, width, bits)
    whole = _whole_numbers_of(switch)
    if whole is not None:
        return _crossings(whole, width, bits)
    ends = [-width, *(end for zone in zones for end in zone), width]
    found: list[Zone] = []
    for left, right in zip(ends[::2], ends[1::2], strict=True):
        place = (left + right) / 2
        smooth = _resolved(switch, _sign_at(place), settled.setdefault(place, {}))
        if depends_on_z(smooth):
            inside = roots(smooth, left, right, bits)
            found += [(max(a, left), min(b, right)) for a, b in inside]
    return found


def _whole_numbers_of(switch: Node) -> Coefficients | None:
    """The polynomial u of a switch sin(πu), which is that of ⌊u⌋."""
    if not (isinstance(switch, Apply) and switch.function == "sin"):
        return None
    factor = switch.argument
    if factor == Constant("pi"):
        return None
    factors = factor.factors if isinstance(factor, Product) else (factor,)
    if Constant("pi") not in factors:
        return None
    return coefficients(multiply(*(f for f in factors if f != Constant("pi"))))


def _crossings(polynomial: Coefficients, width: Fraction, bits: int) -> list[Zone]:
    """Where a polynomial is a whole number, between -width and width."""
    size = sum(abs(c) * width**k for k, c in enumerate(polynomial))
    if size > _MOST_ZONES:
        raise NotCertifiedError(f"more than {_MOST_ZONES} steps within ±{float(width):g}")
    found: list[Zone] = []
    for k in range(-int(size) - 1, int(size) + 2):
        shifted = (polynomial[0] - k, *polynomial[1:]) if polynomial else ()
        if len(shifted) > 1:
            found += [z for z in real_roots(shifted, bits) if -width <= z[1] and z[0] <= width]
    return found


def _continued(root: Node, zones: list[Zone], bits: int) -> list[Zone]:
    """The zones, those wider at which a denominator is 0: φ may go on there, but no ball does."""
    powers = [p.base for p in postorder(root) if isinstance(p, Power) and p.exponent < 0]
    reach = Fraction(1, 2 ** (bits // 3))  # two thirds of the bits survive a double cancellation
    found = []
    for lower, upper in zones:
        here = span(lower, upper)
        divides = any(_has_zero(base, here) for base in powers)
        found.append((lower - reach, upper + reach) if divides else (lower, upper))
    return merge_zones(found)


def _has_zero(base: Node, here: Interval) -> bool:
    values = range_of(base, here)
    return not (values.positive or values.negative)


def _sign_at(place: Fraction) -> Sign:
    """The sign at a point, which is the sign in all of a gap without zeros."""

    def sign(node: Node) -> int | None:
        if isinstance(node, Number):
            return (node.value > 0) - (node.value < 0)
        return range_of(node, point(place)).sign

    return sign


def _sign_beyond(side: int, start: Fraction) -> Sign:
    return lambda node: tail_sign(node, side, start)


def _resolved(root: Node, sign: Sign, known: dict[Node, Node] | None = None) -> Node:
    """The tree with every condition settled whose sign is known.

    ``known`` holds, and is given, what is resolved by this same ``sign``.
    """
    known = {} if known is None else known
    for node in postorder(root, known):
        spend(UNITS_PER_REWRITING)
        children = tuple(known[child] for child in node.children)
        known[node] = _settled(node, children, sign)
    return known[root]


def _settled(node: Node, children: tuple[Node, ...], sign: Sign) -> Node:
    rebuilt = node if children == node.children else with_children(node, children)
    match rebuilt:
        case Positive():
            found = sign(rebuilt.difference)
            if found is not None:
                return Truth(found > 0 or (found == 0 and not rebuilt.strict))
        case Extremum():
            found = sign(subtract(rebuilt.left, rebuilt.right))
            if found is not None:
                return rebuilt.left if (found >= 0) == rebuilt.greatest else rebuilt.right
        case Apply() if rebuilt.function in ("abs", "sign"):
            found = sign(rebuilt.argument)
            if found is not None and rebuilt.function == "sign":
                return number(found)
            if found is not None:
                return rebuilt.argument if found > 0 else negate(rebuilt.argument)
        case Apply() if rebuilt.function == "floor":
            whole = _whole(rebuilt.argument, sign)
            return rebuilt if whole is None else number(whole)
    return rebuilt


def _whole(u: Node, sign: Sign) -> int | None:
    """⌊u⌋, from the signs of u − k; None where they are not known."""
    low, high = -_MOST_ZONES - 1, _MOST_ZONES + 2
    while high - low > 1:
        middle = (low + high) // 2
        found = sign(subtract(u, number(middle)))
        if found is None:
            return None
        low, high = (middle, high) if found >= 0 else (low, middle)
    return low
