"""How `symmetry` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.constant_training import constant_training
from xavier_theory.theorems.symbols import j, t
from xavier_theory.theorems.symmetry.proof import W, m

EXPERIMENTS = (
    Experiment(
        "exact training of constant networks", constant_training, {}, 0.01, {"steps": 5, "units": 3}
    ),
)

WRONG = {"the next input's weight": W[t, m, j + 1], "the weight one step later": W[t + 1, m, j]}
