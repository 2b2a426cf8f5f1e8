"""length-map, against enumerated layers and the length map of the activations."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from tests.theorems.theorem_checks import (
    mean,
    signs,
)
from xavier_theory.activations.length_map import activation_moment, length_map
from xavier_theory.theorems import derive

NAME = "length-map"


def test_what_it_takes() -> None:
    found = derive(NAME)
    scales = ("weight_scale", "bias_variance")
    assert found.parameters_of("map") == (*scales, "activation_second_moment")
    assert found.parameters_of("given_the_layer") == ("fan_in", *scales, "sum_of_squares")


@pytest.mark.parametrize("fan_in", [1, 3])
def test_the_mean_square_of_an_enumerated_layer(fan_in: int) -> None:
    """Weights ± √(σ_w²/n), a bias ± 1/2, and given activations 1, -2, 3, …."""
    scale = Fraction(5, 4)
    a = [(-1) ** k * (k + 1) for k in range(fan_in)]
    # (√v s + b)² has the mean v s² + b², its cross term being odd in the sign of b.
    squares = [
        scale / fan_in * sum(w * value for w, value in zip(row, a, strict=True)) ** 2
        + Fraction(1, 4)
        for row, _ in product(signs(fan_in), signs(1))
    ]
    predicted = derive(NAME).predict(
        "given_the_layer",
        fan_in=fan_in,
        weight_scale=scale,
        bias_variance=Fraction(1, 4),
        sum_of_squares=sum(value**2 for value in a),
    )
    assert predicted == pytest.approx(float(mean(squares)), rel=1e-15)


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu"])
@pytest.mark.parametrize("q", [0.3, 2.0])
def test_it_is_the_map_that_the_package_iterates(name: str, q: float) -> None:
    predicted = derive(NAME).predict(
        "map",
        weight_scale=1.7,
        bias_variance=0.2,
        activation_second_moment=float(activation_moment(name, np.array(q))),
    )
    assert predicted == pytest.approx(float(length_map(name, np.array(q), 1.7, 0.2)), rel=1e-12)
