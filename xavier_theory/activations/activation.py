"""An activation φ and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import acb, ctx

from xavier_theory.activations.budget import estimating
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.activations.expressions.differentiation import derivative
from xavier_theory.activations.expressions.dissection import Dissection, dissect
from xavier_theory.activations.expressions.nodes import Node
from xavier_theory.activations.expressions.printing import to_text
from xavier_theory.activations.expressions.ranges import point, range_of
from xavier_theory.activations.expressions.tapes import array_function, ball_function
from xavier_theory.activations.growth import Growth, PolynomialGrowth
from xavier_theory.activations.piecewise import Branch, PiecewiseAnalytic

if TYPE_CHECKING:
    import sympy

_LEAST = Fraction(1, 10**6)
_HOLE = 1e-7  # beside a singularity that can be removed
ArrayFunction = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False, repr=False)
class Activation:
    """An activation φ and what is known of it.

    ``function`` and ``derivative`` map arrays to arrays of the same shape. ``expression`` is the
    tree that everything certified is computed from; an activation built from functions alone has
    none, and then ``certified``, ``certified_derivative`` and the growth bounds on |φ| and |φ'| are
    its maker's word. ``certified`` is None where a kink is no rational number. At a kink the
    derivative is one of the two one-sided ones. ``homogeneous`` means φ(cz) = cφ(z) for every
    c > 0. ``lipschitz`` is an upper bound of |φ'| within one percent of the least, or None when
    there is none or it is not known. ``undecided`` is the reason, where it could not be settled
    that φ is defined, real and cut at the right places.
    """

    name: str
    function: ArrayFunction
    derivative: ArrayFunction
    certified: PiecewiseAnalytic | None
    certified_derivative: PiecewiseAnalytic | None
    growth: Growth | None = None
    derivative_growth: Growth | None = None
    homogeneous: bool = False
    lipschitz: Fraction | None = None
    parameters: tuple[tuple[str, Fraction], ...] = ()
    second_moment_form: Callable[[], sympy.Expr | None] | None = field(default=None, repr=False)
    expression: Node | None = None
    undecided: str | None = None

    def __repr__(self) -> str:
        told = "".join(f", {name}={value}" for name, value in self.parameters)
        return f"Activation({self.name!r}{told})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self.expression is None:  # then its functions must be such as can be pickled
            return Activation, tuple(getattr(self, part.name) for part in fields(self))
        known = (self.name, self.homogeneous, self.lipschitz, self.parameters)
        return _made_again, (self.expression, *known)

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """The points where φ is not analytic, in increasing order; irrational ones rounded.

        Where there are infinitely many: those between −64 and 64.
        """
        if self.expression is not None and self.undecided is None:
            return dissect(self.expression).kinks
        return self.certified.kinks if self.certified is not None else ()


def from_expression(
    root: Node,
    name: str | None = None,
    *,
    homogeneous: bool = False,
    lipschitz: Fraction | None = None,
    parameters: tuple[tuple[str, Fraction], ...] = (),
) -> Activation:
    """The activation of a tree; its name is the expression unless another is given.

    Raises ``InvalidInputError`` where the expression is certainly undefined or not real somewhere.
    """
    undecided: str | None = None
    pieces: tuple[PiecewiseAnalytic | None, PiecewiseAnalytic | None] = (None, None)
    try:
        found = dissect(root)
        pieces = (_branches(found, False), _branches(found, True))
    except NotCertifiedError as error:
        undecided = str(error)
    growth = None if lipschitz is None else _lipschitz_growth(root, lipschitz)
    holes = () if undecided is not None else _holes(found)
    with estimating():  # where the budget is used up, an estimate still needs the slopes
        slopes = array_function(derivative(root))
    return Activation(
        name=name or to_text(root),
        function=_continued(array_function(root), holes),
        derivative=_continued(slopes, holes),
        certified=pieces[0],
        certified_derivative=pieces[1],
        growth=growth,
        derivative_growth=None
        if growth is None
        else PolynomialGrowth(max(lipschitz or _LEAST, _LEAST)),
        homogeneous=homogeneous,
        lipschitz=lipschitz,
        parameters=parameters,
        second_moment_form=lambda: _form(root),
        expression=root,
        undecided=undecided,
    )


def _made_again(
    root: Node,
    name: str,
    homogeneous: bool,
    lipschitz: Fraction | None,
    parameters: tuple[tuple[str, Fraction], ...],
) -> Activation:
    return from_expression(
        root, name, homogeneous=homogeneous, lipschitz=lipschitz, parameters=parameters
    )


def _holes(found: Dissection) -> tuple[float, ...]:
    """Where one tree goes on across a zone: a singularity that can be removed."""
    between = zip(found.zones, found.cells, found.cells[1:], strict=False)
    return tuple(
        float((lower + upper) / 2)
        for (lower, upper), left, right in between
        if lower < upper and left.node == right.node
    )


def _continued(function: ArrayFunction, holes: tuple[float, ...]) -> ArrayFunction:
    """The function with the places where it is 0/0 replaced by places beside them."""
    if not holes:
        return function
    places = np.array(holes)

    def evaluate(z: np.ndarray) -> np.ndarray:
        values = np.asarray(function(z))
        if np.all(np.isfinite(values)):
            return values
        points = np.asarray(z, dtype=float)
        off = np.min(np.abs(points[..., None] - places), axis=-1)
        return np.where((off < _HOLE) & ~np.isfinite(values), function(points + _HOLE), values)

    return evaluate


def _lipschitz_growth(root: Node, lipschitz: Fraction) -> Growth:
    """|φ(z)| ≤ |φ(0)| + lipschitz·|z|; a growth constant must be positive."""
    at_zero = range_of(root, point(Fraction(0)))
    ends = [abs(end).upper() for end in (at_zero.lower, at_zero.upper) if end is not None]
    height = max((Enclosure.from_arb(end).upper for end in ends), default=Fraction(0))
    return PolynomialGrowth(max(height, lipschitz, _LEAST), 1)


def _form(root: Node) -> sympy.Expr | None:
    from xavier_theory.activations.closed_forms import second_moment

    return second_moment(root)


def _branches(found: Dissection, differentiated: bool) -> PiecewiseAnalytic | None:
    if any(lower != upper for lower, upper in found.zones):
        return None
    trees = [derivative(c.node) if differentiated else c.node for c in found.cells]
    return PiecewiseAnalytic(found.kinks, tuple(_compiled(tree) for tree in trees))


def _compiled(tree: Node) -> Branch:
    """A branch that is compiled once for each precision it is used at."""
    made: dict[int, Branch] = {}

    def branch(z: acb, analytic: bool) -> acb:
        if ctx.prec not in made:
            made[ctx.prec] = ball_function(tree)
        return made[ctx.prec](z, analytic)

    return branch
