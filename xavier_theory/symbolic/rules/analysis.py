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
from xavier_theory.symbolic.judgements import Context, Step, spoken_of
from xavier_theory.symbolic.language import well_formed
from xavier_theory.symbolic.normal_form import is_zero_function
from xavier_theory.symbolic.rules.engine import (
    NOTHING,
    Inferred,
    Used,
    divides_safely,
    refuse,
    rule,
)
from xavier_theory.symbolic.signs import is_real
from xavier_theory.symbolic.terms import Cov, E, Entry, Var, domain_of, is_random, relu, unit_step


@rule
def sign_cases(context: Context, left: Any, right: Any, on: Any) -> Inferred:
    """⟹ left = right, where it holds by algebra in each case of the sign of ``on``.

    The cases are on >= 0 and on <= 0; where a step of ±on occurs they are > 0, = 0 and < 0. In each
    relu(±on), abs(on) and the steps are known. Refuses if they occur in an expectation although
    ``on`` is random, or if ``on`` may be no real number.
    """
    left, right, on = map(well_formed, (left, right, on))
    if not is_real(on):
        raise refuse("sign_cases", f"{on} is not plainly a real number")
    steps = (unit_step(on), unit_step(-on))
    operators = (left.atoms(E, Var, Cov) | right.atoms(E, Var, Cov)) if is_random(on) else set()
    for operator in operators:
        if operator.has(relu(on), relu(-on), sympy.Abs(on), *steps):
            raise refuse("sign_cases", f"the sign of {on} is not one case throughout {operator}")
    jumps = left.has(*steps) or right.has(*steps)
    for case, known in _sign_cases(on, jumps, any(operator.has(on) for operator in operators)):
        if not is_zero_function(substitute(left, known) - substitute(right, known)):
            raise refuse("sign_cases", f"{left} and {right} differ where {on} {case} 0")
    return Inferred("=", left, right, divides_safely(context, "sign_cases", left, right))


def _sign_cases(on: Basic, jumps: bool, averaged: bool) -> list[tuple[str, dict[Basic, Basic]]]:
    """The cases and what is known in each; ``on`` itself is 0 in one, but not if it is averaged."""
    zero, one = sympy.Integer(0), sympy.Integer(1)
    above: dict[Basic, Basic] = {relu(on): on, relu(-on): zero, sympy.Abs(on): on}
    below: dict[Basic, Basic] = {relu(on): zero, relu(-on): -on, sympy.Abs(on): -on}
    if not jumps:
        return [(">=", above), ("<=", below)]
    above |= {unit_step(on): one, unit_step(-on): zero}
    below |= {unit_step(on): zero, unit_step(-on): one}
    between = dict.fromkeys(above, zero) | ({} if averaged else {on: zero})
    return [(">", above), ("=", between), ("<", below)]


@rule
def same_sign(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step]
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t, f(0) = g(0) = 0 ⟹ 0 <= f(t) g(t).

    For both have the sign of t.
    """
    functions = [well_formed(first), well_formed(second)]
    used = _require_slopes(context, "same_sign", functions, variable, slopes)
    if any(not is_zero_function(substitute(f, {variable: sympy.Integer(0)})) for f in functions):
        raise refuse("same_sign", "a function does not vanish at 0")
    return Inferred("<=", sympy.Integer(0), functions[0] * functions[1], used)


@rule
def association(
    context: Context, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step], member: Any
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t ⟹ 0 <= Cov(f(X), g(X)).

    Γ: what makes f(X) g(X), f(X) and g(X) integrable. Source: Chebyshev's association inequality,
    Boucheron, Lugosi & Massart (2013), Theorem 2.14.
    """
    functions, member = [well_formed(first), well_formed(second)], well_formed(member)
    known = _require_slopes(context, "association", functions, variable, slopes)
    if not isinstance(member, Entry):
        raise refuse("association", f"{member} is no random variable")
    x, y = (substitute(f, {variable: member}) for f in functions)
    used = known.union(*(integrable(context, "association", term) for term in (x * y, x, y)))
    return Inferred("<=", sympy.Integer(0), Cov(x, y), used)


def _everywhere(context: Context, rule_name: str, variable: Symbol, *terms: Basic) -> Used:
    """What makes ``terms`` real and defined for every real value of ``variable``."""
    for term in terms:
        if is_random(term) or not is_real(term):
            raise refuse(rule_name, f"{term} is not plainly real and deterministic")
    used = divides_safely(context, rule_name, *terms)
    if domain_of(variable) != "real" or any(variable in a.free_symbols for a in used):
        raise refuse(rule_name, f"{variable} must range over all real numbers")
    return used


def _require_slopes(
    context: Context,
    rule_name: str,
    functions: Sequence[Basic],
    variable: Symbol,
    slopes: Sequence[Step],
) -> Used:
    """Each slope must say 0 <= f' for its function, with the variable free over all reals."""
    if domain_of(variable) != "real" or len(slopes) != len(functions):
        raise refuse(
            rule_name, f"it takes a real variable and one slope for each function, got {variable}"
        )
    used = NOTHING
    for function, slope in zip(functions, slopes, strict=True):
        if slope.relation != "<=" or slope.left != 0:
            raise refuse(rule_name, f"{slope.formula} does not say that a slope is >= 0")
        computed = derivative(function, variable)
        used |= _everywhere(context, rule_name, variable, function, computed)
        if not is_zero_function(computed - slope.right):
            raise refuse(rule_name, f"{slope.right} is not the derivative of {function}")
        if variable in spoken_of(slope.assumptions, context):
            raise refuse(rule_name, f"the slope of {function} is not known for every {variable}")
    return used


@rule
def moment_by_antiderivative(
    context: Context, name: str, integrand: Any, antiderivative: Any, at: Symbol
) -> Inferred:
    """F' = g · density on [a, b] ⟹ E[g(X)] = F(b) - F(a). Γ: the density.

    Refuses unless the derivative of F (``calculus.py``) equals g · density by the normal form, and
    if one of these may be random, complex or undefined for a real argument.
    """
    assumption = context.named(name)
    if assumption.kind != "density":
        raise refuse("moment_by_antiderivative", f"{name} is no density")
    member, body, lower, upper = assumption.parts
    integrand, antiderivative = well_formed(integrand), well_formed(antiderivative)
    slope = derivative(antiderivative, at)
    weight = instantiate(body, at)
    if at in assumption.free_symbols:
        raise refuse("moment_by_antiderivative", f"{at} is a parameter of {name}")
    used = _everywhere(
        context, "moment_by_antiderivative", at, antiderivative, slope, weight, integrand
    )
    if not is_zero_function(slope - integrand * weight):
        raise refuse(
            "moment_by_antiderivative", f"{antiderivative} is no antiderivative of the integrand"
        )
    if any(at in operator.free_symbols for operator in integrand.atoms(E, Var, Cov)):
        raise refuse("moment_by_antiderivative", f"{member} would be captured in {integrand}")
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
