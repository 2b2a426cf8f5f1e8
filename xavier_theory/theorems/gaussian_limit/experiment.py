"""How `gaussian-limit` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.length_maps import ROUNDING
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems.finite_width.proof import excess, width
from xavier_theory.theorems.gaussian_limit.proof import (
    bias_square,
    excesses,
    kurtosis,
    mean_of_squares,
    others,
    squares,
    v,
)

Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]

_GAUSSIAN = [Fraction(moment) for moment in (1, 3, 15, 105)]
_EVEN = {
    "normal": _GAUSSIAN,
    "uniform": [Fraction(3**k, 2 * k + 1) for k in range(1, 5)],
    "rademacher": [Fraction(1)] * 4,
}
"""E w^2k for k = 1..4 and weights of variance 1."""


def _signs(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    return np.asarray(2.0 * generator.integers(0, 2, shape) - 1.0)


def _relu(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    return math.sqrt(2) * np.maximum(generator.standard_normal(shape), 0.0)


INPUTS: dict[str, tuple[Draw, Sequence[Fraction]]] = {
    "signs": (_signs, [Fraction(1)] * 4),
    "Gaussian": (lambda g, shape: g.standard_normal(shape), _GAUSSIAN),
    "relu": (_relu, [2**k * m / 2 for k, m in enumerate(_GAUSSIAN, 1)]),
}
"""Independent inputs of mean square 1, and E a^2k for k = 1..4."""


def even_moments(count: int, term: Sequence[Fraction], bias: Fraction) -> list[Fraction]:
    """E z^2k for k = 0..4: a Gaussian of this variance plus ``count`` independent terms.

    The terms are symmetric; ``term`` has their E x^2k for k = 1..4.
    """
    sums = [m * bias**k for k, m in enumerate((Fraction(1), *_GAUSSIAN))]
    one = [Fraction(1), *term]
    for _ in range(count):
        sums = [
            sum((math.comb(2 * k, 2 * m) * sums[m] * one[k - m] for m in range(k + 1)), Fraction(0))
            for k in range(5)
        ]
    return sums


def pre_activation(
    *,
    width: int,
    weight_variance: Any,
    kurtosis: Any,
    excess: Any,
    mean_of_squares: Any,
    bias_second_moment: Any,
    bias_fourth_moment: Any,
    law: str,
    inputs: str,
) -> Quantity:
    """E[z⁴]: ``width`` products of independent weights and inputs, and a Gaussian bias.

    The stated moments must be those of the weights, the inputs and the bias.
    """
    n, source, weights = integer_at_least(1, width, "width"), law_named(law), _EVEN[law]
    draw, moments = INPUTS[inputs]
    variance, bias = Fraction(str(weight_variance)), Fraction(str(bias_second_moment))
    stated = [Fraction(str(x)) for x in (kurtosis, excess, mean_of_squares, bias_fourth_moment)]
    if stated != [weights[1], moments[1] - 1, 1, 3 * bias**2]:
        raise InvalidInputError("the moments are not those of this law and these inputs")
    terms = [
        (w * a * variance**k) for k, (w, a) in enumerate(zip(weights, moments, strict=True), 1)
    ]
    _, _, fourth, _, eighth = even_moments(n, terms, bias)

    def fourth_powers(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        shape = (count, n)
        z = (source.sample(generator, shape, float(variance)) * draw(generator, shape)).sum(axis=1)
        z += math.sqrt(bias) * generator.standard_normal(count)
        return np.asarray(np.square(np.square(z)))

    bound = float(eighth / fourth**2) - 1 + ROUNDING
    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, fourth_powers, block=2**20 // n)


square = bias_square + width * v * mean_of_squares
excess_of_one = (v * mean_of_squares) ** 2 * (kurtosis * (1 + excess) - 3)
TIGHT = {
    "a Gaussian's": 3 * square**2 + others,
    "1/n²": 3 * square**2 + others + excess_of_one,
}

EXPERIMENTS = tuple(
    Experiment(
        name,
        pre_activation,
        {
            "width": n,
            "weight_variance": Rational(1, n),
            "kurtosis": _EVEN[law][1],
            "excess": INPUTS[inputs][1][1] - 1,
            "mean_of_squares": 1,
            "bias_second_moment": bias,
            "bias_fourth_moment": 3 * bias**2,
        },
        0.04,
        {"law": law, "inputs": inputs},
        result="uncorrelated_squares",
        wrong=wrong,
    )
    for name, n, law, inputs, bias, wrong in (
        ("uniform weights, inputs of signs", 4, "uniform", "signs", 0, TIGHT),
        ("Gaussian weights behind relu, 16 inputs", 16, "normal", "relu", 0, TIGHT),
        ("the same with a Gaussian bias", 16, "normal", "relu", Rational(1, 4), TIGHT),
        (
            "random signs as weights, Gaussian inputs",
            8,
            "rademacher",
            "Gaussian",
            0,
            {"e forgotten": 3 * square**2 + width * (v * mean_of_squares) ** 2 * (kurtosis - 3)},
        ),
    )
)

_exact = others + excesses + 3 * v**2 * Var(squares)
WRONG = {
    "given inputs": others + excesses,
    "Gaussian weights": others + 3 * v**2 * Var(squares),
    "a third of the spread": others + excesses + v**2 * Var(squares),
    "the bias forgotten": _exact - others,
    "5 % off": _exact * Rational(21, 20),
}
