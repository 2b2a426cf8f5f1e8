"""How `gated-gain` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, pi, sqrt

from xavier_theory.monte_carlo.activated_layers import standard_layer
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.theorems.gated_gain.proof import SECOND_MOMENT
from xavier_theory.theorems.symbols import fan_in

EXPERIMENTS = tuple(
    Experiment(
        f"a GELU layer of width {width}",
        standard_layer,
        {"fan_in": width},
        0.01,
        {"activation": "gelu"},
    )
    for width in (16, 128)
)

WRONG = {
    "relu's 2": 2 / fan_in,
    "the tilt forgotten": 3 / fan_in,
    "twice the second term": 1 / (fan_in * (Rational(1, 3) + 1 / (sqrt(3) * pi))),
    "1 % off": Rational(101, 100) / (fan_in * SECOND_MOMENT),
}
