"""Closed means of functions with kinks: polynomials on each half-line, and pairs of rectifiers.

E[Z^k; Z > 0] = 2^(k/2 − 1) Γ((k + 1)/2)/√π, and for X and Y jointly Gaussian with mean 0, variances
v and w and correlation ρ, E[relu(X) relu(Y)] = √(v w) (√(1 − ρ²) + ρ (π − arccos ρ))/(2π): Cho &
Saul (2009), section 2.1, n = 1. Scalars may stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Heaviside, Integer, Max, Rational, Symbol, acos, gamma, pi, sqrt

__all__ = ["KINKED", "mean_with_kinks"]

KINKED = (Max, Heaviside)
"""Functions with a kink or a jump, at 0 of their arguments."""


def mean_with_kinks(expression: Expr, variables: Sequence[Symbol]) -> Expr | None:
    """The mean over independent standard normal ``variables``; None if it is neither kind."""
    if len(variables) == 1:
        return _on_half_lines(expression, variables[0])
    return _of_rectifiers(expression, variables)


def _on_half_lines(expression: Expr, variable: Symbol) -> Expr | None:
    size, total = Symbol("size", positive=True), Integer(0)
    for sign in (1, -1):
        part = expression.xreplace({variable: sign * size})
        if not part.is_polynomial(size):
            return None
        for (power,), factor in sympy.Poly(sympy.expand(part), size).terms():
            total += factor * _half_moment(power)
    return total


def _half_moment(power: int) -> Expr:
    """E[Z^power; Z > 0]."""
    return 2 ** (Rational(power, 2) - 1) * gamma(Rational(power + 1, 2)) / sqrt(pi)


def _of_rectifiers(expression: Expr, variables: Sequence[Symbol]) -> Expr | None:
    found = {node: _linear_form(node, variables) for node in expression.atoms(Max)}
    forms = {node: form for node, form in found.items() if form is not None}
    names = {node: sympy.Dummy() for node in forms}
    inside = sympy.expand(expression.xreplace(names))
    if len(forms) != len(found) or not inside.is_polynomial(*names.values()):
        return None
    polynomial, total = sympy.Poly(inside, *names.values()), Integer(0)
    for powers, factor in polynomial.terms():
        counted = zip(forms.values(), powers, strict=True)
        chosen = [form for form, power in counted for _ in range(power)]
        if len(chosen) != 2 or factor.free_symbols & set(variables):
            return None
        total += factor * _product_mean(*chosen)
    return total


def _linear_form(node: Expr, variables: Sequence[Symbol]) -> tuple[Expr, ...] | None:
    """The coefficients of L in max(L, 0) for a linear form L; None for another maximum."""
    rest = [argument for argument in node.args if argument != 0]
    if len(rest) != 1 or len(node.args) != 2:
        return None
    form = sympy.expand(rest[0])
    coefficients = tuple(form.coeff(variable) for variable in variables)
    pairs = zip(coefficients, variables, strict=True)
    plain = sympy.expand(form - sympy.Add(*(c * v for c, v in pairs))) == 0
    return coefficients if plain else None


def _product_mean(first: Sequence[Expr], second: Sequence[Expr]) -> Expr:
    """E[relu(X) relu(Y)] for two linear forms in independent standard normal variables."""
    v, w = (sympy.simplify(sympy.Add(*(c**2 for c in form))) for form in (first, second))
    if list(first) == list(second):
        return v / 2
    covariance = sympy.Add(*(c * d for c, d in zip(first, second, strict=True)))
    correlation = sympy.simplify(covariance / sqrt(v * w))
    angle = sqrt(1 - correlation**2) + correlation * (pi - acos(correlation))
    return sqrt(v * w) * angle / (2 * pi)
