"""How `he-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import sympy

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.rectified import relu_half, relu_layer
from xavier_theory.theorems.he_variance.proof import second_moment
from xavier_theory.theorems.symbols import fan_in

NOT_HALF = {
    "a variance, not a second moment": second_moment * (1 - 1 / sympy.pi) / 2,
    "1 % off": second_moment * sympy.Rational(101, 200),
}

EXPERIMENTS = (
    *(
        Experiment(
            f"half of {said} second moment",
            relu_half,
            {"second_moment": 1},
            0.01,
            {"law": law},
            result="half",
            wrong=NOT_HALF,
        )
        for said, law in (("a Gaussian's", "normal"), ("a uniform variable's", "uniform"))
    ),
    *(
        Experiment(
            f"a whole layer, pre-activations on a sphere, {said}",
            relu_layer,
            {"fan_in": 8},
            0.01,
            {"law": law},
        )
        for said, law in (("Gaussian weights", "normal"), ("random signs", "rademacher"))
    ),
    Experiment(
        "a whole layer of width 100,000, deferred",
        relu_layer,
        {"fan_in": 10**5},
        0.02,
        {"sampler": "auto"},
    ),
)

WRONG = {"1 for 2": 1 / fan_in, "n + 1 for n": 2 / (fan_in + 1), "1 % off": 202 / (100 * fan_in)}
