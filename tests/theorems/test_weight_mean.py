"""weight-mean, against weights and inputs that are all enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import mean
from xavier_theory.theorems import derive

NAME = "weight-mean"


def test_all_weights_and_inputs_of_two_values_have_the_predicted_mean_square() -> None:
    """Weights 0 or 3 and inputs -1 or 2, three of each."""
    found = [
        sum(w * x for w, x in zip(weights, inputs, strict=True)) ** 2
        for weights, inputs in product(product((0, 3), repeat=3), product((-1, 2), repeat=3))
    ]
    predicted = derive(NAME).predict(
        fan_in=3,
        weight_mean=Fraction(3, 2),
        weight_variance=Fraction(9, 4),
        second_moment=Fraction(5, 2),
        input_mean=Fraction(1, 2),
    )
    assert predicted == pytest.approx(float(mean(found)), rel=1e-14)


@pytest.mark.parametrize("fan", [1, 7, 4096])
def test_both_forms_agree(fan: int) -> None:
    """m = d √Var(W) and μ² = s q."""
    of_inputs = {"fan_in": fan, "weight_variance": 0.09, "second_moment": 8}
    found = derive(NAME).predict(weight_mean=0.06, input_mean=2, **of_inputs)
    relative = derive(NAME).predict("relative", relative_mean=0.2, mean_share=0.5, **of_inputs)
    assert relative == pytest.approx(found, rel=1e-14)


def test_the_mean_of_weights_without_a_mean_does_nothing() -> None:
    values = {"fan_in": 64, "weight_variance": 1 / 64, "second_moment": 3, "input_mean": 1.5}
    assert derive(NAME).predict(weight_mean=0, **values) == pytest.approx(3, rel=1e-14)
