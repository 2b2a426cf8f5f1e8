"""How `general-gain` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import sympy

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.monte_carlo.activated_layers import keeping_variance
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.general_gain.proof import (
    activation_second_moment,
    phi,
    second_moment,
    y,
)
from xavier_theory.theorems.symbols import fan_in


def activation_layer(
    *,
    fan_in: int,
    second_moment: Any,
    activation_second_moment: Any,
    activation: str,
    law: str = "normal",
    weights: str = "normal",
) -> Quantity:
    """The weight variance at which E[z²] is E[y²] = ``second_moment``, for iid y of a named law.

    The stated ``activation_second_moment`` is not used: that is what is tested.
    """
    return keeping_variance(fan_in, float(second_moment), get_activation(activation), law, weights)


GELU_SECOND_MOMENT = sympy.Rational(1, 3) + 1 / (2 * sympy.sqrt(3) * sympy.pi)
EXPERIMENTS = (
    *(
        Experiment(
            f"{said}, Gaussian pre-activations of second moment {q}",
            activation_layer,
            {"fan_in": 64, "second_moment": q, "activation_second_moment": moment},
            0.02,
            {"activation": name},
        )
        for said, name, q, moment in (
            ("sin", "sin", 2, (1 - sympy.exp(-4)) / 2),
            ("GELU", "gelu", 1, GELU_SECOND_MOMENT),
            ("a step", "step", 3, sympy.Rational(1, 2)),
        )
    ),
    Experiment(
        "square, uniform pre-activations, random signs as weights",
        activation_layer,
        {"fan_in": 8, "second_moment": 1, "activation_second_moment": sympy.Rational(9, 5)},
        0.02,
        {"activation": "square", "law": "uniform", "weights": "rademacher"},
    ),
)

WRONG = {
    "relu's 2 for every activation": 2 / fan_in,
    "the variance of φ for its second moment": second_moment / (fan_in * Var(phi(y[1]))),
    "the square of a mean size": second_moment / (fan_in * E(abs(phi(y[1]))) ** 2),
    "2 % off": second_moment * 102 / (100 * fan_in * activation_second_moment),
}
