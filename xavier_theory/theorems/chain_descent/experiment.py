"""How `chain-descent` is sampled, and which wrong formulas the checks must refute.

Everything follows in fractions; gradients come from explicit products of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.chains import random_dyadics, run_chain
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.chain_descent.proof import (
    error,
    factor,
    hidden,
    kept,
    o,
    signal,
    step_size,
)
from xavier_theory.theorems.symbols import t


def last_layer_errors(
    weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray, rate: Fraction, steps: int
) -> list[np.ndarray]:
    """ŷ − y at steps 0..``steps`` when only the last matrix is trained; ``(n^[L], 1)`` each."""
    *hidden, last = weights
    errors = []
    for _ in range(steps + 1):
        run = run_chain([*hidden, last], x, y)
        errors.append(run.output_gradient)
        last = last - rate * run.weight_gradients[-1]
    return errors


def chain_descent(
    *, factor: Any, hidden_layers: int, signal: Any, step_size: Any, steps: int
) -> Quantity:
    """e_t for a random last layer behind L − 1 layers of c·I, against the prediction times e_0.

    The two inputs are equal, so that Σ x_i² is ``signal`` for 2k² with a rational k.
    """
    c, energy, rate = (exact_number(value) for value in (factor, signal, step_size))
    side = Fraction(math.isqrt(int(energy / 2)))
    if 2 * side**2 != energy:
        raise InvalidInputError(f"signal must be twice a square, got {signal}")

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        identity = np.array([[Fraction(int(i == j)) for j in range(2)] for i in range(2)], object)
        weights = [c * identity] * hidden_layers + [random_dyadics(generator, (3, 2))]
        x = np.array([[side], [-side]], object)
        errors = last_layer_errors(weights, x, random_dyadics(generator, (3, 1)), rate, steps)
        return up_to_rounding(errors[steps], exact_number(prediction) * errors[0])

    return ExactQuantity(compare)


_ARTICLE = ((1.5, 1e-3), (1.5, 5e-4), (0.5, 0.5), (0.5, 1e4))

EXPERIMENTS = tuple(
    Experiment(
        f"ten layers, c = {c}, step size {eta}",
        chain_descent,
        {"factor": c, "hidden_layers": 9, "signal": 2, "step_size": eta, "steps": 7},
        0.01,
    )
    for c, eta in _ARTICLE
)

WRONG = {
    "L for L - 1": (1 - step_size * factor ** (2 * hidden + 2) * signal) ** t * error[0, o],
    "the factor not squared": (1 - step_size * factor**hidden * signal) ** t * error[0, o],
    "one step too many": kept ** (t + 1) * error[0, o],
}
