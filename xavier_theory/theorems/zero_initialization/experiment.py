"""How `zero-initialization` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sympy import Integer

from xavier_theory.monte_carlo.exact_training import members_compared
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.observed import MOSTLY, RARELY, Observed, Successes
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


Signal = NDArray[np.float64]


def _zeros_below(seed: int, networks: int) -> Successes:
    """Four hidden units with W = b = 0 under a random V, 20 examples, squared error: 50 steps."""
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((networks, 20, 3))
    y = generator.standard_normal((networks, 20, 1))
    v = generator.standard_normal((networks, 1, 4))
    return {
        "tanh: W, b and V have moved": np.all(_moved(x, y, v, "tanh"), axis=0),
        "relu: W, b or V has moved": np.any(_moved(x, y, v, "relu"), axis=0),
    }


def _moved(x: Signal, y: Signal, outgoing: Signal, activation: str) -> list[NDArray[np.bool_]]:
    """Whether W, b and V differ from where they start, network by network; relu'(0) = 0."""
    networks, examples, inputs = x.shape
    w, b, v = np.zeros((networks, 4, inputs)), np.zeros((networks, 1, 4)), outgoing.copy()
    for _ in range(50):
        z = x @ w.swapaxes(1, 2) + b
        h = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
        slope = 1 - h**2 if activation == "tanh" else (z > 0).astype(float)
        error = (h @ v.swapaxes(1, 2) - y) / examples
        back = (error @ v) * slope
        w, b = w - 0.05 * back.swapaxes(1, 2) @ x, b - 0.05 * back.sum(axis=1, keepdims=True)
        v = v - 0.05 * error.swapaxes(1, 2) @ h
    changes = (w, b, v - outgoing)
    return [np.any(change != 0, axis=(1, 2)) for change in changes]


OBSERVED = (
    Observed(
        name="zeros below random outgoing weights",
        run=_zeros_below,
        predicted={"tanh: W, b and V have moved": MOSTLY, "relu: W, b or V has moved": RARELY},
        wrong={"relu: W, b or V has moved": MOSTLY},
    ),
)
