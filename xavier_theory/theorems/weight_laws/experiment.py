"""How `weight-laws` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, sqrt

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.weights import weight_law
from xavier_theory.theorems.weight_laws.proof import limit, scale, weight_variance

EXPERIMENTS = (
    Experiment(
        "uniform weights",
        weight_law,
        {"limit": 0.5},
        0.01,
        {"law": "uniform"},
        result="uniform",
        wrong={"half the interval": limit**2 / 12, "1 % off": limit**2 * Rational(101, 300)},
    ),
    Experiment(
        "normal weights cut at two standard deviations",
        weight_law,
        {"scale": 1, "cut": 2},
        0.01,
        {"law": "truncated-normal-uncorrected"},
        result="truncated",
        wrong={"truncation ignored": scale**2},
    ),
)

WRONG = {
    "the standard deviation as limit": sqrt(weight_variance),
    "the full width for half of it": sqrt(12 * weight_variance),
}
