"""Counterexamples to `gaussian-limit`, made of standard normal variables."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _mean(of: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
    """E of(g)."""
    return mpmath.quad(lambda g: of(g) * mpmath.npdf(g), [-16, -6, 0, 6, 16])


def _of_one(
    z: Callable[[mpmath.mpf], mpmath.mpf], right: mpmath.mpf
) -> tuple[mpmath.mpf, mpmath.mpf]:
    """E z⁴ − 3 E[z²]² for z(g), and the right side."""
    return _mean(lambda g: z(g) ** 4) - 3 * _mean(lambda g: z(g) ** 2) ** 2, right


def _spread() -> mpmath.mpf:
    """Var(g²)."""
    return _mean(lambda g: g**4) - _mean(lambda g: g**2) ** 2


CONTINUOUS = {
    "weights_have_zero_mean": Continuous(
        "width = 1\nweight_variance = 1\nS[0] = 0\na[1] = 1\n"
        "w[1] is 1 + g, g a standard normal variable",
        sympy.Integer(-2),
        sympy.Integer(7),
        lambda: _of_one(lambda g: 1 + g, _mean(lambda g: (1 + g) ** 4) - 3),
    ),
    "weights_share_one_variance": Continuous(
        "width = 1\nweight_variance = 2\nS[0] = 0\na[1] = 1\nw[1] is a standard normal variable",
        sympy.Integer(0),
        sympy.Integer(-9),
        lambda: _of_one(lambda g: g, _mean(lambda g: g**4) - 3 * 2**2),
    ),
    "a_weight_is_independent_of_the_sum_before_it_and_the_inputs": Continuous(
        "width = 1\nweight_variance = 1\nS[0] = 0\nw[1] = a[1] is a standard normal variable",
        sympy.Integer(78),
        sympy.Integer(6),
        lambda: _of_one(lambda g: g**2, 3 * _spread()),
    ),
    "the_bias_has_zero_mean": Continuous(
        "width = 1\nweight_variance = 2\nS[0] = 1\na[1] = 1\n"
        "w[1] is g**2 - 1, g a standard normal variable\nso S[1] = g**2",
        sympy.Integer(78),
        sympy.Integer(46),
        lambda: _of_one(lambda g: g**2, _mean(lambda g: (g**2 - 1) ** 4) - 3 * 2**2 - 2),
    ),
    "the_bias_is_independent_of_the_inputs": Continuous(
        "width = 1\nweight_variance = 1\nS[0] = a[1]\n"
        "w[1] and a[1] are independent standard normal variables\nso S[1] = a[1]*(1 + w[1])",
        sympy.Integer(18),
        sympy.Integer(6),
        lambda: (
            _mean(lambda g: g**4) * _mean(lambda g: (1 + g) ** 4)
            - 3 * _mean(lambda g: (1 + g) ** 2) ** 2,
            3 * _spread(),
        ),
    ),
    "weights_have_the_kurtosis_on_average": Continuous(
        "width = 1\nweight_variance = 1\nkurtosis = 4\nmean_of_squares = 1\nexcess = 0\n"
        "S[0] = 0\na[1] = h[1] = 1\nw[1] is a standard normal variable",
        sympy.Integer(3),
        sympy.Integer(4),
        lambda: (_mean(lambda g: g**4), mpmath.mpf(3 + 4 - 3)),
    ),
    "the_squares_of_the_inputs": Continuous(
        "width = 1\nweight_variance = 1\nkurtosis = 3\nmean_of_squares = 1\nexcess = 0\n"
        "S[0] = 0\na[1] = 2\nh[1] = 1\nw[1] is a standard normal variable",
        sympy.Integer(48),
        sympy.Integer(3),
        lambda: (_mean(lambda g: (2 * g) ** 4), mpmath.mpf(3)),
    ),
    "squares_share_one_mean": Continuous(
        "width = 1\nweight_variance = 1\nkurtosis = 3\nmean_of_squares = 2\nexcess = 1/2\n"
        "S[0] = 0\nw[1] and a[1] are independent standard normal variables\nh[1] = a[1]**2\n"
        "so Var(h[1]) = 2",
        sympy.Integer(9),
        sympy.Integer(18),
        lambda: (_mean(lambda g: g**4) ** 2, 3 * 2**2 + 2**2 * (3 * (1 + _spread() / 4) - 3)),
    ),
    "squares_share_one_relative_variance": Continuous(
        "width = 1\nweight_variance = 1\nkurtosis = 3\nmean_of_squares = 1\nexcess = 0\n"
        "S[0] = 0\nw[1] and a[1] are independent standard normal variables\nh[1] = a[1]**2",
        sympy.Integer(9),
        sympy.Integer(3),
        lambda: (_mean(lambda g: g**4) ** 2, mpmath.mpf(3)),
    ),
    "squares_are_uncorrelated": Continuous(
        "width = 2\nweight_variance = 1\nkurtosis = 3\nmean_of_squares = 1\nexcess = 2\n"
        "S[0] = 0\nw[1], w[2] and a[1] are independent standard normal variables\n"
        "a[2] = a[1]\nh[1] = h[2] = a[1]**2",
        sympy.Integer(36),
        sympy.Integer(24),
        lambda: (3 * 2**2 * _mean(lambda g: g**4), 3 * 2**2 + 2 * (3 * (1 + _spread()) - 3)),
    ),
}
