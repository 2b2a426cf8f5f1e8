"""What a function means that an assumption calls the derivative of a mean.

The derivative of the closed form, where there is one; else the mean of the derivative, as a ball
for each argument. Neither uses the kernel's table or its lemmas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Lambda, Symbol

from xavier_theory.continuous_models.values import NoValueError
from xavier_theory.symbolic.terms import domain_of

__all__ = ["SlopeOfMean", "slope_of_closed", "slope_of_mean"]

_x = Symbol("x", real=True)


@dataclass(frozen=True)
class SlopeOfMean:
    """The derivative of a mean that has no closed form: the mean of the derivative in ``at``.

    Outside of the variable's domain any number will do, as in ``slope_of_closed``.
    """

    integrand: sympy.Expr
    at: Symbol
    mean: Callable[[sympy.Expr], Any]

    def __call__(self, argument: sympy.Expr) -> Any:
        """The slope at a number; ``NoValueError`` at anything else."""
        if not argument.is_Rational or (argument == 0 and domain_of(self.at) == "nonnegative"):
            raise NoValueError(f"the slope of a mean is known at numbers, not at {argument}")
        if domain_of(self.at) != "real" and not argument > 0:
            return sympy.Integer(1)
        return self.mean(self.integrand.xreplace({self.at: argument}))


def slope_of_mean(plain: sympy.Expr, at: Symbol, mean: Callable[[sympy.Expr], Any]) -> SlopeOfMean:
    """The derivative of E[f] in ``at``, for a plain f without jumps."""
    if plain.has(sympy.Heaviside):
        raise NoValueError(f"no derivative is known of the mean of {plain}")
    return SlopeOfMean(sympy.diff(plain, at), at, mean)


def slope_of_closed(closed: sympy.Expr, at: Symbol) -> Lambda:
    """The derivative, in a form that has a value wherever it exists in the domain of ``at``.

    Elsewhere any number will do, for nothing is said. The slopes that theorems speak of are not 1
    by chance.
    """
    if closed.has(sympy.acos):  # of a pair of rectifiers: 1/√(1 − c²) drops out, also at c = 1
        slope = sympy.simplify(sympy.diff(closed, at))
    else:
        slope = sympy.cancel(sympy.diff(sympy.cancel(closed), at))
    inside = {"positive": _x > 0, "nonnegative": _x >= 0}.get(domain_of(at) or "", sympy.true)
    return Lambda(_x, sympy.Piecewise((slope.xreplace({at: _x}), inside), (1, True)))
