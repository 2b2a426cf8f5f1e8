"""How `correlation-map` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, exp, pi, sqrt

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.length_maps import backward_activation, correlation_slope
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.correlation_map.proof import A, dphi, q, signal
from xavier_theory.theorems.general_gain.proof import phi
from xavier_theory.theorems.length_map.proof import weight_scale

GELU_SLOPE = Rational(1, 3) + 2 / (3 * sqrt(3) * pi)

slope_at_one = weight_scale * E(dphi(sqrt(q) * A) ** 2)

EXPERIMENTS = (
    *(
        Experiment(
            f"differences of the correlation map, {said}",
            correlation_slope,
            {"weight_scale": scale, "slope_second_moment": square},
            0.04,
            {"activation": activation, "second_moment": 1},
        )
        for said, activation, scale, square in (
            ("sin, ordered", "sin", Rational(3, 2), (1 + exp(-2)) / 2),
            ("GELU at relu's scale", "gelu", 2, GELU_SLOPE),
            ("relu at its own", "relu", 2, Rational(1, 2)),
        )
    ),
    Experiment(
        "gradients through a sin layer, independent of it",
        backward_activation,
        {
            "weight_scale": Rational(3, 2),
            "unit_slope_second_moment": (1 + exp(-2)) / 2,
            "signal_second_moment": 1,
        },
        0.02,
        {"activation": "sin", "second_moment": 1, "width": 64},
        result="backward",
        wrong={"the slope's mean, squared": weight_scale * exp(-1) * signal},
    ),
)

WRONG = {
    "the mean slope, squared": weight_scale * E(dphi(sqrt(q) * A)) ** 2,
    "the activation for its slope": weight_scale * E(phi(sqrt(q) * A) ** 2),
    "5 % off": slope_at_one * 21 / 20,
}
