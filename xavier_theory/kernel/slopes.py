"""The rules about functions of one real variable: slopes, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from xavier_theory.kernel.algebra import canonical, equal
from xavier_theory.kernel.assumptions import Assumption, Judgement
from xavier_theory.kernel.expectation import require_integrable
from xavier_theory.kernel.rules import Lines, gamma_of, require_generic
from xavier_theory.kernel.signs import is_natural, sign
from xavier_theory.kernel.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Refused,
    Term,
    free,
    is_random,
    minus,
    need,
    number,
    opened,
    replaced,
    show,
)


def slope(term: Term, x: Term, kinks: bool = False) -> Term:
    """The derivative of ``term`` in the scalar x, at every value of x, by the usual table.

    With ``kinks`` also relu and abs, of which ``term`` is then an integral. ``Refused`` if
    ``term`` is not differentiable by the table, or divides by, or takes a logarithm or a root of,
    what is not plainly > 0.
    """
    if x not in free(term):
        return ZERO
    head = term[0]
    if term == x:
        return ONE
    if head == "+":
        return ("+", *(slope(part, x, kinks) for part in term[1:]))
    if head == "*":
        factors = term[1:]
        return ("+", *(
            ("*", *factors[:k], slope(factor, x, kinks), *factors[k + 1 :])
            for k, factor in enumerate(factors)
        ))  # fmt: skip
    if head == "^" and x not in free(term[2]):
        base, power = term[1:]
        positive = sign(base) == 2 or sign(canonical(base)) == 2
        need(positive or is_natural(power), f"{show(base)} is not plainly > 0")
        return ("*", power, ("^", base, minus(power, ONE)), slope(base, x, kinks))
    u = term[1]
    if head == "log":
        need(sign(u) == 2, f"{show(u)} is not plainly > 0")
    gauss = ("exp", ("*", MINUS_ONE, ("^", u, number(2))))
    table: dict[str, Term] = {
        "exp": term,
        "log": ("^", u, MINUS_ONE),
        "tanh": minus(ONE, ("^", term, number(2))),
        "sigmoid": ("*", term, minus(ONE, term)),
        "erf": ("*", number(2), ("^", ("constant", "pi"), number(-1, 2)), gauss),
    }
    if kinks:
        table["relu"] = ("step", u)
        table["abs"] = minus(("step", u), ("step", ("*", MINUS_ONE, u)))
    if head not in table:
        raise Refused(f"{show(term)[:80]} is not in the table of derivatives")
    return ("*", table[head], slope(u, x, kinks))


def is_slope(term: Term, said: Term, x: Term, kinks: bool) -> bool:
    """Whether the table says that the derivative of ``term`` is ``said``."""
    return equal(slope(term, x, kinks), said)


def _increasing(
    functions: Sequence[Term], x: Term, lines: Lines, parameters: frozenset[Term]
) -> None:
    """0 <= f'(x) is a premise for each f, for every real x."""
    need(x[0] == "scalar" and x[2] == "real" and len(lines) == len(functions) == 2, "two slopes")
    require_generic([x], gamma_of(*lines), parameters)
    for f, line in zip(functions, lines, strict=True):
        need(not is_random(f), f"{show(f)} is random")
        need(line.relation in ("<", "<=") and equal(line.left, ZERO), "no slope that is >= 0")
        need(equal(slope(f, x), line.right), f"a premise is not about the slope of {show(f)}")


def same_direction(
    f: Term, g: Term, x: Term, at: Sequence[Term], lines: Lines, parameters: frozenset[Term]
) -> Judgement:
    """0 <= f'(x), 0 <= g'(x) for all real x / 0 <= (f(t) - f(u)) (g(t) - g(u)): both increase."""
    _increasing((f, g), x, lines, parameters)
    need(len(at) == 2, "two points")
    one, two = (minus(*(replaced(h, {x: t}) for t in at)) for h in (f, g))
    return Judgement("<=", ZERO, ("*", one, two), gamma_of(*lines))


def association(
    f: Term, g: Term, x: Term, member: Term, lines: Lines, integrable: Lines,
    parameters: frozenset[Term],
) -> Judgement:
    """0 <= f', 0 <= g'; f(X) g(X), f(X), g(X) integrable / 0 <= Cov(f(X), g(X)) (Chebyshev).

    With an independent copy Y of X, 2 Cov = E[(f(X) - f(Y)) (g(X) - g(Y))] >= 0.
    """
    _increasing((f, g), x, lines, parameters)
    need(member[0] == "member" and len(integrable) == 3, "a random variable, three premises")
    one, two = (replaced(h, {x: member}) for h in (f, g))
    for line, term in zip(integrable, (("*", one, two), one, two), strict=True):
        require_integrable(line, term)
    return Judgement("<=", ZERO, ("Cov", one, two), gamma_of(*lines, *integrable))


def antiderivative(assumption: Assumption, integrand: Term, primitive: Term, x: Term) -> Judgement:
    """F' = g f, X has the density f on [a, b] / E[g(X)] = F(b) - F(a)."""
    need(assumption.kind == "density", "no density")
    member, body, lower, upper = assumption.groups[0]
    need(x[0] == "scalar" and x[2] == "real" and x not in assumption.free(), "x is any real number")
    need(not is_random(integrand) and not is_random(primitive), "the integrand is random")
    slope(integrand, x, kinks=True)  # no mean of it depends on x, where X would be captured
    need(equal(slope(primitive, x), ("*", integrand, opened(body, x))), "no antiderivative")
    ends = (replaced(primitive, {x: end}) for end in (upper, lower))
    return Judgement(
        "=", ("E", replaced(integrand, {x: member})), minus(*ends), frozenset((assumption,))
    )


def stationary(assumption: Assumption, parameters: frozenset[Term]) -> Judgement:
    """v > 0 minimises f over the positive numbers / 0 = f'(v) (Fermat)."""
    need(assumption.kind == "minimises", "no minimum")
    f, v = assumption.groups[0]
    need(v not in parameters, f"a definition hides {show(v)}")
    return Judgement("=", ZERO, slope(f, v), frozenset((assumption,)))
