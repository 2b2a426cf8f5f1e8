"""Counterexamples to `complex-weights` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from itertools import product

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _a_sign_in_two_weights() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E|z|² of (s + it)(1 + i) + (w + is)(1 − i), and 2 · 2 · 2."""
    found = [
        mpmath.fabs(mpmath.mpc(s, t) * mpmath.mpc(1, 1) + mpmath.mpc(w, s) * mpmath.mpc(1, -1)) ** 2
        for s, t, w in product(SIGNS, repeat=3)
    ]
    return sum(found) / len(found), mpmath.mpf(8)


def _a_weight_of_the_size_of_its_input() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = u² for u = 0 or ±√2, and Var(u)."""
    values = [mpmath.mpf(2), mpmath.mpf(2), mpmath.mpf(0), mpmath.mpf(0)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(1)


CONTINUOUS = {
    "parts_of_different_weights_are_uncorrelated": Continuous(
        "fan_in = 2\n"
        "real_variance = imaginary_variance = 1\n"
        "b[1] = b[2] = c[1] = 1, c[2] = -1\n"
        "u[1] = v[2], u[2] and v[1] are 1 or -1, with probability 1/2 each, independent",
        sympy.Integer(12),
        sympy.Integer(8),
        _a_sign_in_two_weights,
    ),
    "weights_are_independent_of_the_inputs": Continuous(
        "fan_in = 1\n"
        "real_variance = 1, imaginary_variance = 0\n"
        "v[1] = c[1] = 0\n"
        "u[1] = b[1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) with 1/4 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_weight_of_the_size_of_its_input,
    ),
}
