"""Counterexamples to `tied-embedding` that are beyond the search in finite models.

Nothing in them is random; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

_START = "entries_of_a_word = 1\nother_words = 1\nstate_scale = 1\ntable_second_moment = 1\n"
CONTINUOUS = {
    "entries_of_the_input_share_a_second_moment": Continuous(
        _START + "t[2, 1] = 0, r[1] = 0",
        sympy.Integer(0),
        sympy.Integer(1),
        lambda: (mpmath.mpf(0 * (0 + 0)), mpmath.mpf(1)),
    ),
    "branches_have_nothing_of_the_table": Continuous(
        _START + "t[2, 1] = 1, r[1] = 1",
        sympy.Integer(2),
        sympy.Integer(1),
        lambda: (mpmath.mpf(1 * (1 + 1)), mpmath.mpf(1)),
    ),
    "input_and_label_have_nothing_in_common": Continuous(
        _START + "t[1, 1] = t[2, 1] = 1, r[1] = 0",
        sympy.Integer(1),
        sympy.Integer(0),
        lambda: (mpmath.mpf(1 * (1 + 0)), mpmath.mpf(0)),
    ),
}
