"""How `finite-width` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.sums_of_squares import (
    cumulants,
    pair_variance,
    responses,
    sum_moments,
    sums_of_squares,
)
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.binding import product_over
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.finite_width.proof import depth, excess, length, m, mean, spread, width
from xavier_theory.theorems.symbols import l, layer_width


def layer_fluctuation(
    *, layer_width: int, mean: Any, excess: Any, activation: str, sampler: str = "auto"
) -> Quantity:
    """Var(Σ_i h_i) of one layer whose responses have this mean, from half squares of pairs.

    ``excess`` is what the theorem takes; the sample comes from the activation alone.
    """
    width = integer_at_least(1, layer_width, "the width")
    found = responses(activation)
    scale = float(mean) / found[0]
    draw, took = sums_of_squares(width, activation, sampler)

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        sums = scale * draw(generator, 2 * n)
        return 0.5 * np.square(sums[:n] - sums[n:])

    bound = pair_variance(width * cumulants(found))
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, half_squares, sampler=took)


def network_fluctuation(
    *, width: int, depth: int, excess: Any, activation: str, sampler: str = "auto"
) -> Quantity:
    """E[Q_L²]/E[Q_L]² for a fixed input, from squares of Q_L/E[Q_L].

    Their relative variance is ∏ E C⁴/(E C²)² − 1, C the sum of one layer's responses. Refused where
    it is beyond 10: such means are no evidence (`finite-width`).
    """
    size, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    first, square, _, fourth = sum_moments(size, activation)
    bound = math.expm1(layers * math.log(fourth / square**2))
    if not bound <= 10.0:
        raise InvalidInputError(
            f"squares of {layers} layers of width {size} have relative variance {bound:.3g}: "
            "their mean is no evidence; take fewer layers or a larger width"
        )
    draw, took = sums_of_squares(size, activation, sampler)

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        factors = draw(generator, n * layers).reshape(layers, n) / first
        return np.square(np.prod(factors, axis=0))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=max(1, 2**20 // layers), sampler=took)


EXCESS = {"linear": 2, "relu": 5}
"""What `unit-fluctuation` gives for Gaussian pre-activations."""

OFF = {
    name: factor * excess * mean[l] ** 2 * layer_width[l]
    for name, factor in (("twice the excess", 2), ("5 % off", Rational(21, 20)))
}

POWERS = {
    "infinite width": Integer(1),
    "one more layer": (1 + excess / width) ** (depth + 1),
    "e/n only once": 1 + excess / width,
}

EXPERIMENTS = (
    *(
        Experiment(
            f"one {activation} layer of width {n:,}, {said}",
            layer_fluctuation,
            {"layer_width": n, "mean": 1, "excess": value},
            0.04,
            {"activation": activation, "sampler": sampler},
            result="fluctuation",
            wrong=OFF,
        )
        for activation, value in EXCESS.items()
        for n, said, sampler in ((8, "whole matrices", "dense"), (10**6, "chain of norms", "auto"))
    ),
    Experiment(
        "five relu layers of width 250, chain of norms",
        network_fluctuation,
        {"width": 250, "depth": 5, "excess": 5},
        0.01,
        {"activation": "relu"},
        result="equal_widths",
        wrong=POWERS,
    ),
)

WRONG = {
    "one more layer": spread(depth + 1) * E(length[depth]) ** 2 * E(length[0] ** 2),
    "infinite width": E(length[depth]) ** 2 * E(length[0] ** 2),
    "half of the excess": product_over(m, depth, 1 + excess / (2 * layer_width[m]))
    * E(length[depth]) ** 2
    * E(length[0] ** 2),
}
