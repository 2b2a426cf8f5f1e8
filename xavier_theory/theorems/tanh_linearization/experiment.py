"""How `tanh-linearization` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.observed import MOSTLY, RARELY, Observed, Successes
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.tanh_linearization.proof import first_order, remainder


@dataclass(frozen=True)
class _Standard:
    """A law of mean 0 and variance 1: E Z³ to E Z⁶, E(Z − Z')⁴, and how to draw it."""

    moments: tuple[int, int, int, int]
    fourth_of_difference: int
    draw: Callable[[np.random.Generator, Any], NDArray[np.float64]]


_LAWS = {
    "normal": _Standard((0, 3, 0, 15), 12, lambda g, shape: g.standard_normal(shape)),
    "exponential": _Standard(
        (2, 9, 44, 265), 24, lambda g, shape: g.standard_exponential(shape) - 1
    ),
}
"""The exponential law, less its mean, is skewed; the difference of two copies is Laplace's."""


def tanh_ratio(
    *,
    variance: Any,
    covariance_with_cube: Any,
    covariance_with_fifth_power: Any,
    variance_of_cube: Any,
    law: str = "normal",
) -> Quantity:
    """Var(tanh z)/Var(z) for z of mean zero and the named law, which must have the stated moments.

    ½(tanh z − tanh z')²/Var(z) has that mean, lies in [0, 2/Var(z)], and its variance is at most
    E(Z − Z')⁴/4 of the standard law, because tanh is 1-Lipschitz.
    """
    if law not in _LAWS:
        raise UnknownNameError("law", law, _LAWS)
    standard, q = _LAWS[law], float(variance)
    _, fourth, _, sixth = standard.moments
    stated = (covariance_with_cube, covariance_with_fifth_power, variance_of_cube)
    known = (fourth * q**2, sixth * q**3, (sixth - standard.moments[0] ** 2) * q**3)
    if not np.allclose([float(value) for value in stated], known, rtol=1e-9, atol=0.0):
        raise InvalidInputError(
            f"the law {law} of variance {q:g} has the moments {known}, not {stated}"
        )

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        a = np.tanh(math.sqrt(q) * standard.draw(generator, (2, n)))
        return np.square(a[0] - a[1]) / (2.0 * q)

    spread = standard.fourth_of_difference / 4
    test = BoundedMeanTest(0.0, 2.0 / q, spread, method="bernstein")
    return SampledQuantity(test, half_squares, _interval)


def _interval(prediction: Any) -> Any:
    if isinstance(prediction, tuple):
        return tuple(map(float, prediction))
    return float(prediction)


def gaussian_moments(variance: float) -> dict[str, float]:
    """The quantities of a Gaussian with mean zero: E z⁴ = 3 q², E z⁶ = 15 q³."""
    return {
        "variance": variance,
        "covariance_with_cube": 3 * variance**2,
        "covariance_with_fifth_power": 15 * variance**3,
        "variance_of_cube": 15 * variance**3,
    }


EXPERIMENTS = (
    Experiment(
        "Gaussian z of variance 1/100",
        tanh_ratio,
        gaussian_moments(0.01),
        0.01,
        {"law": "normal"},
    ),
    Experiment(
        "Gaussian z of variance 1/10", tanh_ratio, gaussian_moments(0.1), 0.01, {"law": "normal"}
    ),
)

WRONG = {
    "nothing lost": (sympy.Integer(1), sympy.Integer(1)),
    "the remainder dropped": (first_order, first_order),
    "twice the loss": (2 * first_order - 1, 2 * first_order - 1 + remainder),
}


def _at_width_64(seed: int, networks: int) -> Successes:
    """q after 400 layers with n Var(W) = 1 and no biases, from q = 1: given the layer below."""
    generator = np.random.default_rng(seed)
    q = np.ones(networks)
    for _ in range(400):
        z = np.sqrt(q)[:, None] * generator.standard_normal((networks, 64))
        q = np.square(np.tanh(z)).mean(axis=1)
    return {"q is below 1/(2l)": 2 * 400 * q < 1}


OBSERVED = (
    Observed(
        name="tanh, width 64, depth 400",
        run=_at_width_64,
        predicted={"q is below 1/(2l)": MOSTLY},
        wrong={"q is below 1/(2l)": RARELY},
    ),
)
