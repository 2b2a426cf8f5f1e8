"""Signs that are plain from a term's form and from the declared domains of what is in it.

Ours and not sympy's assumption queries, so that each sign that a side condition uses can be read
off here.
"""

from __future__ import annotations

import sympy
from sympy import Rational, Symbol
from sympy.core.basic import Basic
from sympy.core.function import AppliedUndef

from xavier_theory.symbolic.terms import (
    Binder,
    Bound,
    Cov,
    E,
    Entry,
    SumOver,
    Var,
    domain_of,
    relu,
    sigmoid,
    unit_step,
)

_DOMAIN_SIGNS = {"positive": 2, "width": 2, "nonnegative": 1, "natural": 1, "real": 0}
_POSITIVE_HEADS = (sympy.exp, sigmoid, Bound)
_POSITIVE_NUMBERS = (sympy.pi, sympy.EulerGamma, sympy.E)
_ODD_INCREASING_HEADS = (sympy.erf, sympy.tanh)
_NONNEGATIVE_HEADS = (sympy.Abs, relu, unit_step, Var)


_FUNCTIONS = (sympy.exp, sympy.Abs, sympy.tanh, sympy.erf, relu, unit_step, sigmoid)
_REAL_HEADS = (*_FUNCTIONS, E, Var, Cov)


def is_real(term: Basic) -> bool:
    """Whether ``term`` is plainly a real number: no logarithm or root of what may be negative.

    sympy computes with complex logarithms and roots (exp(log(x)) becomes x also for x < 0), so a
    term that may be complex has no sign and stands for no real scalar.
    """
    if isinstance(term, Rational | Symbol | Entry | Bound) or term in _POSITIVE_NUMBERS:
        return True
    if isinstance(term, sympy.log):
        return sign_level(term.args[0]) == 2
    if isinstance(term, sympy.polygamma):
        return is_natural(term.args[0]) and sign_level(term.args[1]) == 2
    if isinstance(term, sympy.Pow):
        base, exponent = term.args
        whole = isinstance(exponent, sympy.Integer) or is_natural(exponent)
        return (is_real(base) and whole) or (sign_level(base) > 0 and is_real(exponent))
    if isinstance(term, Binder):
        return is_real(term.body)
    if isinstance(term, (sympy.Add, sympy.Mul, AppliedUndef, *_REAL_HEADS)):
        return all(map(is_real, term.args))
    return False


def sign_level(term: Basic) -> int:
    """2 if ``term`` is plainly > 0, 1 if plainly >= 0, 0 if neither can be read off."""
    if isinstance(term, (*_FUNCTIONS, Var, E)) and not is_real(term):
        return 0
    if isinstance(term, Rational):
        return 2 if term > 0 else (1 if term == 0 else 0)
    if isinstance(term, Symbol):
        return _DOMAIN_SIGNS.get(domain_of(term) or "real", 0)
    if isinstance(term, Entry):
        return _DOMAIN_SIGNS[term.family.domain]
    if isinstance(term, _POSITIVE_HEADS) or term in _POSITIVE_NUMBERS:
        return 2
    if isinstance(term, _NONNEGATIVE_HEADS):
        return 1
    if isinstance(term, _ODD_INCREASING_HEADS):
        return sign_level(term.args[0])
    if isinstance(term, sympy.Add):
        levels = [sign_level(part) for part in term.args]
        return 0 if min(levels) == 0 else max(levels)
    if isinstance(term, sympy.Mul):
        return min(sign_level(part) for part in term.args)
    if isinstance(term, sympy.Pow):
        return _power_sign(term)
    if isinstance(term, E):
        return 1 if sign_level(term.args[0]) else 0
    if isinstance(term, Binder):
        # A sum may be empty or leave its only term out; a product of positive factors never
        # vanishes.
        level = sign_level(term.body)
        whole = not isinstance(term, SumOver) or sign_level(term.upper) == 2
        return level if whole and term.excluded is None else min(level, 1)
    return 0


def _power_sign(term: sympy.Pow) -> int:
    base, exponent = term.args
    level = sign_level(base)
    if level == 2:
        return 2 if is_real(exponent) else 0
    if isinstance(exponent, sympy.Integer) and exponent > 0 and exponent % 2 == 0:
        return 1 if is_real(base) else 0
    # 1/t for t >= 0 is >= 0 wherever it means something; who divides must show that t is not 0.
    return 1 if level == 1 and (sign_level(exponent) == 2 or exponent == -1) else 0


def is_positive(term: Basic) -> bool:
    """Whether ``term`` > 0 can be read off its form."""
    return sign_level(term) == 2


def is_nonnegative(term: Basic) -> bool:
    """Whether ``term`` >= 0 can be read off its form."""
    return sign_level(term) >= 1


def is_natural(term: Basic) -> bool:
    """Whether ``term`` is plainly a whole number >= 0: built by +, * and ** from such numbers."""
    if isinstance(term, sympy.Integer):
        return bool(term >= 0)
    if isinstance(term, Symbol):
        return domain_of(term) in ("natural", "width")
    if isinstance(term, Entry):
        return term.family.domain in ("natural", "width")
    if isinstance(term, Bound):
        return True
    if isinstance(term, sympy.Add | sympy.Mul | sympy.Pow):
        return all(is_natural(part) for part in term.args) or _is_width_less_one(term)
    return False


def _is_width_less_one(term: Basic) -> bool:
    """Whether ``term`` is w - 1 + … for a whole number w >= 1: our only natural with a minus."""
    if not isinstance(term, sympy.Add) or sympy.S.NegativeOne not in term.args:
        return False
    rest = [part for part in term.args if part != sympy.S.NegativeOne]
    return all(is_natural(part) for part in rest) and any(is_positive(part) for part in rest)


def in_domain(term: Basic, domain: str) -> bool:
    """Whether ``term`` plainly lies in ``domain`` (a key of ``terms.DOMAINS``)."""
    if domain == "real":
        return is_real(term)
    if domain == "natural":
        return is_natural(term)
    if domain == "width":
        return is_natural(term) and is_positive(term)
    return sign_level(term) >= _DOMAIN_SIGNS[domain]
