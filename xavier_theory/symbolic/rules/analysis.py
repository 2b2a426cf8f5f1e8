"""Rules about functions of one real variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.symbolic.binding import instantiate, substitute
from xavier_theory.symbolic.calculus import derivative
from xavier_theory.symbolic.integrability import integrable
from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.language import well_formed
from xavier_theory.symbolic.normal_form import is_zero_function
from xavier_theory.symbolic.rules.engine import NOTHING, Inferred, divides_safely, refuse, rule
from xavier_theory.symbolic.terms import Cov, E, Entry, is_random, relu


@rule
def sign_cases(context: Context, left: Any, right: Any, on: Any) -> Inferred:
    """⟹ left = right, where it holds by algebra both for on >= 0 and for on <= 0.

    In each case relu(±on) and abs(on) are known.
    """
    left, right, on = map(well_formed, (left, right, on))
    for sign in (1, -1):
        known = {
            relu(on): on if sign > 0 else sympy.Integer(0),
            relu(-on): sympy.Integer(0) if sign > 0 else -on,
            sympy.Abs(on): sign * on,
        }
        if not is_zero_function(substitute(left, known) - substitute(right, known)):
            raise refuse(
                "sign_cases", f"{left} and {right} differ where {on} {'>=' if sign > 0 else '<='} 0"
            )
    return Inferred("=", left, right, divides_safely(context, "sign_cases", left, right))


@rule
def same_sign(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step]
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t, f(0) = g(0) = 0 ⟹ 0 <= f(t) g(t).

    For both have the sign of t.
    """
    functions = [well_formed(first), well_formed(second)]
    _require_slopes("same_sign", functions, variable, slopes)
    if any(not is_zero_function(substitute(f, {variable: sympy.Integer(0)})) for f in functions):
        raise refuse("same_sign", "a function does not vanish at 0")
    return Inferred("<=", sympy.Integer(0), functions[0] * functions[1])


@rule
def association(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step], member: Any
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t ⟹ 0 <= Cov(f(X), g(X)).

    Γ: what makes f(X) g(X), f(X) and g(X) integrable. Source: Chebyshev's association inequality,
    Boucheron, Lugosi & Massart (2013), Theorem 2.14.
    """
    functions, member = [well_formed(first), well_formed(second)], well_formed(member)
    _require_slopes("association", functions, variable, slopes)
    if not isinstance(member, Entry):
        raise refuse("association", f"{member} is no random variable")
    x, y = (substitute(f, {variable: member}) for f in functions)
    used = NOTHING.union(*(integrable(context, "association", term) for term in (x * y, x, y)))
    return Inferred("<=", sympy.Integer(0), Cov(x, y), used)


def _require_slopes(
    rule_name: str, functions: Sequence[Basic], variable: Symbol, slopes: Sequence[Step]
) -> None:
    """Each slope must say 0 <= f' for its function, with the variable free over all reals."""
    if variable != sympy.Symbol(variable.name, real=True) or len(slopes) != len(functions):
        raise refuse(
            rule_name, f"it takes a real variable and one slope for each function, got {variable}"
        )
    for function, slope in zip(functions, slopes, strict=True):
        if slope.relation != "<=" or slope.left != 0 or is_random(function):
            raise refuse(rule_name, f"{slope.formula} does not say that a slope is >= 0")
        if not is_zero_function(derivative(function, variable) - slope.right):
            raise refuse(rule_name, f"{slope.right} is not the derivative of {function}")
        if any(variable in assumption.free_symbols for assumption in slope.assumptions):
            raise refuse(rule_name, f"the slope of {function} is not known for every {variable}")


@rule
def moment_by_antiderivative(
    context: Context, name: str, integrand: Any, antiderivative: Any, at: Symbol
) -> Inferred:
    """F' = g · density on [a, b] ⟹ E[g(X)] = F(b) - F(a). Γ: the density.

    Refuses unless sympy's derivative of F equals g · density by the normal form.
    """
    assumption = context.named(name)
    if assumption.kind != "density":
        raise refuse("moment_by_antiderivative", f"{name} is no density")
    member, body, lower, upper = assumption.parts
    integrand, antiderivative = well_formed(integrand), well_formed(antiderivative)
    slope = derivative(antiderivative, at)
    weight = instantiate(body, at)
    used = divides_safely(context, "moment_by_antiderivative", slope, weight, integrand)
    if not is_zero_function(slope - integrand * weight):
        raise refuse(
            "moment_by_antiderivative", f"{antiderivative} is no antiderivative of the integrand"
        )
    ends = [substitute(antiderivative, {at: end}) for end in (upper, lower)]
    return Inferred(
        "=", E(substitute(integrand, {at: member})), ends[0] - ends[1], used | {assumption}
    )


@rule
def stationarity(context: Context, name: str) -> Inferred:
    """v > 0 minimises f over the positive numbers ⟹ 0 = f'(v) (Fermat). Γ: that v minimises f."""
    assumption = context.named(name)
    if assumption.kind != "minimises":
        raise refuse("stationarity", f"{name} does not say that something is a minimum")
    objective, point = assumption.parts
    return Inferred("=", sympy.Integer(0), derivative(objective, point), frozenset({assumption}))
