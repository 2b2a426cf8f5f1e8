"""How `xavier-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.linear_layers import kept_variance
from xavier_theory.theorems.symbols import fan_in

EXPERIMENTS = tuple(
    Experiment(
        f"{law} weights keep the variance", kept_variance, {"fan_in": fan}, 0.01, {"law": law}
    )
    for law, fan in (
        ("normal", 100),
        ("uniform", 100),
        ("truncated-normal", 100),
        ("rademacher", 7),
    )
)

WRONG = {"2 for 1": 2 / fan_in, "n + 1 for n": 1 / (fan_in + 1), "1 % off": 101 / (100 * fan_in)}
