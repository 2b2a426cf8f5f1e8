"""Counterexamples to `pre-norm-growth` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import sympy

from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.theorems.residual_growth.counterexamples import (
    a_branch_larger_than_stated,
    a_branch_with_the_sign_of_its_weight,
    one_weight_for_both_inputs,
)

CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "depth = 1\n"
        "branch_scale = 1\n"
        "fan_in = 2\n"
        "branch_second_moment = 1\n"
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
        "branch_second_moment = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = 1\n"
        "W[0, 1, 1] = a[0, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(4),
        sympy.Integer(2),
        a_branch_with_the_sign_of_its_weight,
    ),
    "a_norm_fixes_the_branches": Continuous(
        "depth = 1\n"
        "branch_scale = 1\n"
        "fan_in = 1\n"
        "branch_second_moment = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "x[0, 1] = 1, a[0, 1] = 2\n"
        "W[0, 1, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(5),
        sympy.Integer(2),
        a_branch_larger_than_stated,
    ),
}
