"""How `near-fixed-point` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Abs, Integer, Rational, exp

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.orbits import sine_map
from xavier_theory.theorems.near_fixed_point.proof import bend, fixed, missing, x

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
