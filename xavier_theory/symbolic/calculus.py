"""Derivatives of elementary functions of one variable, by a table short enough to be read."""

from __future__ import annotations

import sympy
from sympy import Expr, Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.terms import relu, sigmoid, unit_step


def derivative(term: Basic, variable: Symbol, kinks: bool = False) -> Expr:
    """The derivative of ``term`` in ``variable``.

    With ``kinks`` relu and abs are in the table, with steps for their derivatives: those hold
    almost everywhere, and their integral is ``term``, which is Lipschitz on bounded intervals.
    Raises ``RuleRefusedError`` outside sums, products, powers and the table.
    """
    if variable not in term.free_symbols:
        return sympy.Integer(0)
    if term == variable:
        return sympy.Integer(1)
    if isinstance(term, sympy.Add):
        return sympy.Add(*(derivative(part, variable, kinks) for part in term.args))
    if isinstance(term, sympy.Mul):
        parts = term.args
        products = [
            sympy.Mul(*parts[:place], derivative(part, variable, kinks), *parts[place + 1 :])
            for place, part in enumerate(parts)
        ]
        return sympy.Add(*products)
    if isinstance(term, sympy.Pow) and variable not in term.exp.free_symbols:
        return term.exp * term.base ** (term.exp - 1) * derivative(term.base, variable, kinks)
    if len(term.args) == 1:
        outer = _bent_derivative(term) if kinks else None
        outer = _outer_derivative(term) if outer is None else outer
        return outer * derivative(term.args[0], variable, kinks)
    raise RuleRefusedError("derivative", f"{term} is not in the table of derivatives")


def _bent_derivative(term: Basic) -> Expr | None:
    """The slope of relu or abs but at 0; None for other functions."""
    (x,) = term.args
    if isinstance(term, relu):
        return unit_step(x)
    if isinstance(term, sympy.Abs):
        return unit_step(x) - unit_step(-x)
    return None


def _outer_derivative(term: Basic) -> Expr:
    (x,) = term.args
    if isinstance(term, sympy.exp):
        return term
    if isinstance(term, sympy.log):
        return 1 / x
    if isinstance(term, sympy.tanh):
        return 1 - term**2
    if isinstance(term, sympy.erf):
        return 2 / sympy.sqrt(sympy.pi) * sympy.exp(-(x**2))
    if isinstance(term, sigmoid):
        return term * (1 - term)
    raise RuleRefusedError("derivative", f"{term} is not in the table of derivatives")
