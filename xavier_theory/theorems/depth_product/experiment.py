"""How `depth-product` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.deep_layers import variance_at_depth
from xavier_theory.symbolic.binding import product_over
from xavier_theory.theorems.depth_product.proof import depth, input_variance, m, ratio
from xavier_theory.theorems.symbols import (
    layer_variance_,
    layer_width,
)

UNEQUAL = {"widths": (64, 32, 128, 64, 64, 16, 64, 64, 32, 64, 64)}

ONE_PERCENT_OFF = {"1 % off in each layer": (ratio * 101 / 100) ** depth * input_variance}

ONE_LAYER_TOO_MANY = {"one layer too many": ratio ** (depth + 1) * input_variance}

WIDE = {"widths": (10**5,) * 11, "sampler": "auto"}

EXPERIMENTS = tuple(
    Experiment(
        f"ten layers{where}, each factor {said}",
        variance_at_depth,
        {"depth": 10, "ratio": value, "input_variance": 1},
        0.01,
        settings=settings,
        result="uniform",
        wrong=wrong,
    )
    for where, settings, said, value, wrong in (
        ("", UNEQUAL, "1", 1, ONE_PERCENT_OFF),
        ("", UNEQUAL, "5/4", 1.25, ONE_LAYER_TOO_MANY),
        ("", UNEQUAL, "4/5", 0.8, ONE_LAYER_TOO_MANY),
        (" of width 100,000", WIDE, "1", 1, ONE_PERCENT_OFF),
    )
)

WRONG = {
    "fan-out for fan-in": product_over(m, depth, layer_width[m] * layer_variance_[m])
    * input_variance,
    "widths dropped": product_over(m, depth, layer_variance_[m]) * input_variance,
    "standard deviations for variances": product_over(
        m, depth, layer_width[m - 1] * layer_variance_[m] ** 2
    )
    * input_variance,
}
