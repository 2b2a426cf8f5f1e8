"""How `he-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.asked_layers import gaussian_layer, taken
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity, inverse
from xavier_theory.statistics import (
    BoundedMeanTest,
    ChernoffMeanTest,
    HeavyTailedMeanTest,
    rectified_chi_square,
)
from xavier_theory.theorems.he_variance.proof import second_moment
from xavier_theory.theorems.symbols import fan_in

_FAN_IN = 64  # of the layer that makes Gaussian pre-activations


def relu_half(*, second_moment: Any, law: str = "normal") -> Quantity:
    """E[relu(y)²] for y of mean zero and E[y²] = ``second_moment``.

    "normal": y comes out of a Gaussian layer, and the cumulants of relu(y)² are known up to scale.
    (The exact quantiles of their sum are known too, but take seconds at this size.) Another law
    must be bounded and symmetric; relu(y)² then has variance q²(κ/2 − 1/4).
    """
    q, source = float(second_moment), law_named(law)
    if law == "normal":

        def squares_of_activations(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
            inputs = math.sqrt(_FAN_IN) * orthonormal(generator, _FAN_IN)
            weights = generator.standard_normal((-(-n // _FAN_IN), _FAN_IN))
            y = (math.sqrt(q / _FAN_IN) * weights) @ inputs
            return np.square(np.maximum(y, 0.0)).ravel()[:n]

        return SampledQuantity(
            ChernoffMeanTest(rectified_chi_square(), "scale"), squares_of_activations
        )
    if not (math.isfinite(source.bound) and source.symmetric):
        raise InvalidInputError(f"the law {law} is not both bounded and symmetric")

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.square(np.maximum(source.sample(generator, n, q), 0.0))

    top = q * source.bound**2 * (1 + 1e-12)
    spread = q**2 * (float(source.kurtosis) / 2 - 0.25)
    return SampledQuantity(BoundedMeanTest(0.0, top, spread, method="bernstein"), squares)


def relu_layer(*, fan_in: int, law: str = "normal", sampler: str | None = None) -> Quantity:
    """The weight variance at which a whole relu layer keeps the second moment of z.

    Pre-activations y lie on a sphere, ‖y‖² = n, and come in pairs y, −y: a symmetric law that is
    not Gaussian. relu(y) and relu(−y) have disjoint supports and ‖relu(y)‖² + ‖relu(−y)‖² = n, so
    for weights of variance 1 the mean of the two z² has mean n/2 given y. Its relative variance
    given y is at most max(2, κ − 1), κ the kurtosis of the weights. It estimates the growth g, and
    the variance that keeps is 1/g. With a ``sampler``, normal weights come from square layers that
    are only asked.
    """
    n, weights = integer_at_least(1, fan_in, "fan_in"), law_named(law)
    bound = max(2.0, float(weights.kurtosis) - 1.0)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        rows = min(64, count)
        y = generator.standard_normal((-(-count // rows), n, 1))
        y *= math.sqrt(n) / np.linalg.norm(y, axis=1, keepdims=True)
        matrices = weights.sample(generator, (len(y), rows, n), 1.0)
        both = np.concatenate([np.maximum(y, 0.0), np.maximum(-y, 0.0)], axis=2)
        return np.square(matrices @ both).mean(axis=2).ravel()[:count]

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    if sampler is not None:
        if law != "normal":
            raise InvalidInputError(f"layers that are only asked have normal weights, not {law}")
        kind = taken(sampler, n, n, 2, False)
        draw = partial(_asked_mean_squares, kind, n)
        return SampledQuantity(test, draw, inverse, inverse, sampler=kind)
    block = max(1, 2**21 // n)
    return SampledQuantity(test, mean_squares, inverse, inverse, block)


def _asked_mean_squares(
    kind: str, n: int, generator: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """The means of the two z² of ``relu_layer``, from layers of n units that are only asked."""
    found: list[NDArray[np.float64]] = []
    while sum(part.size for part in found) < count:
        y = generator.standard_normal((n, 1))
        y *= math.sqrt(n) / np.linalg.norm(y)
        with gaussian_layer(kind, generator, (n, n), 1.0) as layer:
            z = layer.matmat(np.concatenate([np.maximum(y, 0.0), np.maximum(-y, 0.0)], axis=1))
        found.append(np.square(z).mean(axis=1))
    return np.concatenate(found)[:count]


NOT_HALF = {
    "a variance, not a second moment": second_moment * (1 - 1 / sympy.pi) / 2,
    "1 % off": second_moment * sympy.Rational(101, 200),
}

EXPERIMENTS = (
    *(
        Experiment(
            f"half of {said} second moment",
            relu_half,
            {"second_moment": 1},
            0.01,
            {"law": law},
            result="half",
            wrong=NOT_HALF,
        )
        for said, law in (("a Gaussian's", "normal"), ("a uniform variable's", "uniform"))
    ),
    *(
        Experiment(
            f"a whole layer, pre-activations on a sphere, {said}",
            relu_layer,
            {"fan_in": 8},
            0.01,
            {"law": law},
        )
        for said, law in (("Gaussian weights", "normal"), ("random signs", "rademacher"))
    ),
    Experiment(
        "a whole layer of width 100,000, deferred",
        relu_layer,
        {"fan_in": 10**5},
        0.02,
        {"sampler": "auto"},
    ),
)

WRONG = {"1 for 2": 1 / fan_in, "n + 1 for n": 2 / (fan_in + 1), "1 % off": 202 / (100 * fan_in)}
