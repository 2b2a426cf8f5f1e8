"""layer-rule, against all outcomes of a layer of two inputs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.layer_rule.experiment import layer

NAME = "layer-rule"
HALF = Fraction(1, 2)
INPUTS = (((1, 3), HALF), ((3, -1), HALF))
"""Two inputs with one second moment, 5, that depend on each other and have a mean."""
WEIGHTS = (Fraction(1, 3) + 2, Fraction(1, 3) - 2)
"""Mean 1/3 and variance 4."""
BIASES = (Fraction(3), Fraction(1))
"""Mean 2 and variance 1."""


def moments() -> tuple[Fraction, Fraction]:
    """E z and E z²."""
    outcomes = [
        (p / 8, b + w * a[0] + u * a[1])
        for (a, p), w, u, b in product(INPUTS, WEIGHTS, WEIGHTS, BIASES)
    ]
    return sum(p * z for p, z in outcomes), sum(p * z**2 for p, z in outcomes)


def test_it_is_the_mean_over_all_outcomes() -> None:
    mean, square = moments()
    found = derive(NAME)
    values = {
        "fan_in": 2, "weight_variance": 4, "second_moment": 5, "weight_mean": Fraction(1, 3),
        "bias_mean": 2, "bias_variance": 1,
    }  # fmt: skip
    of_sum = {"square_of_the_sum": 10, "mean_of_the_sum": 3}
    assert found.predict(**values, **of_sum) == pytest.approx(float(square), rel=1e-12)
    without = {name: values[name] for name in values if name != "bias_mean"}
    variance = found.predict("variance", **without, variance_of_the_sum=1)
    assert variance == pytest.approx(float(square - mean**2), rel=1e-12)
    predicted = found.predict("mean", weight_mean=Fraction(1, 3), bias_mean=2, mean_of_the_sum=3)
    assert predicted == pytest.approx(float(mean), rel=1e-12)


def test_without_means_of_weights_and_biases_it_is_the_second_moment_rule() -> None:
    found = derive(NAME).predict(
        fan_in=8, weight_variance=0.25, second_moment=3, weight_mean=0, bias_mean=0,
        bias_variance=0.5, square_of_the_sum=64, mean_of_the_sum=8,
    )  # fmt: skip
    assert found == 8 * 0.25 * 3 + 0.5


def test_a_sum_that_is_not_that_of_the_inputs_is_refused() -> None:
    stated = theorem_folder(NAME).experiments[0]
    with pytest.raises(InvalidInputError, match="the sum of the inputs"):
        layer(**{**stated.parameters, "square_of_the_sum": 1})
