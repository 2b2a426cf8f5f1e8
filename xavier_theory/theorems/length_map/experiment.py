"""How `length-map` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, asin, exp, pi

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.length_maps import given_layers, length_map
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.general_gain.proof import activation_second_moment, phi, y
from xavier_theory.theorems.length_map.proof import bias_variance, weight_scale, x
from xavier_theory.theorems.symbols import fan_in, j

given_sum = weight_scale * sum_over(j, fan_in, phi(x[j]) ** 2) / fan_in

EXPERIMENTS = (
    Experiment(
        "50 layers of width 32, tanh, each given the layer below",
        given_layers,
        {
            "fan_in": 32,
            "weight_scale": Rational(3, 2),
            "bias_variance": Rational(1, 10),
            "sum_of_squares": 16,
        },
        0.02,
        {"activation": "tanh"},
        result="given_the_layer",
        wrong={
            "the biases forgotten": given_sum,
            "2 % off": (given_sum + bias_variance) * 102 / 100,
        },
    ),
    *(
        Experiment(
            f"independent Gaussian pre-activations, {said}",
            length_map,
            {
                "weight_scale": 2,
                "bias_variance": Rational(1, 4),
                "activation_second_moment": moment,
            },
            0.01,
            {"activation": activation, "second_moment": q},
            result="map",
            wrong={
                "the biases forgotten": 2 * activation_second_moment,
                "1 % off": (2 * activation_second_moment + Rational(1, 4)) * 101 / 100,
            },
        )
        for said, activation, q, moment in (
            ("sin", "sin", 2, (1 - exp(-4)) / 2),
            ("error function", "erf", 1, 2 / pi * asin(Rational(2, 3))),
        )
    ),
)

WRONG = {
    "a variance for a second moment": weight_scale * sum_over(j, fan_in, Var(phi(y[j]))) / fan_in
    + bias_variance,
    "the biases divided by the width": weight_scale
    * sum_over(j, fan_in, E(phi(y[j]) ** 2))
    / fan_in
    + bias_variance / fan_in,
    "the average not taken": weight_scale * sum_over(j, fan_in, E(phi(y[j]) ** 2)) + bias_variance,
}
