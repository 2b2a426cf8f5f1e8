"""How `two-layer-cycle` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.descents import two_layer_cycle
from xavier_theory.theorems.two_layer_cycle.proof import first, second

EXPERIMENTS = tuple(
    Experiment(
        f"descent from {p}, cycle with {q}, {result or 'even'} steps",
        two_layer_cycle,
        {"p": p, "q": q},
        0.01,
        {"odd": result == "odd"},
        result=result,
        wrong=wrong,
    )
    for p, q, result, wrong in (
        (1.25, 1, None, {}),
        (0.5, 2, None, {}),
        (1.25, 1, "odd", {"the sign of even steps": first * (first - second)}),
    )
)

WRONG = {
    "the error of odd steps": first * (second - first),
    "p for q": first * (first - second),
}
