"""How `depth-scale` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Abs, Integer, Rational

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.length_maps import relu_with_biases
from xavier_theory.theorems.depth_scale.proof import chi, depth, e, lower, upper

EXPERIMENTS = tuple(
    Experiment(
        f"relu with biases, width {width}, {layers} layers",
        relu_with_biases,
        {"depth": layers, "chi": slope, "first_signed_deviation": first},
        0.04,
        {"width": width, "bias_variance": bias},
        result="linear",
        wrong={
            "one layer too many": chi ** (depth + 1) * e[0],
            "no decay": e[0],
            "the fixed point reached": Integer(0),
        },
    )
    for width, layers, slope, first, bias in (
        (16, 5, Rational(1, 2), 32, 1),
        (64, 10, Rational(9, 10), 20, Rational(1, 10)),
    )
)

WRONG = {
    "r and R exchanged": (upper**depth * Abs(e[0]), lower**depth * Abs(e[0])),
    "a sum of slopes for a product": (lower * depth * Abs(e[0]), upper * depth * Abs(e[0])),
}
