"""How `rounded-weights` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.rounded_weights.proof import deviation, error_square, largest_error

_STEPS = 4  # of the grid, between 0 and the end of the uniform law
Rounding = Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.float64]]


def _away(steps: NDArray[np.float64], _: np.random.Generator) -> NDArray[np.float64]:
    return np.sign(steps) * np.ceil(np.abs(steps))


def _towards(steps: NDArray[np.float64], _: np.random.Generator) -> NDArray[np.float64]:
    return np.trunc(steps)


def _nearest(steps: NDArray[np.float64], _: np.random.Generator) -> NDArray[np.float64]:
    return np.rint(steps)


def _by_chance(steps: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    below = np.floor(steps)
    return below + (generator.random(steps.shape) < steps - below)


def between_bounds(*, deviation: Any, largest_error: Any, rounding: Rounding) -> Quantity:
    """E of the square of a rounded weight, for a uniform weight on ±√3 s.

    The grid has four steps on each side, so that its spacing is √3 s/4. That is h where one rounds
    to a side, and 2h to the nearest point.
    """
    spacing = math.sqrt(3) * float(deviation) / _STEPS
    own = spacing / 2 if rounding is _nearest else spacing
    if not math.isclose(own, float(largest_error), rel_tol=1e-12):
        raise InvalidInputError(f"this grid has an error of at most {own}, not {largest_error}")
    return _quantity(spacing, rounding, _interval, _square(rounding) * spacing**2)


def _square(rounding: Rounding) -> float:
    """The mean square of the points that a uniform weight goes to, in steps: by half steps."""
    middles = np.arange(0.25, _STEPS, 0.5)
    return float(np.square(rounding(middles, np.random.default_rng(0))).mean())


def stochastic(*, deviation: Any, error_second_moment: Any) -> Quantity:
    """The same for stochastic rounding: with a uniform place in a step, E[e²] is δ²/6."""
    spacing = math.sqrt(3) * float(deviation) / _STEPS
    if not math.isclose(spacing**2 / 6, float(error_second_moment), rel_tol=1e-12):
        raise InvalidInputError(f"the error of this grid has not {error_second_moment}")
    return _quantity(spacing, _by_chance, float)


def _quantity(
    spacing: float,
    rounding: Rounding,
    measured: Callable[[Any], Any],
    located: float | None = None,
) -> Quantity:
    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        steps = generator.uniform(-_STEPS, _STEPS, n)
        return np.square(spacing * rounding(steps, generator))

    top = (spacing * _STEPS) ** 2
    test = BoundedMeanTest(0.0, top * (1 + 1e-12), top**2 / 4, method="bernstein")
    return SampledQuantity(test, squares, measured, located=located)


def _interval(prediction: Any) -> Any:
    if isinstance(prediction, tuple):
        return tuple(map(float, prediction))
    return float(prediction)


def _rounded(name: str, rounding: Rounding) -> Experiment:
    part = 2 if rounding is _nearest else 1
    values = {"deviation": 2, "largest_error": sqrt(3) * 2 / (_STEPS * part)}
    return Experiment(name, between_bounds, values, 0.02, {"rounding": rounding})


EXPERIMENTS = (
    _rounded("rounded away from 0", _away),
    _rounded("rounded towards 0", _towards),
    _rounded("rounded to the nearest point", _nearest),
    Experiment(
        "stochastic rounding to a grid of four steps",
        stochastic,
        {"deviation": 2, "error_second_moment": Rational(3 * 4, 6 * _STEPS**2)},
        0.02,
        result="orthogonal",
        wrong={
            "nothing added": deviation**2,
            "twice the error": deviation**2 + 4 * error_square,
        },
    ),
)


WRONG = {
    "no error": (deviation**2, deviation**2),
    "added as for independent errors": (
        deviation**2,
        deviation**2 + largest_error**2,
    ),
    "half of the error": (
        (deviation - largest_error / 2) ** 2,
        (deviation + largest_error / 2) ** 2,
    ),
}
