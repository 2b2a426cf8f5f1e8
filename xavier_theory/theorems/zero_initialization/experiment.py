"""How `zero-initialization` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Integer

from xavier_theory.monte_carlo.exact_training import members_compared
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity


def zero_training(*, steps: int = 3, units: int = 3) -> Quantity:
    """Members that the theorem says are 0, where all weights and biases start so.

    But for the output's bias: the cost's gradient at the output is then not 0, so that only zeros
    can keep it from going on.
    """
    return members_compared(steps, units, zero=True)


EXPERIMENTS = (
    Experiment(
        "exact training from zero weights", zero_training, {}, 0.01, {"steps": 4, "units": 3}
    ),
)

WRONG = {"one instead of zero": Integer(1)}
