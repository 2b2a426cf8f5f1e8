"""Signs that are plain from a term's form: the kernel's, of sympy's expressions."""

from __future__ import annotations

from sympy.core.basic import Basic

from xavier_theory.kernel import algebra, signs
from xavier_theory.kernel.terms import DOMAINS
from xavier_theory.symbolic.encoding import encode


def sign_level(term: Basic) -> int:
    """2 if ``term`` is plainly > 0, 1 if plainly >= 0, 0 if neither can be read off."""
    return signs.sign(encode(term))


def is_positive(term: Basic) -> bool:
    """Whether ``term`` > 0 can be read off its form."""
    return sign_level(term) == 2


def is_nonnegative(term: Basic) -> bool:
    """Whether ``term`` >= 0 can be read off its form."""
    return sign_level(term) >= 1


def is_natural(term: Basic) -> bool:
    """Whether ``term`` is plainly a whole number >= 0."""
    return signs.is_natural(encode(term))


def in_domain(term: Basic, domain: str) -> bool:
    """Whether ``term`` plainly lies in ``domain`` (a key of ``terms.DOMAINS``)."""
    natural = domain not in ("natural", "width") or is_natural(term)
    return natural and sign_level(term) >= DOMAINS[domain]


def is_zero_function(term: Basic) -> bool:
    """Whether ``term`` is 0 by the kernel's normal form."""
    return algebra.is_zero(algebra.normal(encode(term)))
