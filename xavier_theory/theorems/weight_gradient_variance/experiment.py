"""How `weight-gradient-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_nets import mean_squares_behind, relative_variance_behind
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.backward_depth.proof import above
from xavier_theory.theorems.backward_gain.proof import signal
from xavier_theory.theorems.depth_product.proof import input_variance
from xavier_theory.theorems.symbols import l
from xavier_theory.theorems.weight_gradient_variance.proof import ratio

_ENTRIES = 2**20  # weights that are held in memory at once


def mean_square_gradient(
    *,
    layers_below: int,
    layers_above: int,
    width: int,
    weight_variance: Any,
    input_variance: Any,
    signal_second_moment: Any,
) -> Quantity:
    """E[(δ_i a_j)²] for Gaussian weights, and inputs and gradients at the top that are signs.

    The mean over i and j is that of the a_j² times that of the δ_i², which are independent.
    """
    below = integer_at_least(0, layers_below, "layers_below")
    over = integer_at_least(0, layers_above, "layers_above")
    n = integer_at_least(1, width, "width")

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        found = np.ones(count)
        for layers, start in ((below, input_variance), (over, signal_second_moment)):
            widths, variances = [n] * (layers + 1), [weight_variance] * layers
            found *= mean_squares_behind(generator, count, widths, variances, start)
        return found

    bound = relative_variance_behind([n] * (below + over + 1))
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, _ENTRIES // n**2))


WIDTH = 24

EXPERIMENTS = tuple(
    Experiment(
        f"the {said} of six layers",
        mean_square_gradient,
        {
            "layers_below": below,
            "layers_above": 5 - below,
            "width": WIDTH,
            "weight_variance": Rational(1, 3 * WIDTH),
            "input_variance": 2,
            "signal_second_moment": 1,
        },
        0.05,
        wrong={
            "its own layer counted": ratio ** (l + above + 1) * input_variance * signal,
            "5 % off": ratio ** (l + above) * input_variance * signal * Rational(105, 100),
        },
    )
    for said, below in (("first", 0), ("third", 2), ("last", 5))
)

WRONG = {
    "its own layer counted": ratio ** (l + above + 1) * input_variance * signal,
    "the layers above alone": ratio**above * input_variance * signal,
    "the layers below alone": ratio**l * input_variance * signal,
}
