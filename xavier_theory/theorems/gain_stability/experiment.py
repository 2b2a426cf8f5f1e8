"""How `gain-stability` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Integer, Rational, exp, pi, sqrt

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.length_maps import length_map_slope
from xavier_theory.theorems.gain_stability.proof import mean_square, q, weighted
from xavier_theory.theorems.general_gain.experiment import GELU_SECOND_MOMENT

EXPERIMENTS = tuple(
    Experiment(
        f"differences of the length map, {said}",
        length_map_slope,
        {"activation_second_moment": square, "weighted_second_moment": with_square},
        0.04,
        {"activation": activation, "second_moment": 1},
    )
    for said, activation, square, with_square in (
        ("sin, stable", "sin", (1 - exp(-2)) / 2, (1 + 3 * exp(-2)) / 2),
        ("relu, marginal", "relu", Rational(1, 2), Rational(3, 2)),
        ("GELU, unstable", "gelu", GELU_SECOND_MOMENT, 1 + 13 / (6 * sqrt(3) * pi)),
    )
)

WRONG = {
    "always marginal": Integer(1),
    "the slope of √V": (weighted / mean_square(q) - 1) / 4,
    "the square of Z left out": (1 / mean_square(q) - 1) / 2,
    "5 % off": (weighted / mean_square(q) - 1) * Rational(21, 40),
}
