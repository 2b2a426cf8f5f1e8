"""How `mup-first-update` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.mup_first_update.proof import (
    input_square,
    input_step,
    last_second_moment,
    output_step,
)
from xavier_theory.theorems.symbols import weight_variance
from xavier_theory.theorems.update_size.proof import output_variance, slope, step_size, width

_INPUTS = 3


def first_layer(
    *,
    width: int,
    weight_variance: Any,
    output_variance: Any,
    input_step_size: Any,
    slope: Any,
    input_square: Any,
) -> Quantity:
    """The mean square of Δh over the units, after one step of the first layer's weights."""
    n = integer_at_least(1, width, "width")
    scales = [math.sqrt(float(value)) for value in (weight_variance, output_variance)]
    rate, x = float(input_step_size) * float(slope), _input(input_square)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        first = generator.standard_normal((count, n, _INPUTS))
        middle = scales[0] * generator.standard_normal((count, n, n))
        last = scales[1] * generator.standard_normal((count, n))
        before = first @ x
        back = np.einsum("kji,kj->ki", middle, last)
        after = (first - rate * back[:, :, None] * x) @ x
        return np.asarray(np.square(after - before).mean(axis=1))

    return _of_chi_squares(n, mean_squares)


def first_layer_under_maximal_update(
    *, step_size: Any, slope: Any, input_square: Any, width: int
) -> Quantity:
    """The same with the variances and the step size of maximal update at this width."""
    return first_layer(
        width=width,
        weight_variance=1 / width,
        output_variance=1 / width**2,
        input_step_size=float(step_size) * width,
        slope=slope,
        input_square=input_square,
    )


def output(*, width: int, output_step_size: Any, slope: Any, last_second_moment: Any) -> Quantity:
    """Δf after one step of the last layer's weights; the gradient is negative, so that f grows."""
    n = integer_at_least(1, width, "width")
    rate, x = -float(output_step_size) * float(slope), _input(1)
    scale = math.sqrt(float(last_second_moment))

    def moved(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        first = scale * generator.standard_normal((count, n, _INPUTS))
        middle = generator.standard_normal((count, n, n)) / math.sqrt(n)
        last = generator.standard_normal((count, n))
        z = np.einsum("kij,kj->ki", middle, first @ x)
        before = np.einsum("ki,ki->k", last, z)
        return np.asarray(np.einsum("ki,ki->k", last + rate * z, z) - before)

    return _of_chi_squares(n, moved)


def _of_chi_squares(n: int, draw: Any) -> Quantity:
    """Of a product of two independent χ² of n degrees: its relative variance is (1 + 2/n)² − 1."""
    bound = ((1 + 2 / n) ** 2 - 1) * (1 + 1e-6)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, draw, block=max(1, 2**20 // n**2))


def _input(square: Any) -> NDArray[np.float64]:
    """An input of this squared length."""
    x = np.arange(1.0, _INPUTS + 1)
    return np.asarray(x * math.sqrt(float(square) / float(x @ x)))


_MAXIMAL = (step_size * slope * input_square) ** 2
_OUTPUT = -output_step * slope * width * last_second_moment
EXPERIMENTS = (
    Experiment(
        "the first layer, width 16",
        first_layer,
        {
            "width": 16,
            "weight_variance": Rational(1, 8),
            "output_variance": Rational(1, 4),
            "input_step_size": Rational(1, 2),
            "slope": 2,
            "input_square": 3,
        },
        0.05,
    ),
    Experiment(
        "the first layer under maximal update, width 64",
        first_layer_under_maximal_update,
        {"step_size": Rational(1, 2), "slope": 2, "input_square": 3},
        0.05,
        {"width": 64},
        result="input_maximal",
        wrong={
            "as under the standard parametrization": _MAXIMAL / 64,
            "10 % off": _MAXIMAL * Rational(11, 10),
        },
    ),
    Experiment(
        "the output, width 16",
        output,
        {
            "width": 16,
            "output_step_size": Rational(1, 4),
            "slope": -2,
            "last_second_moment": 3,
        },
        0.05,
        result="output",
        wrong={
            "not summed": _OUTPUT / width,
            "half of it": _OUTPUT / 2,
            "10 % off": _OUTPUT * Rational(11, 10),
        },
    ),
)

_WHOLE = (input_step * slope * input_square) ** 2 * width * weight_variance * output_variance
WRONG = {
    "one unit above": _WHOLE / width,
    "the input's length, not its square": _WHOLE / input_square,
    "the last layer's variance squared": _WHOLE * output_variance,
    "10 % off": _WHOLE * Rational(11, 10),
}
