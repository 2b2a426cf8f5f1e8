"""Counterexamples to `selu-fixed-point` that are beyond finite models."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy

from xavier_theory.finite_models.stored.continuous import Continuous


def _selu_moments() -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """Means of e^Z − 1 and its square at Z < 0, Z standard normal, and the α that balances."""

    def below(power: int) -> mpmath.mpf:
        return mpmath.quad(lambda z: mpmath.expm1(z) ** power * mpmath.npdf(z), [-14, -4, 0])

    above = mpmath.quad(lambda z: z * mpmath.npdf(z), [0, 4, 14])
    return below(1), below(2), -above / below(1)


def _selu_square() -> mpmath.mpf:
    """E[SELU(Z)²] for the α that balances and λ = 1."""
    _, second, steepness = _selu_moments()
    return mpmath.mpf(1) / 2 + steepness**2 * second


def _selu_mean() -> tuple[mpmath.mpf, mpmath.mpf]:
    """E[SELU(Z)] for α = λ = 1, and 0."""
    above = mpmath.quad(lambda z: z * mpmath.npdf(z), [0, 4, 14])
    return above + _selu_moments()[0], mpmath.mpf(0)


def _tail(s: int) -> Any:
    """e^{s²/2} Φ(−s)."""
    return sympy.exp(sympy.Rational(s * s, 2)) * sympy.erfc(s / sympy.sqrt(2)) / 2


_BALANCING = sympy.sqrt(2 / sympy.pi) / (1 - 2 * _tail(1))


_SELU_SQUARE = sympy.Rational(1, 2) + _BALANCING**2 * (
    sympy.Rational(1, 2) - 2 * _tail(1) + _tail(2)
)


CONTINUOUS = {
    "z_is_standard_normal": Continuous(
        "fan_in = 1\nsteepness and outer_scale solve their equations\nZ = 1\n"
        "so SELU(Z) = outer_scale, and weight_variance = outer_scale**(-2)",
        _SELU_SQUARE,
        sympy.Integer(1),
        lambda: (_selu_square(), mpmath.mpf(1)),
    ),
    "the_scale_normalizes": Continuous(
        "fan_in = 1\nouter_scale = 1\nsteepness solves its equation\nZ is standard normal\n"
        "weight_variance = 1/E(SELU(Z)**2)",
        1 / _SELU_SQUARE,
        sympy.Integer(1),
        lambda: (1 / _selu_square(), mpmath.mpf(1)),
    ),
    "the_layer_keeps_the_second_moment": Continuous(
        "fan_in = 1\nweight_variance = 2\nsteepness and outer_scale solve their equations\n"
        "Z is standard normal",
        sympy.Integer(2),
        sympy.Integer(1),
        lambda: (mpmath.mpf(2), mpmath.mpf(1)),
    ),
    "the_steepness_balances": Continuous(
        "steepness = 1\nouter_scale = 1\nZ is standard normal",
        1 / sympy.sqrt(2 * sympy.pi) - sympy.Rational(1, 2) + _tail(1),
        sympy.Integer(0),
        _selu_mean,
    ),
}
