"""How `backward-depth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_nets import mean_squares_behind, relative_variance_behind
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.binding import product_over
from xavier_theory.theorems.backward_depth.proof import above, growth
from xavier_theory.theorems.backward_gain.proof import signal
from xavier_theory.theorems.depth_product.proof import m, ratio
from xavier_theory.theorems.symbols import l, layer_variance_, layer_width

_ENTRIES = 2**20  # weights that are held in memory at once


def equal_factors(
    *,
    layers_above: int,
    ratio: Any,
    signal_second_moment: Any,
    width: int,
    width_of_the_top: int,
    widths: Sequence[int],
) -> Quantity:
    """E[δ²] below layers of these widths, the top first, with fan-in Var(W) = ratio in each."""
    if len(widths) != integer_at_least(1, layers_above, "layers_above") + 1:
        raise InvalidInputError(f"{layers_above} layers have one more width, got {len(widths)}")
    if (widths[0], widths[-1]) != (width_of_the_top, width):
        raise InvalidInputError(f"widths from {width_of_the_top} to {width}, got {widths}")
    return _below(widths, [float(ratio) / below for below in widths[1:]], signal_second_moment)


def _below(widths: Sequence[int], variances: Sequence[float], start: Any) -> Quantity:
    """Gaussian weights; the gradients at the top are signs, which no weight has entered."""

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return mean_squares_behind(generator, count, widths, variances, start)

    largest = max(over * below for over, below in pairwise(widths))
    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance_behind(widths))
    return SampledQuantity(test, mean_squares, block=max(1, _ENTRIES // largest))


WIDTHS = (24, 16, 48, 24, 32, 16)  # the top first
LAYERS = len(WIDTHS) - 1
TURNED = layer_width[l + above] / layer_width[l]

EXPERIMENTS = tuple(
    Experiment(
        f"five layers, each factor {value}",
        equal_factors,
        {
            "layers_above": LAYERS,
            "ratio": value,
            "signal_second_moment": 2,
            "width": WIDTHS[-1],
            "width_of_the_top": WIDTHS[0],
        },
        0.04,
        {"widths": WIDTHS},
        result="uniform",
        wrong={
            "1 % off in each layer": (ratio * 101 / 100) ** above * TURNED * signal,
            "the widths dropped": ratio**above * signal,
            "the widths' ratio the other way": ratio**above / TURNED * signal,
        },
    )
    for value in (Rational(4, 5), Integer(1), Rational(5, 4))
)

WRONG = {
    "fan-in for fan-out": product_over(m, above, layer_width[l + m - 1] * layer_variance_[l + m])
    * signal,
    "one layer too many": growth(above + 1, l) * signal,
    "standard deviations for variances": product_over(
        m, above, layer_width[l + m] * layer_variance_[l + m] ** 2
    )
    * signal,
}
