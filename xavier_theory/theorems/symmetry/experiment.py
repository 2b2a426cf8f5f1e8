"""How `symmetry` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.exact_training import members_compared
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.symbols import j, t
from xavier_theory.theorems.symmetry.proof import W, m


def constant_training(*, steps: int = 3, units: int = 3) -> Quantity:
    """Members that the theorem says are equal, in a network trained for ``steps`` steps."""
    return members_compared(steps, units)


EXPERIMENTS = (
    Experiment(
        "exact training of constant networks", constant_training, {}, 0.01, {"steps": 5, "units": 3}
    ),
)

WRONG = {"the next input's weight": W[t, m, j + 1], "the weight one step later": W[t + 1, m, j]}
