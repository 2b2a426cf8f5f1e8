"""How `log-norm-spread` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import polygamma

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.fluctuations import log_spread
from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems.log_norm_spread.proof import depth, log_length, width

EXPERIMENTS = tuple(
    Experiment(
        f"depth {layers}, width {n:,}, {said}",
        log_spread,
        {"width": n, "depth": layers, "input_spread": 0},
        0.04,
        {"sampler": sampler},
    )
    for n, layers, said, sampler in (
        (4, 1, "whole matrices", "dense"),
        (10**5, 8, "chain of norms", "auto"),
    )
)

WRONG = {
    "the reciprocal for trigamma": Var(log_length[0]) + depth * 2 / width,
    "n for n/2 in trigamma": Var(log_length[0]) + depth * polygamma(1, width),
}
