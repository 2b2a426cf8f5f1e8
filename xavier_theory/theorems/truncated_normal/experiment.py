"""How `truncated-normal` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special
from sympy import Integer

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.truncated_normal.proof import (
    gain,
    parent_mean,
    scale,
    shift,
)


def variance_between(
    *, scale: Any, lower_cut: Any, upper_cut: Any, parent_mean: float = 0.0
) -> Quantity:
    """Var(T), from half squares of pairs, whose variance is (μ_4 + σ⁴)/2."""
    draw, ends = _draws(parent_mean, scale, lower_cut, upper_cut)

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.asarray(np.square(draw(generator, n) - draw(generator, n)) / 2)

    variance, fourth = _central_moments(float(lower_cut), float(upper_cut))
    spread = float(scale) ** 4 * (fourth + variance**2) / 2 * (1 + 1e-6)
    top = (ends[1] - ends[0]) ** 2 / 2 * (1 + 1e-12)
    return SampledQuantity(BoundedMeanTest(0.0, top, spread, method="bernstein"), half_squares)


def mean_between(*, parent_mean: Any, scale: Any, lower_cut: Any, upper_cut: Any) -> Quantity:
    """E[T], of draws between the ends."""
    draw, (low, high) = _draws(parent_mean, scale, lower_cut, upper_cut)
    variance, _ = _central_moments(float(lower_cut), float(upper_cut))
    spread = float(scale) ** 2 * variance * (1 + 1e-6)
    return SampledQuantity(BoundedMeanTest(low, high, spread, method="bernstein"), draw)


def _central_moments(low: float, high: float) -> tuple[float, float]:
    """The variance and μ_4 of N(0, 1) between the ends, by numerical integration."""

    def integral(function: Callable[[float], float]) -> float:
        return float(integrate.quad(lambda t: function(t) * math.exp(-(t**2) / 2), low, high)[0])

    mass = integral(lambda t: 1.0)
    mean = integral(lambda t: t) / mass
    return integral(lambda t: (t - mean) ** 2) / mass, integral(lambda t: (t - mean) ** 4) / mass


def _draws(parent_mean: Any, scale: Any, lower_cut: Any, upper_cut: Any) -> Any:
    """Draws by inversion, and the ends."""
    a, b = float(lower_cut), float(upper_cut)
    if not a < b:
        raise InvalidInputError(f"the ends {lower_cut} and {upper_cut} are in the wrong order")
    below, above = special.ndtr(a), special.ndtr(b)

    def draw(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        inside = special.ndtri(generator.uniform(below, above, n))
        clipped = np.clip(inside, a, b)  # inversion may round past the ends
        return np.asarray(float(parent_mean) + float(scale) * clipped)

    return draw, (float(parent_mean) + float(scale) * a, float(parent_mean) + float(scale) * b)


def _variance(name: str, low: int, high: int) -> Experiment:
    values = {"scale": 2, "lower_cut": Integer(low), "upper_cut": Integer(high)}
    return Experiment(name, variance_between, values, 0.02, {"parent_mean": 0.5})


EXPERIMENTS = (
    _variance("from −3 to 1 scales", -3, 1),
    _variance("a tail, from 1 to 4 scales", 1, 4),
    Experiment(
        "the mean between −1 and 2 scales",
        mean_between,
        {"parent_mean": 1, "scale": 2, "lower_cut": Integer(-1), "upper_cut": Integer(2)},
        0.02,
        result="mean",
        wrong={
            "the normal law's": parent_mean,
            "moved the other way": parent_mean - scale * shift,
            "not scaled": parent_mean + shift,
        },
    ),
)

WRONG = {
    "the normal law's": scale**2,
    "about the normal law's mean": scale**2 * (1 + gain),
    "the shift not squared": scale**2 * (1 + gain - shift),
}
