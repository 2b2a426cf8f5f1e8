"""The numbers that ``Derivation.predict`` is given."""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral, Real
from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory.symbolic.errors import XavierTheoryError


class PredictionError(XavierTheoryError, ValueError):
    """``predict`` was called with the wrong quantities, or with values outside their domains."""


def given(name: str, value: Any, quantity: Basic) -> sympy.Expr:
    """``value`` as an exact sympy number in the domain of ``quantity``."""
    if isinstance(value, bool) or not isinstance(value, Real | sympy.Expr):
        raise PredictionError(f"{name} must be a number, got {value!r}")
    if isinstance(value, Integral):
        number: sympy.Expr = sympy.Integer(int(value))
    elif isinstance(value, Fraction):
        number = sympy.Rational(value.numerator, value.denominator)
    elif isinstance(value, Real):
        if not abs(float(value)) < float("inf"):
            raise PredictionError(f"{name} must be finite, got {value!r}")
        number = sympy.Rational(float(value))
    elif value.is_number and value.is_real:
        number = value
    else:
        raise PredictionError(f"{name} must be a real number, got {value}")
    if getattr(quantity, "is_integer", False) and not number.is_integer:
        raise PredictionError(f"{name} must be a whole number, got {value!r}")
    if quantity.is_positive and not number > 0:
        raise PredictionError(f"{name} must be > 0, got {value!r}")
    if quantity.is_nonnegative and not number >= 0:
        raise PredictionError(f"{name} must be >= 0, got {value!r}")
    return number
