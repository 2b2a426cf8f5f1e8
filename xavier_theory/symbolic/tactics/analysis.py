"""Rules about functions of one real variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Symbol

from xavier_theory.kernel import Refused, slopes
from xavier_theory.symbolic.binding import substitute
from xavier_theory.symbolic.encoding import decode, encode, well_formed
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lines import Notebook
from xavier_theory.symbolic.signs import is_zero_function
from xavier_theory.symbolic.tactics.engine import Inferred, positives, refuse, rule
from xavier_theory.symbolic.tactics.integrability import integrable
from xavier_theory.symbolic.terms import Cov, E, Entry, domain_of, is_random


@rule
def sign_cases(book: Notebook, left: Any, right: Any, on: Any) -> Inferred:
    """⟹ left = right, where it holds by algebra in each case of the sign of ``on``.

    The cases are on > 0, on = 0 and on < 0. In each, relu(±on), abs(on), the steps of ±on, and
    the maximum and minimum of two terms that differ by ``on``, are known. Refuses if they occur in
    an expectation although ``on`` is random.
    """
    left, right, on = map(well_formed, (left, right, on))
    positive = positives(book, left, right)
    line = book.write("cases", encode(on), stated=("=", left, right), positive=positive)
    return Inferred("=", left, right, line)


@rule
def same_sign(
    book: Notebook, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step]
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t, f(0) = g(0) = 0 ⟹ 0 <= f(t) g(t).

    For both have the sign of t.
    """
    first, second = well_formed(first), well_formed(second)
    _require_slopes("same_sign", variable, slopes)
    for function in (first, second):
        if is_random(function):
            raise refuse("same_sign", f"{function} is random: both functions are deterministic")
        if not is_zero_function(substitute(function, {variable: sympy.Integer(0)})):
            raise refuse("same_sign", f"{function} does not vanish at 0")
    zero, product = sympy.Integer(0), first * second
    at = [encode(variable), encode(zero)]
    line = book.write(
        "same direction",
        encode(first),
        encode(second),
        encode(variable),
        at,
        [slope.line for slope in slopes],
        stated=("<=", zero, product),
    )
    return Inferred("<=", zero, product, line)


@rule
def association(
    book: Notebook, first: Any, second: Any, variable: Symbol, slopes: Sequence[Step], member: Any
) -> Inferred:
    """0 <= f'(t), 0 <= g'(t) for all real t ⟹ 0 <= Cov(f(X), g(X)).

    Γ: what makes f(X) g(X), f(X) and g(X) integrable. Source: Chebyshev's association inequality,
    Boucheron, Lugosi & Massart (2013), Theorem 2.14.
    """
    functions, member = [well_formed(first), well_formed(second)], well_formed(member)
    _require_slopes("association", variable, slopes)
    if not isinstance(member, Entry):
        raise refuse("association", f"{member} is no random variable")
    x, y = (substitute(f, {variable: member}) for f in functions)
    shown = [integrable(book, "association", term) for term in (x * y, x, y)]
    stated = ("<=", sympy.Integer(0), Cov(x, y))
    codes = [encode(t) for t in (*functions, variable, member)]
    line = book.write("association", *codes, [slope.line for slope in slopes], shown, stated=stated)
    return Inferred(*stated, line)


def _require_slopes(rule_name: str, variable: Symbol, slopes: Sequence[Step]) -> None:
    if domain_of(variable) != "real" or len(slopes) != 2:
        raise refuse(
            rule_name, f"it takes a real variable and one slope for each function, got {variable}"
        )
    for slope in slopes:
        if slope.relation != "<=" or slope.left != 0:
            raise refuse(rule_name, f"{slope.formula} does not say that a slope is >= 0")


@rule
def moment_by_antiderivative(
    book: Notebook, name: str, integrand: Any, antiderivative: Any, at: Symbol
) -> Inferred:
    """F' = g · density on [a, b] ⟹ E[g(X)] = F(b) - F(a). Γ: the density.

    Refuses unless the derivative of F by the table equals g · density by the normal form.
    """
    assumption = book.context.named(name)
    if assumption.kind != "density":
        raise refuse("moment_by_antiderivative", f"{name} is no density")
    member, _, lower, upper = assumption.parts
    integrand, antiderivative = well_formed(integrand), well_formed(antiderivative)
    ends = [substitute(antiderivative, {at: end}) for end in (upper, lower)]
    stated = ("=", E(substitute(integrand, {at: member})), ends[0] - ends[1])
    codes = [encode(t) for t in (integrand, antiderivative, at)]
    positive = positives(book, *stated[1:])
    line = book.write("antiderivative", assumption, *codes, stated=stated, positive=positive)
    return Inferred(*stated, line)


@rule
def stationarity(book: Notebook, name: str) -> Inferred:
    """v > 0 minimises f over the positive numbers ⟹ 0 = f'(v) (Fermat). Γ: that v minimises f."""
    assumption = book.context.named(name)
    if assumption.kind != "minimises":
        raise refuse("stationarity", f"{name} does not say that something is a minimum")
    objective, point = map(encode, assumption.parts)
    try:
        derivative = decode(slopes.slope(objective, point))
    except Refused as error:
        raise refuse("stationarity", str(error)) from None
    stated = ("=", sympy.Integer(0), derivative)
    positive = positives(book, *stated[1:])
    return Inferred(*stated, book.write("stationary", assumption, stated=stated, positive=positive))
