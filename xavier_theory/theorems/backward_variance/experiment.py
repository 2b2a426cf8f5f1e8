"""How `backward-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import linear_layer
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.backward_variance.proof import gradient_variance
from xavier_theory.theorems.symbols import fan_out, weight_variance


def backward_layer(
    *,
    fan_out: int,
    weight_variance: Any,
    gradient_variance: Any,
    law: str = "normal",
    sampler: str | None = None,
) -> Quantity:
    """Var of (Wᵀδ)_j for gradients δ that are independent of the weights."""
    values = float(weight_variance), float(gradient_variance)
    return linear_layer(fan_out, *values, law, sampler, transposed=True)


NARROWING = {"fan_out": 50, "weight_variance": 0.02, "gradient_variance": 1}

EXPERIMENTS = (
    Experiment(
        "independent signal, Gaussian weights", backward_layer, NARROWING, 0.01, {"law": "normal"}
    ),
    Experiment(
        "independent signal, uniform weights", backward_layer, NARROWING, 0.01, {"law": "uniform"}
    ),
    Experiment(
        "a layer of width 100,000, deferred, after its forward pass",
        backward_layer,
        {"fan_out": 10**5, "weight_variance": 1e-5, "gradient_variance": 1},
        0.01,
        {"sampler": "auto"},
    ),
)

WRONG = {
    "n - 1 for n": (fan_out - 1) * weight_variance * gradient_variance,
    "fan-out dropped": weight_variance * gradient_variance,
    "1 % off": fan_out * weight_variance * gradient_variance * 101 / 100,
}
