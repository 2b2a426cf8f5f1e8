"""How `update-size` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.wide_layers import first_update
from xavier_theory.theorems.update_size.proof import (
    excess,
    output_variance,
    second_moment,
    slope,
    step_size,
    width,
)

STEP = {"step_size": 0.5, "slope": 2, "second_moment": 1, "excess": 2}

MOVED = (step_size * slope * second_moment) ** 2

PLANTED = {
    "standard": {"as at half the width": MOVED * (width / 2 + excess)},
    "maximal-update": {"growing like the root of n": MOVED * width ** Rational(1, 2)},
}

EXPERIMENTS = (
    *(
        Experiment(
            f"{said}, width {n:,}",
            first_update,
            {"width": n, **STEP},
            0.05,
            {"parametrization": said},
            result=said.replace("-", "_"),
            wrong=wrong,
        )
        for said, wrong in PLANTED.items()
        for n in (2**10, 2**14 if said == "standard" else 2**17)
    ),
    Experiment(
        "whole matrices behind a relu, width 64",
        first_update,
        {"width": 64, "output_variance": 0.25, **STEP, "excess": 5},
        0.15,
        {"activation": "relu", "sampler": "dense"},
    ),
)

WRONG = {
    "one width for two": (step_size * slope * second_moment) ** 2 * output_variance * width,
    "the excess forgotten": (step_size * slope * second_moment * width) ** 2 * output_variance,
    "10 % off": (step_size * slope * second_moment) ** 2
    * output_variance
    * width
    * (width + excess)
    * Rational(11, 10),
}
