"""How `near-fixed-point` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx
from sympy import Abs, Integer, Rational, exp

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number
from xavier_theory.monte_carlo.sine_map import BITS, ROUNDING, ball, inside, mapped
from xavier_theory.theorems.near_fixed_point.proof import bend, fixed, missing, x


def sine_map(*, x: Any, fixed_point: Any, bend: Any) -> Quantity:
    """|V(x) − 1/2 − V'(1/2)(x − 1/2)|, which the prediction must not fall below.

    ``bend`` must be the largest |V''| between the two points, up to a float's rounding.
    """
    at, fixed = exact_number(x), exact_number(fixed_point)
    with ctx.workprec(BITS):
        largest = 2 * (-2 * ball(min(at, fixed))).exp()
        if fixed != Fraction(1, 2) or abs(float(largest) - float(bend)) > ROUNDING:
            raise InvalidInputError(f"the map is fixed at 1/2 and has |V''| <= {float(largest)}")
        slope = arb(-1).exp()
        left_out = abs(mapped(ball(at)) - ball(fixed) - slope * ball(at - fixed))
        found = exact_number(float(left_out))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return inside(found, exact_number(0), exact_number(prediction))

    return ExactQuantity(compare)


half = Rational(1, 2)

EXPERIMENTS = tuple(
    Experiment(
        f"the length map of sin, {said} its fixed point",
        sine_map,
        {"x": at, "fixed_point": half, "bend": 2 * exp(-2 * min(at, half))},
        0.01,
    )
    for said, at in (("above", Rational(3, 5)), ("below", Rational(9, 20)))
)

WRONG = {
    "half the remainder": missing / 2,
    "no remainder": Integer(0),
    "of third order": bend * Abs(x - fixed) ** 3 / 2,
}
