"""Counterexamples to `residual-growth` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def one_weight_for_both_inputs() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[x_1²] of x_1 = 1 + 2W for a sign W, and 1 + 2 Var(W)."""
    values = [mpmath.mpf(1 + w + w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(1 + 2)


def a_branch_with_the_sign_of_its_weight() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[x_1²] of x_1 = 1 + W a with a = W, a sign, and 1 + Var(W) E[a²]."""
    values = [mpmath.mpf(1 + w * w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(1 + 1)


def a_branch_larger_than_stated() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[x_1²] of x_1 = 1 + 2W for a sign W, and 1 + 1."""
    values = [mpmath.mpf(1 + 2 * w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(2)


def _a_branch_that_is_scaled_up() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[x_1²] of x_1 = 1 + 2W for a sign W, and e."""
    values = [mpmath.mpf(1 + 2 * w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.e


CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "depth = 1\n"
        "branch_scale = 1\n"
        "fan_in = 2\n"
        "share = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = x[0, 2] = a[0, 1] = a[0, 2] = 1\n"
        "W[0, i, 1] = W[0, i, 2] is 1 or -1, with probability 1/2 each",
        sympy.Integer(5),
        sympy.Integer(3),
        one_weight_for_both_inputs,
    ),
    "weights_are_independent_of_the_stream_and_the_branch": Continuous(
        "depth = 1\n"
        "branch_scale = 1\n"
        "fan_in = 1\n"
        "share = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = 1\n"
        "W[0, 1, 1] = a[0, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(4),
        sympy.Integer(2),
        a_branch_with_the_sign_of_its_weight,
    ),
    "branches_are_in_proportion_to_the_stream": Continuous(
        "depth = 1\n"
        "branch_scale = 1\n"
        "fan_in = 1\n"
        "share = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = 1, a[0, 1] = 2\n"
        "W[0, 1, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(5),
        sympy.Integer(2),
        a_branch_larger_than_stated,
    ),
    "branches_are_scaled_down_with_depth": Continuous(
        "depth = 1\n"
        "branch_scale = 2\n"
        "fan_in = 1\n"
        "share = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = a[0, 1] = 1\n"
        "W[0, 1, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(5),
        sympy.E,
        _a_branch_that_is_scaled_up,
    ),
}
