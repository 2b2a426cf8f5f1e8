"""How `sigmoid-gradient` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.bent_lines import sigmoid_gradient
from xavier_theory.theorems.sigmoid_gradient.proof import second_moment
from xavier_theory.theorems.symbols import fan_out, weight_variance

SQUARE = {"fan_out": 64, "weight_variance": 1 / 64, "second_moment": 1}

EXPERIMENTS = tuple(
    Experiment(
        f"pre-activations {said}",
        sigmoid_gradient,
        SQUARE,
        0.01,
        {"pre_activation_variance": variance},
    )
    for said, variance in (
        ("near 0, where the bound is nearly reached", 0.0001),
        ("of variance 1", 1),
    )
)

WRONG = {
    "1/20 for 1/16": fan_out * weight_variance * second_moment / 20,
    "fan-out dropped": weight_variance * second_moment / 16,
}
