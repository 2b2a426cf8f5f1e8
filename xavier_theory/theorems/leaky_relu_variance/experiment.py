"""How `leaky-relu-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

from sympy import Rational, sqrt

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.monte_carlo.activated_layers import keeping_variance
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.theorems.leaky_relu_variance.proof import keeping, slope
from xavier_theory.theorems.symbols import fan_in


def leaky_relu_layer(
    *, fan_in: int, slope: Any, law: str = "normal", weights: str = "normal"
) -> Quantity:
    """The weight variance at which a leaky relu layer keeps the second moment, 1, of z."""
    leaky = get_activation("leaky_relu", slope=float(slope))
    return keeping_variance(fan_in, 1.0, leaky, law, weights)


EXPERIMENTS = (
    *(
        Experiment(
            f"slope {said}, Gaussian pre-activations",
            leaky_relu_layer,
            {"fan_in": 64, "slope": s},
            0.01,
        )
        for said, s in (("1/5", Rational(1, 5)), ("-1", -1), ("the square root of 5", sqrt(5)))
    ),
    Experiment(
        "slope 1/5, uniform pre-activations, random signs as weights",
        leaky_relu_layer,
        {"fan_in": 8, "slope": Rational(1, 5)},
        0.02,
        {"law": "uniform", "weights": "rademacher"},
    ),
)

WRONG = {
    "relu's 2, the slope forgotten": 2 / fan_in,
    "1 + s for 1 + s²": 2 / ((1 + slope) * fan_in),
    "the identity's 1": 1 / fan_in,
    "2 % off": keeping * 102 / 100,
}
