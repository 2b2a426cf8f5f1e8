"""How `scale-invariance` is sampled, and which wrong formulas the checks must refute.

Nothing is estimated. The gradient is taken as differences of the loss, so that the chain rule of
the proof is checked as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import sqrt

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity
from xavier_theory.theorems.scale_invariance.proof import (
    factor,
    gradient_squares,
    squares,
    step_size,
)

_DRAWS, _WIDTH = 20, 6
_STEP = 1e-4  # of the differences, relative to the length of the weights
_BOUND = 1e-5
"""The differences are off by some (α² + β²)/‖w‖ · 10⁻⁸ for the loss u²/2, and by their rounding."""

Vector = NDArray[np.float64]


def _loss(w: Vector, x: Vector) -> float:
    """u²/2 of the unit u = w·x/‖w‖."""
    return float((w @ x) ** 2 / (w @ w) / 2)


def _differences(f: Callable[[Vector], float], w: Vector) -> Vector:
    """The gradient of f at w, by central differences."""
    step = _STEP * math.sqrt(w @ w)
    moved = step * np.eye(w.size)
    return np.array([(f(w + e) - f(w - e)) / (2 * step) for e in moved])


def _drawn(
    generator: np.random.Generator, length: float, gradient: float
) -> tuple[Vector, Vector, Vector]:
    """Weights and inputs with ‖w‖ = ``length`` and ‖g‖ = ``gradient``, and g itself.

    For x = α w/‖w‖ + β v, v orthogonal to w and of length 1, the loss u²/2 has ‖g‖ = |α β|/‖w‖.
    """
    along, across = orthonormal(generator, _WIDTH, 2).T
    alpha = generator.uniform(0.5, 2)
    w = length * along
    x = alpha * along + length * gradient / alpha * across
    return w, x, _differences(lambda at: _loss(at, x), w)


def length_after_a_step(*, squares: Any, gradient_squares: Any, step_size: Any) -> Quantity:
    """‖w − η g‖² of units with given ‖w‖² and ‖g‖²."""
    lengths = math.sqrt(float(squares)), math.sqrt(float(gradient_squares))
    eta = float(step_size)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[object, object]:
        found = []
        for _ in range(_DRAWS):
            w, _, g = _drawn(generator, *lengths)
            found.append(float(np.square(w - eta * g).sum()))
        return np.array(found), np.full(_DRAWS, float(prediction))

    return ExactQuantity(compare, _BOUND)


def scaled_step(*, squares: Any, gradient_squares: Any, factor: Any) -> Quantity:
    """‖g(c w)‖²/‖c w‖² of units with given ‖w‖² and ‖g(w)‖²."""
    lengths, c = (math.sqrt(float(squares)), math.sqrt(float(gradient_squares))), float(factor)
    if c <= 0:
        raise InvalidInputError(f"the factor is positive, got {factor!r}")

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[object, object]:
        found = []
        for _ in range(_DRAWS):
            w, x, _ = _drawn(generator, *lengths)
            g = _differences(lambda at, x=x: _loss(at, x), c * w)  # type: ignore[misc]
            found.append(float(g @ g / (c**2 * (w @ w))))
        return np.array(found), np.full(_DRAWS, float(prediction))

    return ExactQuantity(compare, _BOUND)


EXPERIMENTS = (
    Experiment(
        "a small step",
        length_after_a_step,
        {"squares": 4, "gradient_squares": 1, "step_size": 0.25},
        0.01,
    ),
    Experiment(
        "a large step",
        length_after_a_step,
        {"squares": 1, "gradient_squares": 2, "step_size": 3},
        0.01,
    ),
    Experiment(
        "weights twice as large",
        scaled_step,
        {"squares": 2, "gradient_squares": 1, "factor": 2},
        0.01,
        result="relative",
        wrong={
            "the squared factor": gradient_squares / squares / factor**2,
            "not scaled": gradient_squares / squares,
        },
    ),
)

WRONG = {
    "the length kept": squares,
    "a step against the weights": (sqrt(squares) - step_size * sqrt(gradient_squares)) ** 2,
    "the step size for its square": squares + step_size * gradient_squares,
    "shorter": squares - step_size**2 * gradient_squares,
}
