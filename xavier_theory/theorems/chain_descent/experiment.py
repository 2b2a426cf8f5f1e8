"""How `chain-descent` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.descents import chain_descent
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
