"""How `unit-fluctuation` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.fluctuations import squared_unit
from xavier_theory.theorems.unit_fluctuation.proof import (
    excess,
    fourth_moment,
    left_slope,
    right_slope,
    second_moment,
)

SLOPES = {"linear": (1, 1), "relu": (0, 1), "leaky relu of slope 1/2": (0.5, 1)}

EXPERIMENTS = tuple(
    Experiment(
        f"{said}, {law} pre-activation",
        squared_unit,
        {
            "left_slope": SLOPES[said][0],
            "right_slope": SLOPES[said][1],
            "second_moment": 1,
            "fourth_moment": 3 if law == "normal" else 1.8,
        },
        0.05 if law == "normal" else 0.02,
        {"law": law},
    )
    for said, law in (
        ("linear", "normal"),
        ("relu", "normal"),
        ("relu", "uniform"),
        ("leaky relu of slope 1/2", "uniform"),
    )
)

WRONG = {
    "squares of slopes for fourth powers": 2
    * (left_slope**2 + right_slope**2)
    / (left_slope**2 + right_slope**2) ** 2
    * fourth_moment
    / second_moment**2
    - 1,
    "the halves forgotten": 2 * (excess + 1) - 1,
    "the square of the mean forgotten": excess + 1,
}
