"""How `layer-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import linear_layer
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.layer_variance.proof import input_variance
from xavier_theory.theorems.symbols import fan_in, weight_variance


def layer(
    *,
    fan_in: int,
    weight_variance: Any,
    input_variance: Any,
    law: str = "normal",
    sampler: str | None = None,
) -> Quantity:
    """Var(z_i) of one layer, for weights of the law called ``law``."""
    return linear_layer(fan_in, float(weight_variance), float(input_variance), law, sampler)


SMALL = {"fan_in": 3, "weight_variance": 0.5, "input_variance": 2}

WIDE = {"fan_in": 256, "weight_variance": 1 / 256, "input_variance": 1}

EXPERIMENTS = (
    Experiment("Gaussian weights", layer, WIDE, 0.01, {"law": "normal"}),
    Experiment("uniform weights", layer, WIDE, 0.01, {"law": "uniform"}),
    Experiment("truncated normal weights", layer, WIDE, 0.01, {"law": "truncated-normal"}),
    Experiment("random signs", layer, WIDE, 0.01, {"law": "rademacher"}),
    Experiment("heavy-tailed weights", layer, SMALL, 0.05, {"law": "student-t"}),
    Experiment("three inputs", layer, SMALL, 0.01, {"law": "normal"}),
)

WRONG = {
    "n - 1 for n": (fan_in - 1) * weight_variance * input_variance,
    "fan-in dropped": weight_variance * input_variance,
    "standard deviation for variance": fan_in * weight_variance**2 * input_variance,
    "1 % off": fan_in * weight_variance * input_variance * 101 / 100,
}
