"""How `depth-scale-remainder` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx
from sympy import Rational, exp

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number
from xavier_theory.monte_carlo.sine_map import BITS, ROUNDING, ball, inside, mapped
from xavier_theory.theorems.depth_scale.proof import depth
from xavier_theory.theorems.depth_scale_remainder.proof import chi, excess, first


def sine_map_orbit(
    *, depth: int, chi: Any, kappa: Any, margin: Any, first_deviation: Any, above: bool
) -> Quantity:
    """|e_L| on the orbit that starts so far ``above`` or below 1/2; a prediction is an interval."""
    layers, size = integer_at_least(0, depth, "depth"), exact_number(first_deviation)
    start = Fraction(1, 2) + (size if above else -size)
    with ctx.workprec(BITS):
        slope = arb(-1).exp()
        share = (-2 * ball(min(start, Fraction(1, 2)))).exp() * ball(size)
        stated = ((slope, chi), (share, kappa), (1 - slope - share, margin))
        if any(abs(float(known) - float(said)) > ROUNDING for known, said in stated):
            raise InvalidInputError("χ, κ and the margin are not those of this map and this start")
        q = ball(start)
        for _ in range(layers):
            q = mapped(q)
        found = exact_number(float(abs(q - ball(Fraction(1, 2)))))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return inside(found, *map(exact_number, prediction))

    return ExactQuantity(compare)


half = Rational(1, 2)

EXPERIMENTS = tuple(
    Experiment(
        f"the length map of sin from {said} its fixed point, {layers} layers",
        sine_map_orbit,
        {
            "depth": layers,
            "chi": exp(-1),
            "kappa": exp(-2 * least) / 20,
            "margin": 1 - exp(-1) - exp(-2 * least) / 20,
            "first_deviation": Rational(1, 20),
        },
        0.01,
        {"above": said == "above"},
    )
    for said, least in (("above", half), ("below", half - Rational(1, 20)))
    for layers in (3, 30)
)

wanted = chi**depth * first

WRONG = {
    "no remainder": (wanted, wanted),
    "half the remainder": (wanted * (1 - excess(depth) / 2), wanted * exp(excess(depth) / 2)),
    "one layer more": (chi * wanted * (1 - excess(depth)), chi * wanted * exp(excess(depth))),
}
