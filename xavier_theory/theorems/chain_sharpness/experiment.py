"""How `chain-sharpness` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.descents import chain_minima
from xavier_theory.theorems.chain_sharpness.proof import layers, mean, target

EXPERIMENTS = tuple(
    Experiment(
        f"the flattest of random minima, L = {depth}, y = {y}",
        chain_minima,
        {"layers": depth, "log_product": log_product, "target": y},
        0.01,
        {"ratio": r},
    )
    for depth, r, y, log_product in (
        (10, 1, 1, 0),
        (2, 3, 9, math.log(9)),
        (5, 0.5, 0.03125, -5 * math.log(2)),
    )
)

WRONG = {
    "L + 1 for L": 2 * mean / ((layers + 1) * target**2),
    "1/λ for 2/λ": mean / (layers * target**2),
    "the target not squared": 2 * mean / (layers * target),
}
