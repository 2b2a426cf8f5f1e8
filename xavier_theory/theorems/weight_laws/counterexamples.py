"""Counterexamples to `weight-laws` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _uniform_limits() -> tuple[mpmath.mpf, mpmath.mpf]:
    """U is uniform on [-1, 1]: its limit is 1. Its variance is 1/3, not the given 1."""
    variance = mpmath.quad(lambda u: u**2 / 2, [-1, 1])
    if variance > mpmath.mpf("0.34"):
        raise ArithmeticError(f"the variance {variance} of a uniform variable on [-1, 1]")
    return mpmath.mpf(1), mpmath.sqrt(3)


def _limit_of_a_sign() -> tuple[mpmath.mpf, mpmath.mpf]:
    """U is 1 or -1: its limit is 1, and its variance too."""
    variance = (mpmath.mpf(1) ** 2 + mpmath.mpf(-1) ** 2) / 2
    return mpmath.mpf(1), mpmath.sqrt(3 * variance)


CONTINUOUS = {
    "the_weight_is_uniform": Continuous(
        "limit = 1\nweight_variance = 1\nU is 1 or -1, with probability 1/2 each",
        sympy.Integer(1),
        sympy.sqrt(3),
        _limit_of_a_sign,
    ),
    "the_weight_has_the_given_variance": Continuous(
        "limit = 1\nweight_variance = 1\nU is uniform on [-1, 1], so that Var(U) = 1/3",
        sympy.Integer(1),
        sympy.sqrt(3),
        _uniform_limits,
    ),
}
