"""The positive number that minimises an objective, where an assumption speaks of a minimum."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from xavier_theory.finite_models.errors import CannotBuildModelError
from xavier_theory.kernel.terms import Term, number
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.encoding import decode


def stationary_point(assumption: Assumption, sizes: Iterable[tuple[Term, int]]) -> Term:
    """The rational minimiser of an objective over all positive numbers at given sizes.

    It is the only positive stationary point of an objective whose second derivative is positive
    everywhere; ``CannotBuildModelError`` where that cannot be shown or the point is not rational.
    """
    name, (objective, point) = assumption.name, assumption.parts
    at_sizes = objective.subs({decode(scalar): sympy.Integer(size) for scalar, size in sizes})
    if at_sizes.free_symbols - {point} or at_sizes.has(sympy.core.function.AppliedUndef):
        raise CannotBuildModelError(name, f"the minimum of {objective} depends on more than sizes")
    slope = sympy.diff(at_sizes, point)
    found = [root for root in sympy.solve(slope, point) if root.is_positive]
    if len(found) != 1 or not found[0].is_Rational:
        raise CannotBuildModelError(
            name, f"the minimum of {at_sizes} is at no single rational number"
        )
    if not sympy.simplify(sympy.diff(slope, point)).is_positive:
        raise CannotBuildModelError(name, f"{at_sizes} is not plainly convex")
    return number(int(found[0].p), int(found[0].q))
