"""Counterexamples to `mup-first-update` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

from itertools import product

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous

SIGNS = (-1, 1)


def _one_sign_in_a_column() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δh²] of Δh = −2 w v for signs w and v, and 2."""
    values = [mpmath.mpf(2 * w * v) for w, v in product(SIGNS, repeat=2)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(2)


def _a_weight_like_the_outgoing_one() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δh²] of Δh = −V² for V = 0 or ±√2, and Var(V)²."""
    values = [mpmath.mpf(2), mpmath.mpf(2), mpmath.mpf(0), mpmath.mpf(0)]
    return sum(value**2 for value in values) / 4, mpmath.mpf(1)


def _a_larger_square() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δz²] of Δz = −2V for a sign V, and 1."""
    return sum(mpmath.mpf(2 * v) ** 2 for v in SIGNS) / 2, mpmath.mpf(1)


def _a_square_that_varies() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δz²] of Δz = −V h for a sign V and h = 0 or 2, and 1."""
    values = [mpmath.mpf(v * h) for v, h in product(SIGNS, (0, 2))]
    return sum(value**2 for value in values) / 4, mpmath.mpf(1)


def _one_square_twice() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δz²] of Δz = −2 V h for a sign V and h = 0 or 2, and 2 · 3."""
    values = [mpmath.mpf(2 * v * h) for v, h in product(SIGNS, (0, 2))]
    return sum(value**2 for value in values) / 4, mpmath.mpf(6)


def _a_weight_that_grows_with_the_square() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[Δz²] of Δz = −V h for V = ±√h and h = 0 or 2, and 1 + 1."""
    values = [v * mpmath.sqrt(h) * h for v, h in product(SIGNS, (0, 2))]
    return sum(value**2 for value in values) / 4, mpmath.mpf(2)


_UNIT = "input_step_size = slope = input_square = 1\nweight_variance = output_variance = 1\n"
_HIDDEN = "hidden_step_size = slope = second_moment = output_variance = 1\n"
_SIGN = "V[i] is 1 or -1, with probability 1/2 each, independent of the squares\n"
CONTINUOUS = {
    "weights_of_a_column_are_uncorrelated": Continuous(
        "width = 2\n" + _UNIT + "W[1, i] = W[2, i] is 1 or -1, with probability 1/2 each\n"
        "V[1] = V[2] is 1 or -1, with probability 1/2 each, independent of it",
        sympy.Integer(4),
        sympy.Integer(2),
        _one_sign_in_a_column,
    ),
    "weights_are_independent_of_the_outgoing_weights": Continuous(
        "width = 1\n" + _UNIT + "W[1, 1] = V[1] is 0 with probability 1/2, sqrt(2) and -sqrt(2) "
        "with 1/4 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_weight_like_the_outgoing_one,
    ),
    "activations_share_one_second_moment": Continuous(
        "width = 1, excess = 0\n" + _HIDDEN + _SIGN + "h[1] = 2",
        sympy.Integer(4),
        sympy.Integer(1),
        _a_larger_square,
    ),
    "squares_share_one_relative_variance": Continuous(
        "width = 1, excess = 0\n" + _HIDDEN + _SIGN + "h[1] is 0 or 2, with probability 1/2 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _a_square_that_varies,
    ),
    "squares_are_uncorrelated": Continuous(
        "width = 2, excess = 1\n"
        + _HIDDEN
        + _SIGN
        + "h[1] = h[2] is 0 or 2, with probability 1/2 each",
        sympy.Integer(8),
        sympy.Integer(6),
        _one_square_twice,
    ),
    "outgoing_weights_are_independent_of_the_activations_below": Continuous(
        "width = 1, excess = 1\n"
        + _HIDDEN
        + "h[1] is 0 or 2, with probability 1/2 each\n"
        + "V[1] is sqrt(h[1]) or -sqrt(h[1]), with probability 1/2 each",
        sympy.Integer(4),
        sympy.Integer(2),
        _a_weight_that_grows_with_the_square,
    ),
}
