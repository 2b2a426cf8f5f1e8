"""How `random-chain-growth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, log, polygamma

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.random_chains import random_chains
from xavier_theory.statistics import (
    ChernoffMeanTest,
    Tolerance,
    log_chi_square,
)
from xavier_theory.theorems.random_chain_growth.proof import weight_variance, width


def random_chain(*, width: int, weight_variance: Any, depth: int = 20) -> Quantity:
    """The typical growth λ of log ‖a‖ per layer of a chain of Gaussian width × width matrices.

    2λ is the mean of log(‖z‖²/‖a‖²) = log v + log χ²_width, a location family; δ is an absolute
    error of λ, so a relative one of the growth.
    """
    size, variance = integer_at_least(1, width, "width"), float(weight_variance)
    tolerance = Tolerance("absolute", unit=2.0)
    test = ChernoffMeanTest(log_chi_square(size), "location", tolerance)

    def log_growth(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        chains = random_chains(generator, size, depth, -(-n // depth), variance)
        logs: NDArray[np.float64] = chains.log_pivots.T.ravel()[:n] + math.log(variance)
        return logs

    return SampledQuantity(test, log_growth, lambda rate: 2 * float(rate), lambda mean: mean / 2)


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
