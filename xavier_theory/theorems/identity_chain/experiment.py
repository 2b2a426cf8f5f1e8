"""How `identity-chain` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.exact_chains import (
    chain_output,
    deep_chain,
    hidden_gradient,
    last_gradient,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.theorems.identity_chain.proof import a, depth, factor, last_W, o, width
from xavier_theory.theorems.symbols import j

EXPERIMENTS = (
    *(
        Experiment(f"{said}, c = {factor}", quantity, {"factor": factor, "depth": depth}, 0.01)
        for said, quantity, depth in (
            ("the article's chain", chain_output, 10),
            ("a million layers", deep_chain, 10**6),
        )
        for factor in (1.5, 0.5)
    ),
    Experiment(
        "gradient of a hidden weight, c = 1.5",
        hidden_gradient,
        {"factor": 1.5, "below": 3, "above": 5},
        0.01,
        result="hidden_gradient",
    ),
    Experiment(
        "gradient of the last layer, c = 0.5",
        last_gradient,
        {"factor": 0.5, "depth": 10},
        0.01,
        result="last_gradient",
    ),
)

WRONG = {
    "L for L - 1": factor**depth * sum_over(j, width, last_W[o, j] * a[0, j]),
    "linear in depth": factor * (depth - 1) * sum_over(j, width, last_W[o, j] * a[0, j]),
}
