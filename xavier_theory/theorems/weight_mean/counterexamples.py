"""A counterexample to `weight-mean` that is beyond the search in finite models.

It has few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from itertools import product

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _inputs_whose_mean_is_denied() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[z²] of z = W_1 + W_2 for independent weights 0 or 2, and n Var(W) q (1 + d²)."""
    values = [mpmath.mpf(first + second) for first, second in product((0, 2), repeat=2)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(2 * (1 + 1))


CONTINUOUS = {
    "the_squared_mean_is_a_share": Continuous(
        "fan_in = 2\n"
        "weight_variance = 1\n"
        "weight_mean = relative_mean = 1\n"
        "a[1] = a[2] = 1, so that second_moment = input_mean = 1\n"
        "mean_share = 0\n"
        "W[i, 1] and W[i, 2] are 0 or 2, with probability 1/2 each, independent",
        sympy.Integer(6),
        sympy.Integer(4),
        _inputs_whose_mean_is_denied,
    ),
}
