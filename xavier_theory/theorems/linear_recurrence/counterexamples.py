"""Counterexamples to `linear-recurrence` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _a_state_that_starts_at_zero() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[h_0²] of h_0 = 0, and that of inputs of signs."""
    return mpmath.mpf(0) ** 2, mpmath.mpf(sum(x**2 for x in (-1, 1))) / 2


CONTINUOUS = {
    "the_state_starts_as_large_as_the_inputs": Continuous(
        "steps = 0\n"
        "decay = 0\n"
        "input_scale = 1\n"
        "input_second_moment = 1\n"
        "second_moment = 0\n"
        "h[0] = 0\n"
        "x[l] is 1 or -1, with probability 1/2 each",
        sympy.Integer(0),
        sympy.Integer(1),
        _a_state_that_starts_at_zero,
    ),
}
