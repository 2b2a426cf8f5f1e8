"""How `log-norm-spread` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sympy import polygamma

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.sums_of_squares import pair_variance, sums_of_squares
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems.log_norm_spread.proof import depth, log_length, width


def log_spread(*, width: int, depth: int, input_spread: Any, sampler: str = "auto") -> Quantity:
    """Var(log ‖a^[L]‖²) of linear chains from a fixed input, from half squares of pairs.

    The fourth cumulant of log χ²_n is ψ'''(n/2); logarithms of layers are independent.
    """
    size, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    if float(input_spread) != 0.0:
        raise InvalidInputError(f"the input is fixed: its spread is 0, not {input_spread!r}")
    second, fourth = (layers * float(special.polygamma(order, size / 2)) for order in (1, 3))
    draw, took = sums_of_squares(size, "linear", sampler)

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        logs = np.log(draw(generator, 2 * n * layers)).reshape(layers, 2 * n).sum(axis=0)
        return 0.5 * np.square(logs[:n] - logs[n:])

    bound = pair_variance(np.array([0.0, second, 0.0, fourth]))
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, half_squares, block=max(1, 2**19 // layers), sampler=took)


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
