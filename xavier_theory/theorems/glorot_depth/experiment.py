"""How `glorot-depth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_nets import mean_squares_behind, relative_variance_behind
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.depth_product.proof import depth
from xavier_theory.theorems.glorot_depth.proof import backward, both, forward
from xavier_theory.theorems.symbols import l, layer_width

_ENTRIES = 2**20  # weights that are held in memory at once


def two_layers_forward(
    *, width: int, next_width: int, third_width: int, forward_below: Any
) -> Quantity:
    """Var(a^[l+2]) for Gaussian weights of Glorot's variance, and activations that are signs."""
    return _behind((width, next_width, third_width), forward_below)


def two_layers_backward(
    *, width: int, next_width: int, third_width: int, backward_below: Any
) -> Quantity:
    """E[δ²] below the two layers, through the transposed weights, from signs at the top."""
    return _behind((third_width, next_width, width), backward_below)


def _behind(asked: Sequence[int], start: Any) -> Quantity:
    widths = [integer_at_least(1, width, "a width") for width in asked]
    variances = [2 / (below + n) for below, n in pairwise(widths)]

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return mean_squares_behind(generator, count, widths, variances, start)

    test = HeavyTailedMeanTest(relative_variance_bound=relative_variance_behind(widths))
    return SampledQuantity(test, mean_squares, block=max(1, _ENTRIES // max(widths) ** 2))


WIDTHS = {"width": 12, "next_width": 48, "third_width": 20}
_NARROW, _WIDE, _THIRD = (layer_width[l + step] for step in range(3))
_SUMS = both(l) * both(l + 1)


def _wrong(start: Any, right: Any) -> dict[str, Any]:
    return {
        "kept": start,
        "as if it led back": 4 * _NARROW * _WIDE / both(l) ** 2 * start,
        "2 % off": right * start * Rational(102, 100),
    }


_AHEAD, _BACK = 4 * _NARROW * _WIDE / _SUMS, 4 * _WIDE * _THIRD / _SUMS
EXPERIMENTS = (
    Experiment(
        "widths 12, 48 and 20, forward",
        two_layers_forward,
        {**WIDTHS, "forward_below": 2},
        0.02,
        result="two_layers_forward",
        wrong={**_wrong(forward(l), _AHEAD), "backward": _BACK * forward(l)},
    ),
    Experiment(
        "widths 12, 48 and 20, backward",
        two_layers_backward,
        {**WIDTHS, "backward_below": 1},
        0.02,
        result="two_layers_backward",
        wrong={**_wrong(backward(l), _BACK), "forward": _AHEAD * backward(l)},
    ),
)

WRONG = {
    "at most 9/10": Rational(9, 10),
    "at most the forward product": forward(depth),
}
