"""How `attention-logits` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.attention_logits.proof import (
    dimension,
    key_second_moment,
    query_variance,
)


def logit_of_one_key(
    *,
    query_variance: Any,
    key_second_moment: Any,
    head_dimension: int,
    law: str = "normal",
    divided: bool = True,
) -> Quantity:
    """E[s²] of a query and a key, ``divided`` by d or not.

    A key is a point on a sphere: its coordinates depend on each other, and its length is fixed.
    Given it s is a sum of independent q_j, whose square has a relative variance of at most
    max(2, κ − 1).
    """
    size, weights = integer_at_least(1, head_dimension, "head_dimension"), law_named(law)
    variance, length = float(query_variance), math.sqrt(size * float(key_second_moment))

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        keys = generator.standard_normal((count, size))
        keys *= length / np.linalg.norm(keys, axis=1, keepdims=True)
        queries = weights.sample(generator, (count, size), variance)
        return np.asarray(np.square((queries * keys).sum(axis=1)) / (size if divided else 1))

    bound = max(2.0, float(weights.kurtosis) - 1.0)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=max(1, 2**20 // size))


def query_with_itself(*, query_variance: Any, head_dimension: int, law: str) -> Quantity:
    """(1/d) Σ_j q_j² for independent coordinates: a relative variance of (κ − 1)/d."""
    size, weights = integer_at_least(1, head_dimension, "head_dimension"), law_named(law)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        queries = weights.sample(generator, (count, size), float(query_variance))
        return np.asarray(np.square(queries).mean(axis=1))

    bound = (float(weights.kurtosis) - 1.0) / size
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares)


SMALL = {"query_variance": 2, "key_second_moment": 0.5}

EXPERIMENTS = (
    Experiment("one key, Gaussian queries", logit_of_one_key, SMALL, 0.03, {"head_dimension": 32}),
    Experiment(
        "one key, queries of signs",
        logit_of_one_key,
        SMALL,
        0.03,
        {"head_dimension": 4, "law": "rademacher"},
    ),
    Experiment(
        "undivided",
        logit_of_one_key,
        {"head_dimension": 16, **SMALL},
        0.03,
        {"law": "uniform", "divided": False},
        result="undivided",
        wrong={
            "divided by √d": sqrt(dimension) * query_variance * key_second_moment,
            "one coordinate": query_variance * key_second_moment,
        },
    ),
    Experiment(
        "a query with itself",
        query_with_itself,
        {"query_variance": 2},
        0.02,
        {"head_dimension": 8, "law": "uniform"},
        result="aligned",
        wrong={"2 % off": query_variance * Rational(102, 100), "a square": query_variance**2},
    ),
)

WRONG = {
    "divided by d": query_variance * key_second_moment / dimension,
    "not divided": dimension * query_variance * key_second_moment,
    "standard deviations multiplied": sqrt(query_variance * key_second_moment) * 2,
    "3 % off": query_variance * key_second_moment * Rational(103, 100),
}
