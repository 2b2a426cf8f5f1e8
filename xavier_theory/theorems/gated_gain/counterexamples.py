"""Counterexamples to `gated-gain` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _gelu_with_weights_of_one() -> tuple[mpmath.mpf, mpmath.mpf]:
    """1, and 1/E[GELU(Z)²]."""
    square = mpmath.quad(lambda z: (z * mpmath.ncdf(z)) ** 2 * mpmath.npdf(z), [-12, -4, 0, 4, 12])
    return mpmath.mpf(1), 1 / square


def _gelu_of_a_number() -> tuple[mpmath.mpf, mpmath.mpf]:
    """Z is the number with GELU(Z) = 1: weights of variance 1 keep it, and not 1/E[GELU²]."""
    number = mpmath.findroot(lambda z: z * mpmath.ncdf(z) - 1, 1.1)
    return 1 / (number * mpmath.ncdf(number)) ** 2, _gelu_with_weights_of_one()[1]


CONTINUOUS = {
    "the_layer_keeps_the_second_moment": Continuous(
        "fan_in = 1\nweight_variance = 1\nZ is standard normal",
        sympy.Integer(1),
        1 / (sympy.Rational(1, 3) + 1 / (2 * sympy.sqrt(3) * sympy.pi)),
        _gelu_with_weights_of_one,
    ),
    "z_is_standard_normal": Continuous(
        "fan_in = 1\nweight_variance = 1\nZ is the number with Z·Φ(Z) = 1",
        sympy.Integer(1),
        1 / (sympy.Rational(1, 3) + 1 / (2 * sympy.sqrt(3) * sympy.pi)),
        _gelu_of_a_number,
    ),
}
