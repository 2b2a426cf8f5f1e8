"""How `transposed-convolution` is checked, and which wrong formulas must be refuted.

Nothing is random: ones are spread by a transposed convolution of ones on a ring, which counts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.transposed_convolution.proof import remainder, side, stride, whole


def _reached(whole_strides: int, remainder: int, further_phases: int) -> Any:
    """How many taps reach each output of a ring: each input adds 1 to ``side`` of them."""
    a = integer_at_least(0, whole_strides, "whole_strides")
    b = integer_at_least(0, remainder, "remainder")
    step = b + 1 + integer_at_least(0, further_phases, "further_phases")
    kernel = a * step + b
    inputs = np.arange(2 * kernel + 1)
    found = np.zeros(step * inputs.size, dtype=int)
    for tap in range(kernel):
        np.add.at(found, (step * inputs + tap) % found.size, 1)
    return found


def _counted(counts: Any, prediction: Any) -> tuple[object, object]:
    found = Fraction(int(counts.sum()), counts.size)
    return up_to_rounding(np.array([found]), np.array([exact_number(prediction)]))


def mean_over_a_map(*, whole_strides: int, remainder: int, further_phases: int) -> Quantity:
    """The mean number of taps that reach an output, over a map of two rings."""
    row = _reached(whole_strides, remainder, further_phases)
    return ExactQuantity(lambda _, prediction: _counted(np.outer(row, row), prediction))


def spread_over_a_row(*, whole_strides: int, remainder: int, further_phases: int) -> Quantity:
    """The variance of that number over a row."""
    row = _reached(whole_strides, remainder, further_phases)
    apart = row * row.size - row.sum()  # whole numbers: deviations times the size

    def compare(_: np.random.Generator, prediction: Any) -> tuple[object, object]:
        found = Fraction(int((apart**2).sum()), row.size**3)
        return up_to_rounding(np.array([found]), np.array([exact_number(prediction)]))

    return ExactQuantity(compare)


def _shape(kernel: int, step: int) -> dict[str, int]:
    a, b = divmod(kernel, step)
    return {"whole_strides": a, "remainder": b, "further_phases": step - 1 - b}


_SHARE = remainder / stride
EXPERIMENTS = tuple(
    experiment
    for kernel, step in ((4, 2), (3, 2), (2, 3), (5, 3))
    for shape in [_shape(kernel, step)]
    for experiment in (
        Experiment(f"side {kernel}, stride {step}", mean_over_a_map, shape, 0.01),
        Experiment(
            f"side {kernel}, stride {step}: how much a row varies",
            spread_over_a_row,
            {key: shape[key] for key in ("remainder", "further_phases")},
            0.01,
            {"whole_strides": shape["whole_strides"]},
            result="spread",
            wrong={"the share left out in front": 1 - _SHARE**2},
        ),
    )
)

WRONG = {
    "every tap counted": side**2,
    "one tap for each stride": whole**2,
    "the stride for its square": side**2 / stride,
    "2 % off": (side / stride) ** 2 * Rational(102, 100),
}
