"""How `residual-growth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

from sympy import Rational, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity
from xavier_theory.monte_carlo.residual_streams import in_proportion, stream
from xavier_theory.theorems.residual_growth.proof import added, depth, scale, second_moment


def stream_at_depth(
    *,
    depth: int,
    branch_scale: Any,
    fan_in: int,
    weight_variance: Any,
    share: Any,
    second_moment: Any,
    law: str = "normal",
) -> Quantity:
    """The mean square of a residual stream of width ``fan_in`` behind ``depth`` branches.

    In `residual_streams` t is τ s here, with τ = α² v: each branch multiplies E‖x‖⁴ by at most
    (1 + τ)² + (4τ + c τ²)/n.
    """
    layers, width = integer_at_least(1, depth, "depth"), integer_at_least(1, fan_in, "fan_in")
    weights, variance = law_named(law), float(weight_variance)
    t = float(branch_scale) ** 2 * width * variance * float(share)
    c = max(2.0, float(weights.kurtosis) - 1.0)
    bound = (1 + (4 * t + c * t**2) / (width * (1 + t) ** 2)) ** layers - 1
    return stream(
        in_proportion(float(share)),
        weights,
        width=width,
        depth=layers,
        scale=float(branch_scale),
        weight_variance=variance,
        second_moment=float(second_moment),
        relative_variance=bound,
    )


EXPERIMENTS = (
    Experiment(
        "eight branches as large as the stream",
        stream_at_depth,
        {
            "depth": 8,
            "branch_scale": 1,
            "fan_in": 64,
            "weight_variance": 1 / 64,
            "share": 1,
            "second_moment": 1,
        },
        0.03,
    ),
    Experiment(
        "sixteen branches, scaled by 1/4",
        stream_at_depth,
        {
            "depth": 16,
            "branch_scale": 0.25,
            "fan_in": 128,
            "weight_variance": 1 / 128,
            "share": 1,
            "second_moment": 2,
        },
        0.02,
    ),
    Experiment(
        "three narrow branches, uniform weights",
        stream_at_depth,
        {
            "depth": 3,
            "branch_scale": -1,
            "fan_in": 16,
            "weight_variance": 1 / 16,
            "share": 0.5,
            "second_moment": 1,
        },
        0.03,
        {"law": "uniform"},
    ),
)

WRONG = {
    "one branch too many": (1 + added) ** (depth + 1) * second_moment,
    "stream and branch added as if they were one signal": (1 + sqrt(added)) ** (2 * depth)
    * second_moment,
    "linear growth": (1 + depth * added) * second_moment,
    "the scale of a branch for its square": (1 + added / scale) ** depth * second_moment,
    "3 % off": (1 + added) ** depth * second_moment * Rational(103, 100),
}
