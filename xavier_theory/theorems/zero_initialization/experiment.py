"""How `zero-initialization` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Integer

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.constant_training import zero_training

EXPERIMENTS = (
    Experiment(
        "exact training from zero weights", zero_training, {}, 0.01, {"steps": 4, "units": 3}
    ),
)

WRONG = {"one instead of zero": Integer(1)}
