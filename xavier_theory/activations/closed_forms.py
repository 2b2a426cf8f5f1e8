"""E[φ(Z)²] for Z ~ N(0, 1) in closed form, as sympy expressions, where one is known.

Sources: relu and leaky relu from symmetry (He et al. 2015, section 2.2); erf from Williams 1997,
"Computing with infinite networks", at correlation 1; GELU and ELU by completing the square and
Stein's lemma; the others elementary. The tests hold each against its certified enclosure.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Integer, Rational, exp, pi, sqrt


def one() -> sympy.Expr:
    """1: φ² = z², or (SELU) the activation is made so."""
    return Integer(1)


def relu() -> sympy.Expr:
    """½: half of Z² by symmetry."""
    return Rational(1, 2)


def leaky_relu(slope: Fraction) -> sympy.Expr:
    """(1 + slope²)/2: each half line gives half of E[Z²], scaled."""
    exact = Rational(slope.numerator, slope.denominator)
    return (1 + exact**2) / 2


def elu(alpha: Fraction) -> sympy.Expr:
    """½ + α²·E[(e^Z − 1)²; Z < 0] = ½ + α²·(e²Φ(−2) − 2√e·Φ(−1) + ½)."""
    exact = Rational(alpha.numerator, alpha.denominator)
    below = exp(2) * _phi(-2) - 2 * sqrt(exp(1)) * _phi(-1) + Rational(1, 2)
    return Rational(1, 2) + exact**2 * below


def gelu() -> sympy.Expr:
    """⅓ + 1/(2√3·π)."""
    return Rational(1, 3) + 1 / (2 * sqrt(3) * pi)


def erf() -> sympy.Expr:
    """(2/π)·arcsin(2/3)."""
    return 2 * sympy.asin(Rational(2, 3)) / pi


def sin() -> sympy.Expr:
    """(1 − e^(−2))/2, from sin² = (1 − cos 2z)/2."""
    return (1 - exp(-2)) / 2


def hardtanh() -> sympy.Expr:
    """E[min(Z², 1)] = 1 − √(2/(πe))."""
    return 1 - sqrt(2 / (pi * exp(1)))


def _phi(point: int) -> sympy.Expr:
    """Φ(point), by the complementary error function."""
    return sympy.erfc(-point / sqrt(2)) / 2
