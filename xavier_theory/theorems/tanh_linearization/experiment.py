"""How `tanh-linearization` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import sympy

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.bent_lines import tanh_ratio
from xavier_theory.theorems.tanh_linearization.proof import first_order, remainder


def gaussian_moments(variance: float) -> dict[str, float]:
    """The quantities of a Gaussian with mean zero: E z⁴ = 3 q², E z⁶ = 15 q³."""
    return {
        "variance": variance,
        "covariance_with_cube": 3 * variance**2,
        "covariance_with_fifth_power": 15 * variance**3,
        "variance_of_cube": 15 * variance**3,
    }


EXPERIMENTS = (
    Experiment(
        "Gaussian z of variance 1/100",
        tanh_ratio,
        gaussian_moments(0.01),
        0.01,
        {"law": "normal"},
    ),
    Experiment(
        "Gaussian z of variance 1/10", tanh_ratio, gaussian_moments(0.1), 0.01, {"law": "normal"}
    ),
)

WRONG = {
    "nothing lost": (sympy.Integer(1), sympy.Integer(1)),
    "the remainder dropped": (first_order, first_order),
    "twice the loss": (2 * first_order - 1, 2 * first_order - 1 + remainder),
}
