"""Counterexamples to `correlation-limit` that are beyond finite models."""

from __future__ import annotations

import mpmath
import sympy
from sympy import Rational

from xavier_theory.finite_models.stored.continuous import Continuous


def _square() -> mpmath.mpf:
    """E Z² for a standard normal Z."""
    return mpmath.quad(lambda z: z**2 * mpmath.npdf(z), [-14, -4, 0, 4, 14])


def _lines(
    variance: int, weight_scale: Rational, bias_variance: Rational
) -> tuple[mpmath.mpf, mpmath.mpf]:
    """1 − C(1/2) for φ(t) = t, q = 1 and a shared signal of this variance, and the bound."""
    pair = variance * _square() / 2
    scale, bias = (mpmath.mpf(n.p) / n.q for n in (weight_scale, bias_variance))
    return 1 - scale * pair - bias, scale / 2


def _signs() -> tuple[mpmath.mpf, mpmath.mpf]:
    """1 − C(1/2) for φ = sign, by the angle between U and V, and the bound for a slope of 0."""
    same = mpmath.quad(  # P(U > 0 and V > 0): given the shared part A = a, both are above 0
        lambda a: mpmath.ncdf(a) ** 2 * mpmath.npdf(a), [-14, -4, 0, 4, 14]
    )
    return 1 - (4 * same - 1), mpmath.mpf(0)


_TWO_LINES = "second_moment = 1\nh = 1\nphi(t) = t\ndphi(t) = 1\n"

CONTINUOUS = {
    "the_signals_are_standard_normal": Continuous(
        _TWO_LINES + "weight_scale = 1/8\nbias_variance = 1/2\n"
        "A is normal with mean 0 and variance 4, N and M are standard normal, all independent",
        Rational(1, 4),
        Rational(1, 16),
        lambda: _lines(4, Rational(1, 8), Rational(1, 2)),
    ),
    "phi_is_the_integral_of_dphi": Continuous(
        "second_moment = 1\nh = 1\nweight_scale = 1\nbias_variance = 0\n"
        "phi(t) is 1 for t > 0 and -1 else\ndphi(t) = 0",
        Rational(2, 3),
        sympy.Integer(0),
        _signs,
    ),
    "the_length_is_at_rest": Continuous(
        _TWO_LINES + "weight_scale = 1/2\nbias_variance = 0\n"
        "A, N and M are independent standard normal variables",
        Rational(3, 4),
        Rational(1, 4),
        lambda: _lines(1, Rational(1, 2), Rational(0)),
    ),
}
