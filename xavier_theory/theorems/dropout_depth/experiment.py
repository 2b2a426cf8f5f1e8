"""How `dropout-depth` is sampled, and which wrong formulas the checks must refute."""

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
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.binding import product_over
from xavier_theory.theorems.depth_product.proof import depth, m, ratio
from xavier_theory.theorems.dropout_depth.proof import growth, keep, second_moment, share
from xavier_theory.theorems.symbols import layer_variance_, layer_width

_RELU, _LINEAR = "relu", "linear"


def layers_behind_dropout(
    *,
    depth: int,
    ratio: Any,
    second_moment: Any,
    width: int,
    keep: Any,
    law: str = "normal",
    activation: str = _LINEAR,
) -> Quantity:
    """E[a²] at the end of layers of one width and one p, from an input of signs.

    Given a layer a, the kept vector k has E‖k‖⁴ = (‖a‖⁴ + (1/p − 1) Σ_j a_j⁴)/p². The units z of
    the next layer are independent given k, symmetric, and of kurtosis 3 at most; so φ(z)² has
    E φ⁴ <= c (E φ²)² with c = 3, or 6 for relu, and a layer multiplies E‖a‖⁴/(E‖a‖²)² by at most
    (1 + (c − 1)/n)(1 + c(1/p − 1)/n).
    """
    layers, n = integer_at_least(0, depth, "depth"), integer_at_least(1, width, "width")
    p, weights = float(keep), law_named(law)
    if not 0 < p <= 1:
        raise InvalidInputError(f"keep is a probability above 0, got {keep!r}")
    if weights.kurtosis > 3:
        raise InvalidInputError(f"the bound is for a kurtosis of 3 at most, not of {law}")
    relu = activation == _RELU
    kept_share = 0.5 if relu else 1.0
    variance, start = float(ratio) * p / (kept_share * n), math.sqrt(float(second_moment))

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        a = start * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        for _ in range(layers):
            kept = a * (generator.random((count, n)) < p) / p
            z = np.einsum("kij,kj->ki", weights.sample(generator, (count, n, n), variance), kept)
            a = np.maximum(z, 0) if relu else z
        return np.asarray(np.square(a).mean(axis=1))

    c = 6 if relu else 3
    bound = ((1 + (c - 1) / n) * (1 + c * (1 / p - 1) / n)) ** layers - 1
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=2**12)


def _layers(name: str, layers: int, r: Any, p: float, **settings: str) -> Experiment:
    values = {"depth": layers, "ratio": r, "second_moment": 1}
    wrong = {
        "dropout ignored": (ratio * Rational(p)) ** depth * second_moment,
        **({} if r == 1 else {"one layer too many": ratio ** (depth + 1) * second_moment}),
        "1/p for one layer alone": ratio * (ratio * Rational(p)) ** (depth - 1) * second_moment,
        "3 % off": ratio**depth * second_moment * Rational(103, 100),
    }
    given = {"width": 16, "keep": p, **settings}
    return Experiment(name, layers_behind_dropout, values, 0.03, given, "uniform", wrong)


EXPERIMENTS = (
    _layers("four layers that keep three quarters", 4, Rational(4, 3), 0.75),
    _layers("three layers that keep half, weights made smaller", 3, 1, 0.5, law="uniform"),
    _layers("two layers of relus that keep four fifths", 2, 1.25, 0.8, activation=_RELU),
)

_WITHOUT = product_over(m, depth, share * layer_width[m - 1] * layer_variance_[m])
WRONG = {
    "dropout ignored": _WITHOUT * second_moment,
    "not scaled": product_over(
        m, depth, share * layer_width[m - 1] * layer_variance_[m] * keep[m - 1]
    )
    * second_moment,
    "the next layer's p": product_over(
        m, depth, share * layer_width[m - 1] * layer_variance_[m] / keep[m]
    )
    * second_moment,
    "3 % off": growth(depth) * second_moment * Rational(103, 100),
}
