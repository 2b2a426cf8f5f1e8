"""The positive number that minimises an objective, where an assumption speaks of a minimum."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import CannotBuildModelError


def stationary_point(
    name: str, objective: Basic, point: Symbol, sizes: Mapping[Symbol, int]
) -> sympy.Rational:
    """The rational minimiser of ``objective`` over ``point`` > 0 at given sizes.

    It is the only positive stationary point of an objective whose second derivative is positive
    everywhere; ``CannotBuildModelError`` where that cannot be shown or the point is not rational.
    """
    at_sizes = objective.subs({symbol: sympy.Integer(size) for symbol, size in sizes.items()})
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
    return found[0]
