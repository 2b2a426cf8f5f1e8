"""Counterexamples to `correlation-map` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous
from xavier_theory.theorems.length_map.counterexamples import square_of_the_weight


def _equal_weights() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[(W + W)²] for a standard normal W, and 2 E[W²]."""
    second = mpmath.quad(lambda w: w**2 * mpmath.npdf(w), [-12, 0, 12])
    return 4 * second, 2 * second


def _signal_of_one() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[W²] for a standard normal W, and twice that."""
    second = mpmath.quad(lambda w: w**2 * mpmath.npdf(w), [-12, 0, 12])
    return second, 2 * second


CONTINUOUS = {
    "weights_of_a_unit_are_uncorrelated": Continuous(
        "fan_in = 2\nweight_scale = 2\nbias_variance = 0\nphi(t) = 1\nB[1] = 0\n"
        "W[1, 1] = W[1, 2] is a standard normal variable\nso z[1] = t[1] = 2 W[1, 1]",
        sympy.Integer(4),
        sympy.Integer(2),
        _equal_weights,
    ),
    "weights_are_independent_of_both_layers_below": Continuous(
        "fan_in = 1\nweight_scale = 1\nbias_variance = 0\nphi(t) = t\nB[1] = 0\n"
        "W[1, 1] is a standard normal variable\ny[1] = u[1] = W[1, 1]\n"
        "so z[1] = t[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        square_of_the_weight,
    ),
    "weights_out_of_a_unit_are_uncorrelated": Continuous(
        "fan_in = 2\nweight_scale = 2\nsignal_second_moment = 1\ndphi(t) = 1\n"
        "delta[1] = delta[2] = 1\nW[1, 1] = W[2, 1] is a standard normal variable\n"
        "so r[1] = 2 W[1, 1]",
        sympy.Integer(4),
        sympy.Integer(2),
        _equal_weights,
    ),
    "the_backward_signal_is_independent_of_the_weights": Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 1\ndphi(t) = 1\n"
        "W[1, 1] is a standard normal variable\ndelta[1] = W[1, 1]\n"
        "so r[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        square_of_the_weight,
    ),
    "the_backward_signal_has_one_second_moment": Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 2\ndphi(t) = 1\ndelta[1] = 1\n"
        "W[1, 1] is a standard normal variable\nso r[1] = W[1, 1]",
        sympy.Integer(1),
        sympy.Integer(2),
        _signal_of_one,
    ),
    "pre_activations_are_independent_of_what_comes_back": Continuous(
        "fan_in = 1\nweight_scale = 1\nsignal_second_moment = 1\ndphi(t) = t\ndelta[1] = 1\n"
        "W[1, 1] is a standard normal variable\ny[1] = W[1, 1]\n"
        "so r[1] is the square of W[1, 1]",
        sympy.Integer(3),
        sympy.Integer(1),
        square_of_the_weight,
    ),
}
