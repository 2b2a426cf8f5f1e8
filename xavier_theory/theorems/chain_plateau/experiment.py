"""How `chain-plateau` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.descents import chain_plateau
from xavier_theory.theorems.chain_plateau.proof import more, step_size, target
from xavier_theory.theorems.symbols import t

EXPERIMENTS = tuple(
    Experiment(
        f"L = {k + 2}, from c = {start}, step size {eta}",
        chain_plateau,
        {"layers_beyond_two": k, "step_size": eta, "target": 1, "steps": 20},
        0.02,
        {"start": start},
    )
    for k, start, eta in ((8, 0.5, 0.1), (8, 0.25, 10.0), (1, 0.125, 0.001))
)

WRONG = {
    "L - 3 for L - 2": (more - 1) * step_size * target * t,
    "one step fewer": more * step_size * target * (t - 1),
    "half the step": more * step_size * target * t / 2,
}
