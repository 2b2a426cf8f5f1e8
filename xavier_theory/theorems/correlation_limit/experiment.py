"""How `correlation-limit` is sampled, and which wrong formulas the checks must refute.

Nothing is drawn: C(c) has closed forms for relu, sin and the error function, in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, ctx
from sympy import Rational, exp, pi, sqrt

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number
from xavier_theory.monte_carlo.sine_map import BITS, ROUNDING, ball, inside
from xavier_theory.theorems.correlation_limit.proof import chi
from xavier_theory.theorems.correlation_map.proof import h


def _relu(q: arb, c: arb) -> arb:
    return q / (2 * arb.pi()) * ((1 - c**2).sqrt() + c * (arb.pi() - c.acos()))


def _sin(q: arb, c: arb) -> arb:
    return (-q).exp() * (q * c).sinh()


def _erf(q: arb, c: arb) -> arb:
    return 2 / arb.pi() * (2 * q * c / (1 + 2 * q)).asin()


PAIRS: dict[str, tuple[Callable[[arb, arb], arb], Any]] = {
    "relu": (_relu, lambda q: Rational(1, 2)),
    "sin": (_sin, lambda q: (1 + exp(-2 * q)) / 2),
    "erf": (_erf, lambda q: 4 / (pi * sqrt(1 + 4 * q))),
}
"""E[φ(U) φ(V)] for variance q and correlation c, and E[φ'(√q Z)²]."""


def distance_after_a_layer(
    *,
    weight_scale: Any,
    distance: Any,
    slope_second_moment: Any,
    activation: str,
    second_moment: Any,
) -> Quantity:
    """1 − C(c) at c = 1/(1 + ``distance``), which the prediction must not fall below."""
    pair, slope = PAIRS[activation]
    scale, q, apart = map(exact_number, (weight_scale, second_moment, distance))
    stated = float(slope(Rational(q.numerator, q.denominator)))
    if abs(stated - float(slope_second_moment)) > ROUNDING:
        raise InvalidInputError(f"the mean square of the slope is {stated}")
    with ctx.workprec(BITS):
        moved = pair(ball(q), arb(1)) - pair(ball(q), ball(1 / (1 + apart)))
        found = exact_number(float(ball(scale) * moved / ball(q)))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return inside(found, exact_number(0), exact_number(prediction))

    return ExactQuantity(compare)


EXPERIMENTS = tuple(
    Experiment(
        f"{activation} at σ_w² = {float(scale)} and c = {said}",
        distance_after_a_layer,
        {
            "weight_scale": scale,
            "distance": 1 / c - 1,
            "slope_second_moment": PAIRS[activation][1](q),
        },
        0.01,
        {"activation": activation, "second_moment": q},
    )
    for activation, scale, q in (
        ("relu", Rational(9, 5), Rational(1)),
        ("sin", Rational(3, 2), Rational(1)),
        ("erf", Rational(1), Rational(1, 2)),
    )
    for said, c in (("0.999", Rational(999, 1000)), ("0.5", Rational(1, 2)))
)

WRONG = {
    "half as far": chi * h / (2 * (1 + h)),
    "of second order": chi * (h / (1 + h)) ** 2,
}
