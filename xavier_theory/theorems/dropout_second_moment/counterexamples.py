"""Counterexamples to `dropout-second-moment` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _one_weight_for_both_inputs() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = 2W for a sign W, and 2 Var(W)."""
    values = [mpmath.mpf(w + w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(2)


def _a_weight_of_the_size_of_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = W² for W = 0 or ±√2, and Var(W)."""
    values = [mpmath.mpf(2), mpmath.mpf(2), mpmath.mpf(0), mpmath.mpf(0)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(1)


def _a_mask_that_keeps_what_is_large() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = W m a/p with a = √2 m and p = 1/2, and 1/p."""
    values = [2 * mpmath.sqrt(2) * m for m in (0, 1)]
    return sum(value**2 for value in values) / 2, mpmath.mpf(2)


def _a_mask_that_takes_other_values() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = W m with E[m] = 1 and m = 0 or 2, and 1."""
    values = [mpmath.mpf(m) for m in (0, 2)]
    return sum(value**2 for value in values) / 2, mpmath.mpf(1)


def _an_input_larger_than_stated() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = 2W for a sign W, and 1."""
    values = [mpmath.mpf(2 * w) for w in SIGNS]
    return sum(value**2 for value in values) / 2, mpmath.mpf(1)


CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "fan_in = 2\n"
        "keep = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "m[1] = m[2] = a[1] = a[2] = 1\n"
        "W[i, 1] = W[i, 2] is 1 or -1, with probability 1/2 each",
        sympy.Integer(4),
        sympy.Integer(2),
        _one_weight_for_both_inputs,
    ),
    "weights_are_independent_of_masks_and_inputs": Continuous(
        "fan_in = 1\n"
        "keep = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "m[1] = 1\n"
        "W[1, 1] = a[1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) with 1/4 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_weight_of_the_size_of_its_input,
    ),
    "masks_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\n"
        "keep = 1/2\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "m[1] is 0 or 1, with probability 1/2 each, and a[1] = sqrt(2) m[1]\n"
        "W[1, 1] is 1 or -1, with probability 1/2 each, independent of m[1]",
        sympy.Integer(4),
        sympy.Integer(2),
        _a_mask_that_keeps_what_is_large,
    ),
    "masks_equal_their_squares_on_average": Continuous(
        "fan_in = 1\n"
        "keep = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "m[1] is 0 or 2, with probability 1/2 each, and a[1] = 1\n"
        "W[1, 1] is 1 or -1, with probability 1/2 each, independent of m[1]",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_mask_that_takes_other_values,
    ),
    "inputs_share_one_second_moment": Continuous(
        "fan_in = 1\n"
        "keep = 1\n"
        "second_moment = 1\n"
        "weight_variance = 1\n"
        "m[1] = 1, a[1] = 2\n"
        "W[1, 1] is 1 or -1, with probability 1/2 each",
        sympy.Integer(4),
        sympy.Integer(1),
        _an_input_larger_than_stated,
    ),
}
