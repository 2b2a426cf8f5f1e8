"""Counterexamples to `fused-projection` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _one_weight_for_both_inputs() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = 2W for W = ±1/√2, and 2/(1 + 1)."""
    values = [2 * w / mpmath.sqrt(2) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(1)


def _a_weight_of_the_size_of_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = W² for W = 0 or ±√2, and Var(W)."""
    values = [mpmath.mpf(2), mpmath.mpf(2), mpmath.mpf(0), mpmath.mpf(0)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(1)


CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "fan_in = 2\n"
        "parts = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1/2\n"
        "a[1] = a[2] = 1\n"
        "W[1, 1] = W[1, 2] is sqrt(1/2) or -sqrt(1/2), with probability 1/2 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _one_weight_for_both_inputs,
    ),
    "weights_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\n"
        "parts = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "W[1, 1] = a[1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) with 1/4 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_weight_of_the_size_of_its_input,
    ),
}
