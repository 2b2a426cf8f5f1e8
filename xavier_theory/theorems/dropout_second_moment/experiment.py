"""How `dropout-second-moment` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest, HeavyTailedMeanTest
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.dropout_second_moment.proof import keep, second_moment
from xavier_theory.theorems.symbols import a, fan_in, j, weight_variance

_UNITS = 16  # outputs whose squares are averaged


def layer_behind_dropout(
    *, fan_in: int, weight_variance: Any, keep: Any, second_moment: Any, law: str
) -> Quantity:
    """E[z²] of a layer whose inputs ±√q are dropped.

    Given what is kept, z² has a relative variance of at most c = max(2, κ − 1) about Var(W) ‖d‖²,
    and ‖d‖² that of a binomial count, (1 − p)/(p n).
    """
    n, weights = integer_at_least(1, fan_in, "fan_in"), law_named(law)
    p, variance, scale = _keep(keep), float(weight_variance), math.sqrt(float(second_moment))
    within = max(2.0, float(weights.kurtosis) - 1.0) / _UNITS

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = scale * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        kept = a * (generator.random((count, n)) < p) / p
        matrices = weights.sample(generator, (count, _UNITS, n), variance)
        return np.asarray(np.square(np.einsum("kij,kj->ki", matrices, kept)).mean(axis=1))

    bound = (1 + within) * (1 + (1 - p) / (p * n)) - 1
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, 2**20 // (_UNITS * n)))


def dropped_activation(*, input_second_moment: Any, keep: Any) -> Quantity:
    """E[(m a/p)²] for a uniform on [0, top], as a positive activation is."""
    p, top = _keep(keep), math.sqrt(3 * float(input_second_moment))

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        a = generator.uniform(0.0, top, n)
        return np.square(a * (generator.random(n) < p) / p)

    largest = (top / p) ** 2
    spread = top**4 / 5 / p**3
    return SampledQuantity(BoundedMeanTest(0.0, largest, spread, method="bernstein"), squares)


def dropped_mean(*, mean: Any, keep: Any) -> Quantity:
    """E[m a/p] for the same, of this mean."""
    p, top = _keep(keep), 2 * float(mean)

    def values(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return generator.uniform(0.0, top, n) * (generator.random(n) < p) / p

    test = BoundedMeanTest(0.0, top / p, top**2 / 3 / p, method="bernstein")
    return SampledQuantity(test, values)


def _keep(value: Any) -> float:
    p = float(value)
    if not 0 < p <= 1:
        raise InvalidInputError(f"keep is a probability above 0, got {value!r}")
    return p


SQUARE = E(a[j] ** 2)
EXPERIMENTS = (
    *(
        Experiment(
            f"a layer behind dropout that keeps {said}",
            layer_behind_dropout,
            {"fan_in": 8, "weight_variance": variance, "keep": p, "second_moment": 3},
            0.03,
            {"law": law},
        )
        for said, p, variance, law in (
            ("half, Gaussian weights", 0.5, 1 / 16, "normal"),
            ("four fifths, uniform weights", 0.8, 1 / 8, "uniform"),
        )
    ),
    Experiment(
        "one activation",
        dropped_activation,
        {"input_second_moment": 3, "keep": 0.75},
        0.02,
        result="dropped",
        wrong={
            "not scaled": SQUARE * keep,
            "kept": SQUARE,
            "scaled twice": SQUARE / keep**2,
        },
    ),
    Experiment(
        "the mean of one activation",
        dropped_mean,
        {"mean": 2},
        0.02,
        {"keep": 0.75},
        result="mean",
        wrong={"2 % off": E(a[j]) * Rational(102, 100)},
    ),
)

_WHOLE = fan_in * weight_variance * second_moment
WRONG = {
    "dropout ignored": _WHOLE,
    "not scaled": _WHOLE * keep,
    "scaled twice": _WHOLE / keep**2,
    "3 % off": _WHOLE / keep * Rational(103, 100),
}
