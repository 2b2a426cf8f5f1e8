"""SELU's two constants in closed forms: kept as symbols, then replaced by what defines them.

alpha makes E selu(Z) = 0 and scale makes E selu(Z)² = 1 for Z ~ N(0, 1) (Klambauer et al. 2017).
Where a form contains just those two combinations, the definitions give the value at once; otherwise
the constants are written out.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Rational, erf, exp, pi, sqrt

SCALE = sympy.Symbol("selu_scale", positive=True)
ALPHA = sympy.Symbol("selu_alpha", positive=True)
_HALF = Rational(1, 2)

# E[1 − e^Z; Z < 0] and E[(1 − e^Z)²; Z < 0], by completing the square
_BELOW_MEAN = _HALF - exp(_HALF) * (1 - erf(1 / sqrt(2))) / 2
_BELOW_SQUARE = _HALF - exp(_HALF) * (1 - erf(1 / sqrt(2))) + exp(2) * (1 - erf(sqrt(2))) / 2
_ALPHA = 1 / sqrt(2 * pi) / _BELOW_MEAN
_INVERSE_SQUARE_OF_SCALE = _HALF + ALPHA**2 * _BELOW_SQUARE


def without_named_constants(form: Any) -> Any:
    """The form with SELU's constants replaced; anything else as it is."""
    if not form.has(SCALE):
        return form.subs(ALPHA, _ALPHA)
    total = sympy.Integer(0)
    for (power,), coefficient in sympy.Poly(form, SCALE).terms():
        total += _replaced(power, sympy.expand(coefficient))
    return total.subs(SCALE, 1 / sqrt(_INVERSE_SQUARE_OF_SCALE)).subs(ALPHA, _ALPHA)


def _replaced(power: int, coefficient: Any) -> Any:
    if power == 1:
        at_zero = coefficient.subs(ALPHA, 0)
        slope = sympy.expand(coefficient - at_zero) / ALPHA
        if sympy.expand(sympy.expand(slope) / sqrt(2 * pi) + at_zero * _BELOW_MEAN) == 0:
            return sympy.Integer(0)
    if power == 2:
        times = 2 * coefficient.subs(ALPHA, 0)
        if sympy.expand(coefficient - times * _INVERSE_SQUARE_OF_SCALE) == 0:
            return times
    return coefficient * SCALE**power
