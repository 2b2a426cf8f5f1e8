"""How `maxout-second-moment` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, pi, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity, inverse
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.maxout_second_moment.proof import second_moment
from xavier_theory.theorems.symbols import fan_in

_ENTRIES = 2**20  # numbers that are held in memory at once
_UNITS = 64  # outputs whose squares are averaged


def _dependent_pieces(
    generator: np.random.Generator, law: str, shape: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pieces c(U + V/2) and c(U − V/2) of second moment 1, which have the correlation 3/5.

    U and V are independent, each of the named symmetric law. Exchanging the pieces by a sign is
    changing the sign of U, so that their joint law stays what it is.
    """
    u, v = law_named(law).sample(generator, (2, shape), 1.0)
    scale = math.sqrt(0.8)
    return scale * (u + v / 2), scale * (u - v / 2)


def larger_of_two(*, second_moment: Any, law: str, dependent: bool = False) -> Quantity:
    """E[max(y_1, y_2)²] for pieces of second moment ``second_moment``.

    max(y_1, y_2)⁴ <= y_1⁴ + y_2⁴, so that its mean is at most twice the pieces' fourth moment:
    2κq², with the kurtosis κ of a piece, and the relative variance is at most 2κ − 1. A piece that
    is a weighted sum of two independent ones has a κ of at most max(3, κ of the law).
    """
    q, source = float(second_moment), law_named(law)
    kurtosis = float(source.kurtosis)
    bound = 2 * (max(3.0, kurtosis) if dependent else kurtosis) - 1

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        if dependent:
            first, second = _dependent_pieces(generator, law, n)
        else:
            first, second = source.sample(generator, (2, n), 1.0)
        return np.asarray(q * np.square(np.maximum(first, second)))

    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), squares)


def maxout_layer(*, fan_in: int, law: str = "normal", weights: str = "normal") -> Quantity:
    """The weight variance at which a whole maxout layer keeps the second moment, 1, of its pieces.

    Weights of variance 1 are sampled: E[z²] is the growth, whose inverse keeps. Given the pieces
    the mean of 64 of the z² has mean S = ‖a‖² and relative variance at most max(2, κ_W − 1)/64;
    E S²/(E S)² is at most 1 + (2κ − 1)/fan_in, for a_j² has the relative variance of
    ``larger_of_two`` and the units are independent.
    """
    n, matrix, source = integer_at_least(1, fan_in, "fan_in"), law_named(weights), law_named(law)
    within = max(2.0, float(matrix.kurtosis) - 1.0) / _UNITS
    spread = (2 * float(source.kurtosis) - 1) / n
    bound = (1 + within) * (1 + spread) - 1

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = source.sample(generator, (2, count, n), 1.0).max(axis=0)
        if matrix.name == "normal":  # given a, z_i are independent N(0, ‖a‖²)
            sizes = np.square(a).sum(axis=1) / _UNITS
            return np.asarray(sizes * generator.chisquare(_UNITS, count))
        z = np.einsum("kij,kj->ki", matrix.sample(generator, (count, _UNITS, n), 1.0), a)
        return np.asarray(np.square(z).mean(axis=1))

    held = 2 * n if matrix.name == "normal" else n * (_UNITS + 2)
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, inverse, inverse, max(1, _ENTRIES // held))


NOT_WHOLE = {
    "relu's half": second_moment / 2,
    "both pieces counted": 2 * second_moment,
    "a variance, not a second moment": second_moment * (1 - 1 / pi),
    "2 % off": second_moment * Rational(102, 100),
}

EXPERIMENTS = (
    *(
        Experiment(
            f"the larger of two {said}",
            larger_of_two,
            {"second_moment": q},
            0.02,
            {"law": law, "dependent": dependent},
            result="whole",
            wrong=NOT_WHOLE,
        )
        for said, law, dependent, q in (
            ("Gaussian pieces", "normal", False, 1),
            ("uniform pieces of second moment 3", "uniform", False, 3),
            ("pieces that depend on each other", "uniform", True, 1),
        )
    ),
    Experiment("a narrow layer, Gaussian", maxout_layer, {"fan_in": 2}, 0.02),
    Experiment(
        "a narrow layer, uniform pieces, random signs as weights",
        maxout_layer,
        {"fan_in": 8},
        0.02,
        {"law": "uniform", "weights": "rademacher"},
    ),
    Experiment("a wide layer, Gaussian", maxout_layer, {"fan_in": 4096}, 0.02),
)

WRONG = {
    "He's 2 for relu": 2 / fan_in,
    "Xavier's with relu's gain √2 for its square": sqrt(2) / fan_in,
    "the pieces counted as inputs": 1 / (2 * fan_in),
    "a variance kept, not a second moment": 1 / ((1 - 1 / pi) * fan_in),
    "2 % off": Rational(102, 100) / fan_in,
}
