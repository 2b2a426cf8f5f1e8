"""How `pre-norm-growth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.monte_carlo.residual_streams import normed, stream
from xavier_theory.theorems.pre_norm_growth.proof import added, second_moment
from xavier_theory.theorems.residual_growth.proof import depth, scale


def normed_stream(
    *,
    depth: int,
    branch_scale: Any,
    fan_in: int,
    weight_variance: Any,
    branch_second_moment: Any,
    second_moment: Any,
    law: str = "normal",
) -> Quantity:
    """The mean square of a pre-norm stream of width ``fan_in`` behind ``depth`` branches.

    In `residual_streams` t is v here, a number: the variances (4 q_l v + c v²)/n of the branches
    add up.
    """
    layers, width = integer_at_least(1, depth, "depth"), integer_at_least(1, fan_in, "fan_in")
    weights, variance = law_named(law), float(weight_variance)
    inside, start = float(branch_second_moment), float(second_moment)
    v = float(branch_scale) ** 2 * width * variance * inside
    c = max(2.0, float(weights.kurtosis) - 1.0)
    spread = sum(4 * (start + below * v) * v + c * v**2 for below in range(layers)) / width
    return stream(
        normed(inside),
        weights,
        width=width,
        depth=layers,
        scale=float(branch_scale),
        weight_variance=variance,
        second_moment=start,
        relative_variance=spread / (start + layers * v) ** 2,
    )


EXPERIMENTS = (
    Experiment(
        "twelve branches as large as the input",
        normed_stream,
        {
            "depth": 12,
            "branch_scale": 1,
            "fan_in": 64,
            "weight_variance": 1 / 64,
            "branch_second_moment": 1,
            "second_moment": 1,
        },
        0.02,
    ),
    Experiment(
        "four branches larger than the input, uniform weights",
        normed_stream,
        {
            "depth": 4,
            "branch_scale": 0.5,
            "fan_in": 16,
            "weight_variance": 0.5,
            "branch_second_moment": 2,
            "second_moment": 0.25,
        },
        0.03,
        {"law": "uniform"},
    ),
)

WRONG = {
    "geometric growth": second_moment * (1 + added / second_moment) ** depth,
    "one branch too many": second_moment + (depth + 1) * added,
    "the scale of a branch for its square": second_moment + depth * added / scale,
    "the input dropped": depth * added,
    "3 % off": (second_moment + depth * added) * Rational(103, 100),
}
