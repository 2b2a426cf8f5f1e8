"""Panels on which an activation is resolved: no feature of it can hide between their nodes.

On each panel the tree is analytic on the ellipse around it whose axes are 5/4 and 3/4 of its half
width, and bounded there by M ≤ 6·max|f| over the panel, by balls. Gauss–Legendre's rule of order n
is then wrong by at most (64/15)·M·ρ^(−2n)/(1 − ρ^(−2)), ρ = 2, of the panel's width (Trefethen
2008, theorem 4.5): 2e-11 for n = 20, and for squares and fourth powers in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np
from flint import acb, arb, ctx

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import dissect
from xavier_theory.activations.expressions.nodes import Node, is_smooth
from xavier_theory.activations.expressions.ranges import range_of, span
from xavier_theory.activations.expressions.tapes import array_function, ball_function
from xavier_theory.activations.quadrature import QuadratureError
from xavier_theory.errors import XavierTheoryError

_MOST_PANELS = 8000
_RATIO = 6.0  # of the bound on the ellipse to the greatest value on the panel
_NEGLIGIBLE = 1e-300
_BITS, _DOUBLE = 64, 50  # of balls, and of what doubles are worth after a few operations
_SMALLEST, _RELATIVE = 2.0**-60, 2.0**-48  # width of a panel where the tree is not analytic
_PROBES = np.cos(np.pi * (np.arange(8) + 0.5) / 8)
Panels = Callable[[float], np.ndarray]


def panels_of(activation: Activation, *, slopes: bool = False) -> Panels | None:
    """reach ↦ the ends of panels from −reach to reach that resolve φ, and φ' too if ``slopes``.

    None for an activation without an expression that can be relied on. The function raises
    ``QuadratureError`` where that takes too many panels, or φ (or φ') is not bounded.
    """
    root = activation.expression
    if root is None or activation.undecided is not None:
        return None

    def panels(reach: float) -> np.ndarray:
        octaves = max(0, int(np.ceil(np.log2(max(reach, 1.0)))))
        found: list[np.ndarray] = []
        for octave in range(octaves + 1):
            found.append(_panels(root, octave, False))
            if slopes:
                found.append(_panels(root, octave, True))
            if sum(ends.size for ends in found) > _MOST_PANELS:
                raise _too_fast(2.0**octave)
        return np.unique(np.concatenate(found))

    return panels


def _too_fast(place: float) -> QuadratureError:
    return QuadratureError(
        f"the activation changes too fast to be resolved near z = {place:.6g}; "
        "use the certified expectation"
    )


@lru_cache(maxsize=4096)
def _panels(root: Node, octave: int, differentiated: bool) -> np.ndarray:
    """The ends for 2^(octave − 1) ≤ |z| ≤ 2^octave; for |z| ≤ 1 at octave 0."""
    outer = 2.0**octave
    inner = 0.5 * outer if octave else 0.0
    found: set[float] = set()
    try:
        for tree, left, right in _pieces(root, outer):
            piece = derivative(tree) if differentiated else tree
            for low, high in ((-outer, -inner), (inner, outer)):
                lower, upper = max(left, low), min(right, high)
                if lower < upper:
                    found |= _resolved(piece, lower, upper, _MOST_PANELS - len(found))
    except QuadratureError:
        raise
    except XavierTheoryError as error:
        raise QuadratureError(str(error)) from None
    return np.array(sorted(found))


def _pieces(root: Node, reach: float) -> Iterator[tuple[Node, float, float]]:
    """Smooth trees, each between the ends where it holds, as far as ``reach`` at least."""
    found = dissect(root)
    if reach > found.window and not all(is_smooth(found.tail(side)) for side in (-1, 1)):
        found = dissect(root, Fraction(reach))
    for cell in found.cells:
        yield cell.node, float(cell.lower), float(cell.upper)
    if reach > found.window:
        yield found.left_tail, -reach, -float(found.window)
        yield found.right_tail, float(found.window), reach


def _resolved(tree: Node, lower: float, upper: float, most: int) -> set[float]:
    """The ends of the panels between two points."""
    with ctx.workprec(_BITS):
        inspected = _Inspected(tree)
        fixed = [sign * 2.0**k for k in range(-4, 64) for sign in (-1, 1)]
        cuts = sorted({lower, upper, *(c for c in [0.0, *fixed] if lower < c < upper)})
        stack = list(pairwise(cuts))
        ends = {lower, upper}
        while stack:
            left, right = stack.pop()
            if inspected.resolves(left, right) or _is_negligible(tree, left, right):
                ends |= {left, right}
            else:
                middle = 0.5 * (left + right)
                stack += [(left, middle), (middle, right)]
            if len(ends) + len(stack) > most:
                raise _too_fast(left)
    return ends


class _Inspected:
    """A smooth tree as what the bound on an ellipse needs; at the precision of the moment."""

    def __init__(self, tree: Node) -> None:
        self.ball, self.values = ball_function(tree), array_function(tree)
        self.slope = ball_function(derivative(tree))

    def resolves(self, left: float, right: float) -> bool:
        """Whether the tree is analytic and small enough around the panel."""
        centre, half = 0.5 * (left + right), 0.5 * (right - left)
        box = acb(arb(centre, 1.25 * half), arb(0, 0.75 * half))
        there = self.ball(box, True)
        if not there.is_finite():
            return False
        middle = self.ball(acb(centre), False)
        here = float(np.max(np.abs(self.values(centre + half * _PROBES))))
        # what is left of a difference such as 1 − tanh² is rounding, which no panel resolves
        rounding = 2.0 ** (_BITS - _DOUBLE) * float(middle.rad())
        most = max(_RATIO * (here + rounding), _NEGLIGIBLE)
        if float(there.abs_upper()) <= most:
            return True
        slope = self.slope(box, True)  # the mean value theorem is narrower where terms cancel
        return slope.is_finite() and bool(
            middle.abs_upper() + slope.abs_upper() * (1.46 * half) <= most
        )


def _is_negligible(tree: Node, left: float, right: float) -> bool:
    """Whether the panel is next to nothing, and the tree bounded on it: beside a root's zero."""
    if right - left > max(_SMALLEST, _RELATIVE * abs(left)):
        return False
    values = range_of(tree, span(Fraction(left), Fraction(right)))
    if values.lower is None or values.upper is None:
        raise QuadratureError(
            f"the activation, or its slope, is not shown bounded near z = {left:.6g}"
        )
    return True
