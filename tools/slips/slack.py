"""Slips of inequalities that are true: their slack over the result is plainly not negative.

For a result L <= R and a slip L' <= R' let D = (R' - L') - m (R - L) with m = 0, 1 or 2.
D >= 0 is shown by elementary means, outside of the kernel:

* a width is 1 + w with w >= 0; absolute values, exponentials, variances, products of a variable
  with its odd powers in a covariance (Chebyshev's association inequality), declared non-negative
  scalars and their powers are >= 0;
* e^t is 1 + w, and e^(-t) is 1/(1 + w), with w >= 0, where t is plainly >= 0;
* E[X²] is Var(X) + E[X]²; other even powers are >= 0, and so are sums of what is;
* a sum to n + 1 is the sum to n and its last addend;
* a quotient whose numerator and denominator have no negative coefficient is >= 0;
* c + Σ k log r >= 0 for a whole number c >= 0 if 2^c Π r^k >= 1, for e > 2.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Dummy, Integer, Pow, Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.symbolic.binding import instantiate
from xavier_theory.symbolic.terms import Cov, E, Entry, SumOver, Var, domain_of

__all__ = ["elementary_slack"]

_DIFFERENCES = {1: "(R' - L') - (R - L)", 0: "R' - L'", 2: "(R' - L') - 2 (R - L)"}
"""By the multiple of the result that is taken off, in the order in which they are tried."""


def elementary_slack(claim: Claim, original: Any) -> str:
    """Why the mutated inequality follows from the original one; empty if that is not plain."""
    if claim.relation != "<=":
        return ""
    for times in _DIFFERENCES:
        slack = (claim.right - claim.left) - times * (original.right - original.left)
        if plainly_nonnegative(slack):
            rest = {0: "R' - L'", 1: "(R' - L') - (R - L)"}.get(
                times, f"(R' - L') - {times}(R - L)"
            )
            return f"{rest} = {sympy.simplify(slack)} >= 0"
    return ""


def plainly_nonnegative(slack: Basic) -> bool:
    """Whether ``slack`` is >= 0 by the means above."""
    known: dict[Basic, Basic] = {}
    term = sympy.expand_log(_opened(slack, known), force=False)
    if term is sympy.nan or term.has(sympy.zoo):
        return False
    logs = [part for part in sympy.Add.make_args(sympy.expand(term)) if part.has(sympy.log)]
    rest = sympy.cancel(sympy.expand(term) - sympy.Add(*logs))
    product = _power_product(logs)
    if product is None:
        return False
    if rest.is_Integer and rest >= 0:
        return _at_least(2**rest * product, 1)
    return _at_least(rest, 0) and _at_least(product, 1)


def _power_product(logs: list[Basic]) -> Basic | None:
    """Π r^k for Σ k log r, with whole k; None if it is no such sum."""
    product: Basic = Integer(1)
    for part in logs:
        coefficient, log = part.as_independent(sympy.log)
        if not coefficient.is_Integer or not isinstance(log, sympy.log):
            return None
        product = product * log.args[0] ** coefficient
    return product


def _at_least(term: Basic, least: int) -> bool:
    """Whether a rational function of positive symbols is >= ``least``, by its coefficients."""
    symbols = sorted(term.free_symbols, key=str)
    if not all(symbol.is_positive for symbol in symbols):
        return False
    numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(term - least)))
    if not all(part.is_polynomial(*symbols) for part in (numerator, denominator)):
        return False
    signs = []
    for part in (numerator, denominator):
        numbers = sympy.Poly(part, *symbols).coeffs() if symbols else [part]
        if not all(number.is_number for number in numbers):
            return False
        signs.append({1 if number > 0 else -1 for number in numbers if number != 0})
    return (signs[0] in ({1}, set()) and signs[1] == {1}) or signs == [{-1}, {-1}]


def _opened(term: Basic, known: dict[Basic, Basic]) -> Basic:
    """``term`` in symbols: positive ones for what is >= 0, and others for what may be anything.

    What holds for all positive values holds at 0 by continuity, where both sides have a value.
    """
    if term in known:
        return known[term]
    if isinstance(term, Symbol):
        found = _scalar(term)
    elif isinstance(term, sympy.exp):
        found = _exponential(term, known)
    elif isinstance(term, Var | sympy.Abs):
        found = Dummy("positive", positive=True)
    elif isinstance(term, Cov) and _is_associated(*term.args):
        found = Dummy("covariance", positive=True)
    elif isinstance(term, E):
        found = _mean(term.args[0], known)
    elif isinstance(term, Entry | Cov) or not term.args:
        return term if term.is_number else known.setdefault(term, Dummy("unknown", real=True))
    elif isinstance(term, Pow) and not term.exp.is_Integer:
        base = _opened(term.base, known)
        positive = term.base.is_nonnegative or _at_least(base, 0)
        found = Dummy("power", positive=True) if positive else Dummy("unknown")
    elif isinstance(term, SumOver):
        found = _total(term, known)
    else:
        found = term.func(*(_opened(part, known) for part in term.args))
    if isinstance(term, Pow) and term.exp.is_even and not _at_least(found, 0):
        found = Dummy("square", positive=True)
    known[term] = found
    return found


def _total(term: SumOver, known: dict[Basic, Basic]) -> Basic:
    """A sum to n + 1 as the sum to n and the last addend; >= 0 if all addends are."""
    more, rest = term.upper.as_coeff_Add()
    if more.is_Integer and more > 0 and rest != 0:
        shorter = SumOver(term.upper - 1, term.body)
        return _opened(shorter, known) + _opened(instantiate(term.body, term.upper), known)
    positive = _at_least(_opened(term.opened()[1], known), 0)
    return Dummy("sum", positive=True) if positive else Dummy("sum", real=True)


def _exponential(term: Basic, known: dict[Basic, Basic]) -> Basic:
    """e^t with a factor for each addend of t."""
    found: Basic = Integer(1)
    for part in sympy.Add.make_args(sympy.expand(term.args[0])):
        size = -part if part.could_extract_minus_sign() else part
        if not _at_least(_opened(size, known), 0):
            return Dummy("positive", positive=True)
        grown = known.setdefault(("exponential", size), 1 + Dummy("growth", positive=True))
        found = found * (grown if size == part else 1 / grown)
    return found


def _scalar(symbol: Symbol) -> Basic:
    if domain_of(symbol) == "width":
        return 1 + Dummy(symbol.name, positive=True)
    positive = domain_of(symbol) in ("positive", "nonnegative", "natural")
    return Dummy(symbol.name, positive=True) if positive else Dummy("unknown", real=True)


def _is_associated(left: Basic, right: Basic) -> bool:
    """Whether ``right`` is an odd power of ``left``: an increasing function of it."""
    base, power = right.as_base_exp()
    return bool(base == left and power.is_Integer and power > 0 and power % 2 == 1)


def _mean(inside: Basic, known: dict[Basic, Basic]) -> Basic:
    """E[X²] as Var(X) + E[X]²; any other mean may be anything."""
    if isinstance(inside, Pow) and inside.exp.is_Integer and inside.exp % 2 == 0:
        root = inside.base ** (inside.exp / 2)
        square = known.setdefault(("square of the mean", root), Dummy("square", positive=True))
        return _opened(Var(root), known) + square
    return Dummy("mean", real=True)
