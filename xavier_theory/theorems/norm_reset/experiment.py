"""How `norm-reset` is sampled, and which wrong formulas the checks must refute.

Nothing here depends on chance: four rational numbers with a given mean square are drawn on a
sphere, normalized, and compared exactly, up to the rounding of the prediction.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Rational, sqrt

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.norm_reset.proof import (
    epsilon,
    factor,
    squared_deviations,
    squares,
    width,
)

_DRAWS = 50
_HADAMARD = ((1, 1, -1, -1), (1, -1, 1, -1), (1, -1, -1, 1))


def _root(value: Any) -> Fraction:
    """The rational square root of a number that has one."""
    number = exact_number(value)
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    if root**2 != number:
        raise InvalidInputError(f"{number} is no square of a rational number")
    return root


def _on_sphere(generator: np.random.Generator, radius: Fraction, size: int) -> list[Fraction]:
    """A rational point with Σ x² = ``radius``², by stereographic projection."""
    u = [Fraction(int(k), 8) for k in generator.integers(-20, 21, size - 1)]
    square = sum((k**2 for k in u), Fraction(0))
    return [radius * k / (square + 1) for k in (*(2 * k for k in u), square - 1)]


def _normed(x: list[Fraction], shift: Fraction, epsilon: Fraction) -> Fraction:
    """The mean square of (x − shift)/√((1/n) Σ (x − shift)² + ε)."""
    apart = [k - shift for k in x]
    inside = sum((k**2 for k in apart), Fraction(0)) / len(x) + epsilon
    return sum((k**2 / inside for k in apart), Fraction(0)) / len(x)


def layer_norm(*, width: int, squared_deviations: Any, epsilon: Any) -> Quantity:
    """The mean square behind a layer norm of four numbers with any mean."""
    radius, small = _root(squared_deviations) / 2, exact_number(epsilon)
    _require_four(width)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[object, object]:
        found = []
        for _ in range(_DRAWS):
            parts = _on_sphere(generator, radius, 3)
            mean = Fraction(int(generator.integers(-50, 51)), 7)
            rows = zip(*_HADAMARD, strict=True)
            x = [mean + sum(c * h for c, h in zip(parts, row, strict=True)) for row in rows]
            found.append(_normed(x, sum(x, Fraction(0)) / 4, small))
        return _compared(found, prediction)

    return ExactQuantity(compare)


def scaled_rms_norm(*, width: int, squares: Any, epsilon: Any, factor: Any = 1) -> Quantity:
    """The mean square behind a root mean square norm of four numbers, scaled by ``factor``."""
    radius, small, scale = _root(squares), exact_number(epsilon), exact_number(factor)
    _require_four(width)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[object, object]:
        drawn = [_on_sphere(generator, radius, 4) for _ in range(_DRAWS)]
        found = [_normed([scale * k for k in x], Fraction(0), small) for x in drawn]
        return _compared(found, prediction)

    return ExactQuantity(compare)


def _compared(found: list[Fraction], prediction: Any) -> tuple[object, object]:
    return up_to_rounding(np.array(found), np.array([exact_number(prediction)] * len(found)))


def _require_four(width: int) -> None:
    if width != 4:
        raise InvalidInputError(f"four numbers are drawn, not {width}")


s, q = squared_deviations / width, squares / width
EXPERIMENTS = (
    Experiment(
        "a layer norm of numbers far from 0",
        layer_norm,
        {"width": 4, "squared_deviations": 9, "epsilon": Rational(1, 2)},
        0.01,
    ),
    Experiment(
        "a layer norm of small numbers",
        layer_norm,
        {"width": 4, "squared_deviations": Rational(1, 10**4), "epsilon": Rational(1, 10**5)},
        0.01,
    ),
    Experiment(
        "a root mean square norm",
        scaled_rms_norm,
        {"width": 4, "squares": 16, "epsilon": Rational(1, 2)},
        0.01,
        result="root_mean_square",
        wrong={"1 whatever comes in": Rational(1), "ε beside the root": q / (q + epsilon**2)},
    ),
    Experiment(
        "a scaled input",
        scaled_rms_norm,
        {"width": 4, "squares": 1, "epsilon": Rational(1, 2), "factor": Rational(1, 3)},
        0.01,
        result="scaled",
        wrong={
            "not scaled": q / (q + epsilon),
            "the factor for its square": q / (q + epsilon / factor),
        },
    ),
)

WRONG = {
    "1 whatever comes in": Rational(1),
    "a standard deviation reset": sqrt(s / (s + epsilon)),
    "ε counted twice": s / (s + 2 * epsilon),
    "the sum for the mean": width * s / (width * s + epsilon),
    "1 − ε/s": 1 - epsilon / s,
}
