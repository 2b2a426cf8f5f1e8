"""How `optimizer-symmetry` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np

from xavier_theory.monte_carlo.exact_training import RATE, Kept, members_compared
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.optimizer_symmetry.proof import W, m
from xavier_theory.theorems.symbols import j, t


def remembering(step: int, weights: np.ndarray, kept: Kept, gradients: np.ndarray) -> Any:
    """A rational relative of Adam: a mean of gradients over one of their squares."""
    first, second = (kept[0] + gradients) / 2, (kept[1] + gradients**2) / 2
    return weights - RATE * first / ((step + 1) * (1 + second)), (first, second)


def memory_training(*, steps: int = 2, units: int = 3) -> Quantity:
    """Members that the theorem says are equal, under a rule with two memories for each weight."""
    return members_compared(steps, units, rule=remembering)


EXPERIMENTS = (
    Experiment(
        "exact training with two memories", memory_training, {}, 0.01, {"steps": 2, "units": 3}
    ),
)

WRONG = {"the next input's weight": W[t, m, j + 1], "the weight one step later": W[t + 1, m, j]}
