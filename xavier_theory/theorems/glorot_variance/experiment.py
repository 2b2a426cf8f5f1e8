"""How `glorot-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import sympy

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.glorot import glorot
from xavier_theory.theorems.glorot_variance.proof import total
from xavier_theory.theorems.symbols import fan_in, fan_out

NARROW_TO_WIDE = {"fan_in": 96, "fan_out": 160}

EXPERIMENTS = (
    Experiment("growth forward and backward", glorot, NARROW_TO_WIDE, 0.01, {"law": "normal"}),
)

WRONG = {
    "the least-squares optimum": total / (fan_in**2 + fan_out**2),
    "the log-squared optimum": 1 / sympy.sqrt(fan_in * fan_out),
    "1 for 2": 1 / total,
}
