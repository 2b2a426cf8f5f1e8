"""The rules about functions of one real variable: slopes, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

# fmt: off
from xavier_theory.kernel.algebra import equal, plain
from xavier_theory.kernel.assumptions import Assumption, Judgement
from xavier_theory.kernel.expectation import TWO, require_integrable
from xavier_theory.kernel.rules import Known, Lines, gamma_of, require_generic, says_nonnegative
from xavier_theory.kernel.signs import is_natural
from xavier_theory.kernel.terms import (MINUS_ONE, ONE, ZERO, Term, free, is_random, minus, need,
    number, opened, replaced)
# fmt: on


def slope(term: Term, x: Term, kinks: bool = False) -> Term:
    """The derivative of ``term`` in the scalar x, at every value of x, by the usual table.

    With ``kinks`` also relu and abs, of which ``term`` is then an integral. ``Refused`` if
    ``term`` is not in the table, or divides by, or takes a logarithm or a root of, what is not
    plainly > 0.
    """
    if x not in free(term):
        return ZERO
    head, u = term[0], term[-1]
    if term == x:
        return ONE
    if head == "+":
        return ("+", *(slope(part, x, kinks) for part in term[1:]))
    if head == "*":
        parts = [(*term[:k], slope(term[k], x, kinks), *term[k + 1 :]) for k in range(1, len(term))]
        return ("+", *parts)
    if head == "^" and x not in free(term[2]):
        base, power = term[1:]
        steep = plain(base) == 1 and plain(minus(power, ONE)) == 2  # u^p, p > 1, has slope 0 at 0
        need(is_natural(power) or plain(base) == 2 or steep, "{} is not plainly > 0", base)
        return ("*", power, ("^", base, minus(power, ONE)), slope(base, x, kinks))
    need(head != "log" or plain(u) == 2, "{} is not plainly > 0", u)
    root = ("^", ("constant", "pi"), number(-1, 2))
    table: dict[str, Term] = {
        "exp": term,
        "log": ("^", u, MINUS_ONE),
        "tanh": minus(ONE, ("^", term, TWO)),
        "sigmoid": ("*", term, minus(ONE, term)),
        "erf": ("*", TWO, root, ("exp", ("*", MINUS_ONE, ("^", u, TWO)))),
    }
    if kinks:
        table["relu"] = ("step", u)
        table["abs"] = minus(("step", u), ("step", ("*", MINUS_ONE, u)))
    need(head in table, "{} is not in the table of derivatives", term)
    return ("*", table[head], slope(u, x, kinks))


def _increasing(functions: Sequence[Term], x: Term, lines: Lines, parameters: Known) -> None:
    """0 <= f'(x) is a premise for each f, for every real x."""
    need(x[0] == "scalar" and x[2] == "real", "a slope is in a real variable")
    require_generic([x], gamma_of(*lines), parameters)
    for f, line in zip(functions, lines, strict=True):
        need(not is_random(f), "{} is random: numbers are differentiated", f)
        need(says_nonnegative(line), "a premise does not say 0 <= t")
        need(equal(slope(f, x), line.right), "{} is not the derivative of {}", line.right, f)


def same_direction(
    parameters: Known, f: Term, g: Term, x: Term, at: Sequence[Term], lines: Lines
) -> Judgement:
    """0 <= f'(x), 0 <= g'(x) for all real x / 0 <= (f(t) - f(u)) (g(t) - g(u)): both increase."""
    _increasing((f, g), x, lines, parameters)
    t, u = at
    gaps = (minus(replaced(h, {x: t}), replaced(h, {x: u})) for h in (f, g))
    return Judgement("<=", ZERO, ("*", *gaps), gamma_of(*lines))


def association(
    parameters: Known, f: Term, g: Term, x: Term, member: Term, lines: Lines, integrable: Lines
) -> Judgement:
    """0 <= f', 0 <= g'; f(X) g(X), f(X), g(X) integrable / 0 <= Cov(f(X), g(X)) (Chebyshev).

    With an independent copy Y of X, 2 Cov = E[(f(X) - f(Y)) (g(X) - g(Y))] >= 0.
    """
    _increasing((f, g), x, lines, parameters)
    need(member[0] == "member", "{} is no random variable", member)
    one, two = (replaced(h, {x: member}) for h in (f, g))
    require_integrable(integrable, ("*", one, two), one, two)
    return Judgement("<=", ZERO, ("Cov", one, two), gamma_of(*lines, *integrable))


def antiderivative(a: Assumption, integrand: Term, primitive: Term, x: Term) -> Judgement:
    """F' = g f, X has the density f on [a, b] / E[g(X)] = F(b) - F(a)."""
    need(a.kind == "density", "no density")
    member, body, lower, upper = a.groups[0]
    need(x[0] == "scalar" and x[2] == "real" and x not in a.free(), "x is any real number")
    need(not is_random(integrand) and not is_random(primitive), "the integrand is random")
    slope(integrand, x, kinks=True)  # no mean in it depends on x, where X would be captured
    need(equal(slope(primitive, x), ("*", integrand, opened(body, x))), "no antiderivative")
    ends = (replaced(primitive, {x: end}) for end in (upper, lower))
    mean = ("E", replaced(integrand, {x: member}))
    return Judgement("=", mean, minus(*ends), frozenset((a,)))


def stationary(parameters: Known, a: Assumption) -> Judgement:
    """v > 0 minimises f over the positive numbers / 0 = f'(v) (Fermat)."""
    need(a.kind == "minimises", "no minimum")
    f, v = a.groups[0]
    need(v not in parameters, "a definition hides {}", v)
    return Judgement("=", ZERO, slope(f, v), frozenset((a,)))


def is_slope(term: Term, said: Term, x: Term, kinks: bool) -> bool:
    """Whether the table says that the derivative of ``term`` is ``said``."""
    return equal(slope(term, x, kinks), said)
