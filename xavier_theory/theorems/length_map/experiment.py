"""How `length-map` is sampled, and which wrong formulas the checks must refute.

Networks are sampled as they are, layer by layer: given the activations a, the pre-activations of
one layer are independent N(0, σ_w²‖a‖²/n + σ_b²). Depth is not averaged over.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, asin, exp, pi

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import averaged_map
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import SequentialGaussianVarianceTest
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.general_gain.proof import activation_second_moment, phi, y
from xavier_theory.theorems.length_map.proof import bias_variance, weight_scale, x
from xavier_theory.theorems.symbols import fan_in, j


def given_layers(
    *,
    fan_in: int,
    weight_scale: Any,
    bias_variance: Any,
    sum_of_squares: Any,
    activation: str,
    depth: int = 50,
) -> Quantity:
    """E[q'] given the layer below, in every layer of networks of one width and the given depth.

    The activations that a layer makes are scaled so that their squares add up to
    ``sum_of_squares``; so each layer has the same law, given what is below, and every z_i is
    N(0, E[q']). Weights and biases are drawn, and multiplied out.
    """
    n, known = integer_at_least(1, fan_in, "fan_in"), get_activation(activation)
    layers = integer_at_least(1, depth, "depth")
    size, weight = math.sqrt(float(sum_of_squares)), math.sqrt(float(weight_scale) / n)
    bias = math.sqrt(float(bias_variance))

    def pre_activations(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        networks = -(-count // (n * layers))
        z = generator.standard_normal((networks, n))
        found = []
        for _ in range(layers):
            a = known.function(z)
            a *= size / np.linalg.norm(a, axis=1, keepdims=True)
            weights = generator.standard_normal((networks, n, n))
            z = weight * np.einsum("kij,kj->ki", weights, a)
            z += bias * generator.standard_normal((networks, n))
            found.append(z)
        return np.concatenate([z.ravel() for z in found])[:count]

    return SampledQuantity(SequentialGaussianVarianceTest(), pre_activations, block=2**16)


def length_map(
    *,
    weight_scale: Any,
    bias_variance: Any,
    activation_second_moment: Any,
    activation: str,
    second_moment: Any,
    width: int = 64,
) -> Quantity:
    """V(q) = E[q'] for a layer on ``width`` independent N(0, q), q = ``second_moment``.

    Given these, the mean of 64 of the z² is T χ²/64 with T = σ_w² times the average of φ² plus
    σ_b²; so its relative variance follows from that of φ². The stated
    ``activation_second_moment`` is not used: that is what is tested.
    """
    function, kinks = get_activation(activation).function, get_activation(activation).kinks
    scale, bias = float(weight_scale), float(bias_variance)
    return averaged_map(function, kinks, scale, bias, float(second_moment), width)


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
