"""How `depth-scale-remainder` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, exp

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.orbits import sine_map_orbit
from xavier_theory.theorems.depth_scale.proof import depth
from xavier_theory.theorems.depth_scale_remainder.proof import chi, excess, first

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
