"""The numbers that ``Derivation.predict`` is given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

import sympy
from sympy.core.basic import Basic

from xavier_theory.symbolic.errors import XavierTheoryError


class PredictionError(XavierTheoryError, ValueError):
    """``predict`` was called with the wrong quantities, or with values outside their domains."""


def is_array(value: Any) -> bool:
    """Whether a quantity has several values: an array with a shape, of NumPy or kept by it."""
    return bool(getattr(value, "shape", ())) and hasattr(value, "__array__")


def over_arrays(values: Mapping[str, Any], predict: Callable[..., Any]) -> Any:
    """``predict`` at every place of arrays, which are broadcast: an array, or a tuple of them.

    Nothing is imported for it: where there are arrays, NumPy is there.
    """
    numpy: Any = sys.modules["numpy"]
    places = numpy.broadcast_arrays(*(numpy.asarray(value) for value in values.values()))
    found: dict[tuple[Any, ...], Any] = {}  # the same numbers are computed once
    rows = list(zip(*(place.ravel().tolist() for place in places), strict=True))
    for row in rows:
        if row not in found:
            found[row] = predict(**dict(zip(values, row, strict=True)))
    results = [found[row] for row in rows]
    if not (results and isinstance(results[0], tuple)):
        return numpy.array(results).reshape(places[0].shape)
    ends = zip(*results, strict=True)
    return tuple(numpy.array(end).reshape(places[0].shape) for end in ends)


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
