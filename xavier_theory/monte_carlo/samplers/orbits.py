"""Orbits of a map that is known in closed form: the length map of sin, iterated.

E sin²(√q Z) = (1 − e^(−2q))/2, so that V(q) = (1 − e^(−2q))/2 + e^(−1)/2 is the length map of sin
at σ_w² = 1 with the σ_b² for which 1/2 is fixed: V'(1/2) = e^(−1), and |V''| = 2 e^(−2q).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number

__all__ = ["sine_map", "sine_map_orbit"]

_BITS = 400
_ROUNDING = Fraction(1, 10**12)  # of a prediction that is a float


def _map(q: arb) -> arb:
    return (1 - (-2 * q).exp() + arb(-1).exp()) / 2


def _ball(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def sine_map(*, x: Any, fixed_point: Any, bend: Any) -> Quantity:
    """|V(x) − 1/2 − V'(1/2)(x − 1/2)|, which the prediction must not fall below.

    ``bend`` must be the largest |V''| between the two points, up to a float's rounding.
    """
    at, fixed = exact_number(x), exact_number(fixed_point)
    with ctx.workprec(_BITS):
        largest = 2 * (-2 * _ball(min(at, fixed))).exp()
        if fixed != Fraction(1, 2) or abs(float(largest) - float(bend)) > _ROUNDING:
            raise InvalidInputError(f"the map is fixed at 1/2 and has |V''| <= {float(largest)}")
        slope = arb(-1).exp()
        left_out = abs(_map(_ball(at)) - _ball(fixed) - slope * _ball(at - fixed))
        found = exact_number(float(left_out))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return _inside(found, exact_number(0), exact_number(prediction))

    return ExactQuantity(compare)


def sine_map_orbit(
    *, depth: int, chi: Any, kappa: Any, margin: Any, first_deviation: Any, above: bool
) -> Quantity:
    """|e_L| on the orbit that starts so far ``above`` or below 1/2; a prediction is an interval."""
    layers, size = integer_at_least(0, depth, "depth"), exact_number(first_deviation)
    start = Fraction(1, 2) + (size if above else -size)
    with ctx.workprec(_BITS):
        slope = arb(-1).exp()
        share = (-2 * _ball(min(start, Fraction(1, 2)))).exp() * _ball(size)
        stated = ((slope, chi), (share, kappa), (1 - slope - share, margin))
        if any(abs(float(known) - float(said)) > _ROUNDING for known, said in stated):
            raise InvalidInputError("χ, κ and the margin are not those of this map and this start")
        q = _ball(start)
        for _ in range(layers):
            q = _map(q)
        found = exact_number(float(abs(q - _ball(Fraction(1, 2)))))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return _inside(found, *map(exact_number, prediction))

    return ExactQuantity(compare)


def _inside(found: Fraction, lower: Fraction, upper: Fraction) -> tuple[Fraction, Fraction]:
    """What was found, and the nearest number of the predicted interval, up to a rounding."""
    slack = _ROUNDING * abs(upper)
    nearest = min(max(found, lower - slack), upper + slack)
    return found, nearest
