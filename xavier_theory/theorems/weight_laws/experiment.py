"""How `weight-laws` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sympy import Rational, sqrt

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.weight_laws.proof import limit, scale, weight_variance

_LAWS = ("uniform", "truncated-normal-uncorrected")


def weight_law(*, law: str, limit: Any = None, scale: Any = None, cut: Any = None) -> Quantity:
    """E[W²] for W uniform on [−limit, limit], or N(0, scale²) given |W| <= cut·scale.

    W² is bounded. Its variance is at most E[W⁴]: limit⁴/5 for the uniform law; for the truncated
    one at most 3 scale⁴, since cutting off large |W| lowers it; and Popoviciu's bound holds.
    """
    if law == "uniform":
        top = _positive("limit", limit)
        return _quantity(lambda generator, n: generator.uniform(-top, top, n), top, top**4 / 5)
    if law == "truncated-normal-uncorrected":
        deviation, end = _positive("scale", scale), _positive("cut", cut)
        low = float(special.ndtr(-end))

        def truncated(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
            draws = special.ndtri(generator.uniform(low, 1.0 - low, n))
            return deviation * np.clip(draws, -end, end)  # inversion may round past the end

        return _quantity(truncated, deviation * end, 3.0 * deviation**4)
    raise UnknownNameError("weight law", law, _LAWS)


def _quantity(draw: Any, top: float, spread: float) -> Quantity:
    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.square(draw(generator, n))

    highest = top**2 * (1 + 1e-12)
    return SampledQuantity(BoundedMeanTest(0.0, highest, spread, method="bernstein"), squares)


def _positive(name: str, value: Any) -> float:
    if value is None or not float(value) > 0:
        raise InvalidInputError(f"this law needs a {name} > 0, got {value!r}")
    return float(value)


EXPERIMENTS = (
    Experiment(
        "uniform weights",
        weight_law,
        {"limit": 0.5},
        0.01,
        {"law": "uniform"},
        result="uniform",
        wrong={"half the interval": limit**2 / 12, "1 % off": limit**2 * Rational(101, 300)},
    ),
    Experiment(
        "normal weights cut at two standard deviations",
        weight_law,
        {"scale": 1, "cut": 2},
        0.01,
        {"law": "truncated-normal-uncorrected"},
        result="truncated",
        wrong={"truncation ignored": scale**2},
    ),
)

WRONG = {
    "the standard deviation as limit": sqrt(weight_variance),
    "the full width for half of it": sqrt(12 * weight_variance),
}
