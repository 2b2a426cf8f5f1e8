"""How `random-chain-growth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from sympy import Rational, log, polygamma

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.samplers.deep_layers import random_chain
from xavier_theory.theorems.random_chain_growth.proof import weight_variance, width

EXPERIMENTS = tuple(
    Experiment(
        f"width {n}", random_chain, {"width": n, "weight_variance": 1 / n}, 0.01, {"depth": 20}
    )
    for n in (2, 8, 64)
)

WRONG = {
    "the mean square's growth": log(width * weight_variance) / 2,
    "n for n/2 in psi": Rational(1, 2) * (log(2) + polygamma(0, width)) + log(weight_variance) / 2,
}
