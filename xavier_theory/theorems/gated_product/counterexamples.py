"""Counterexamples to `gated-product` that are beyond the search in finite models.

They have few outcomes, and the means are sums; nothing is integrated.
"""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _sides(outcomes: list[tuple[mpmath.mpf, int]]) -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[(u g)²] and E[u²] E[g²] over equally likely pairs of u and g."""
    count = len(outcomes)
    unit = sum(mpmath.mpf(u) ** 2 for u, _ in outcomes) / count
    gate = sum(mpmath.mpf(g) ** 2 for _, g in outcomes) / count
    return sum(mpmath.mpf(u * g) ** 2 for u, g in outcomes) / count, unit * gate


def _weights_with_a_mean() -> tuple[mpmath.mpf, mpmath.mpf]:
    """W = (1, 1), x = (1, 1) with the gate open or (1, -1) with it shut."""
    return _sides([(2, 1), (0, 0)])


def _a_weight_that_does_not_vary() -> tuple[mpmath.mpf, mpmath.mpf]:
    """W = (±1, 0), x = √2 (1, 0) with the gate open or √2 (0, 1) with it shut."""
    return _sides([(mpmath.sqrt(2) * w, 1) for w in (-1, 1)] + 2 * [(0, 0)])


def _one_weight_for_both_inputs() -> tuple[mpmath.mpf, mpmath.mpf]:
    """W = ±(1, 1), x = (1, 1) with the gate open or (1, -1) with it shut."""
    return _sides([(2 * w, 1) for w in (-1, 1)] + 2 * [(0, 0)])


def _a_gate_that_opens_for_large_weights() -> tuple[mpmath.mpf, mpmath.mpf]:
    """W = ±√2 with the gate open, or 0 with it shut."""
    return _sides([(mpmath.sqrt(2) * w, 1) for w in (-1, 1)] + 2 * [(0, 0)])


def _an_input_of_two_lengths() -> tuple[mpmath.mpf, mpmath.mpf]:
    """W = ±1, x = 2 with the gate open or 0 with it shut."""
    return _sides([(2 * w, 1) for w in (-1, 1)] + 2 * [(0, 0)])


CONTINUOUS = {
    "weights_have_zero_mean": Continuous(
        "fan_in = 2\n"
        "weight_variance = 0\n"
        "second_moment = 1\n"
        "W[1] = W[2] = 1\n"
        "x = (1, 1) and g = 1, or x = (1, -1) and g = 0, with probability 1/2 each",
        sympy.Integer(2),
        sympy.Integer(1),
        _weights_with_a_mean,
    ),
    "weights_share_one_variance": Continuous(
        "fan_in = 2\n"
        "weight_variance = 1\n"
        "second_moment = 1\n"
        "W[1] is 1 or -1, with probability 1/2 each, and W[2] = 0\n"
        "x = (sqrt(2), 0) and g = 1, or x = (0, sqrt(2)) and g = 0, with probability "
        "1/2 each, independent of W",
        sympy.Integer(1),
        sympy.Rational(1, 2),
        _a_weight_that_does_not_vary,
    ),
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "fan_in = 2\n"
        "weight_variance = 1\n"
        "second_moment = 1\n"
        "W[1] = W[2] is 1 or -1, with probability 1/2 each\n"
        "x = (1, 1) and g = 1, or x = (1, -1) and g = 0, with probability "
        "1/2 each, independent of W",
        sympy.Integer(2),
        sympy.Integer(1),
        _one_weight_for_both_inputs,
    ),
    "weights_are_independent_of_the_input_and_the_gate": Continuous(
        "fan_in = 1\n"
        "weight_variance = 1\n"
        "second_moment = 1\n"
        "x[1] = 1\n"
        "W[1] is sqrt(2) or -sqrt(2) and g = 1, or W[1] = 0 and g = 0, "
        "with probability 1/4, 1/4 and 1/2",
        sympy.Integer(1),
        sympy.Rational(1, 2),
        _a_gate_that_opens_for_large_weights,
    ),
    "the_input_has_a_fixed_length": Continuous(
        "fan_in = 1\n"
        "weight_variance = 1\n"
        "second_moment = 1\n"
        "x[1] = 2 and g = 1, or x[1] = 0 and g = 0, with probability 1/2 each\n"
        "W[1] is 1 or -1, with probability 1/2 each, independent of x and g",
        sympy.Integer(2),
        sympy.Integer(1),
        _an_input_of_two_lengths,
    ),
}
