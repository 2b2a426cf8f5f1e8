"""How `selu-fixed-point` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational

from xavier_theory.monte_carlo.activated_layers import standard_layer
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.theorems.symbols import fan_in

EXPERIMENTS = tuple(
    Experiment(
        f"a SELU layer of width {width}",
        standard_layer,
        {"fan_in": width},
        0.01,
        {"activation": "selu"},
    )
    for width in (16, 128)
)

WRONG = {
    "relu's 2": 2 / fan_in,
    "the square of the 3/4 in use": Rational(9, 16) / fan_in,
    "1 % off": Rational(101, 100) / fan_in,
}
