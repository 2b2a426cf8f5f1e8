"""Counterexamples to `max-pooling` that are beyond the search in finite models.

Nothing in them is random; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

CONTINUOUS = {
    "positions_share_one_second_moment": Continuous(
        "further_positions = 1\nsecond_moment = 1\ny[1] = y[2] = 0",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: (mpmath.mpf(1), mpmath.mpf(max(0, 0)) ** 2),
    ),
    "the_largest_of_one_is_itself": Continuous(
        "further_positions = 1\nsecond_moment = 1\nM[1] = 2, y[1] = y[2] = 1",
        sympy.Integer(4),
        sympy.Integer(2),
        lambda: (mpmath.mpf(max(2, 1)) ** 2, mpmath.mpf(1 + 1)),
    ),
}
