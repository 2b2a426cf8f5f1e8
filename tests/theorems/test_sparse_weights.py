"""sparse-weights, against masks and weights that are all enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "sparse-weights"


def test_all_masks_with_two_of_four_weights_have_the_predicted_mean_square() -> None:
    inputs = (1, -2, 2, 1)
    found = [
        sum(w * inputs[place] for w, place in zip(weights, places, strict=True)) ** 2
        for places in combinations(range(4), 2)
        for weights in signs(2)
    ]
    of_inputs = mean([x**2 for x in inputs])
    predicted = derive(NAME).predict(connections=2, weight_variance=1, second_moment=of_inputs)
    assert predicted == mean(found) == 5


def test_the_gain_over_the_connections_keeps_what_it_asks_for() -> None:
    """A relu's g² = 2 on inputs of mean square 3: E[z²] = 6."""
    variance = derive(NAME).predict(
        "drawn_variance", connections=15, unit_second_moment=6, second_moment=3
    )
    assert variance == pytest.approx(2 / 15)
    assert derive(NAME).predict(
        connections=15, weight_variance=variance, second_moment=3
    ) == pytest.approx(6)


def test_all_connections_are_a_dense_layer() -> None:
    sparse = derive(NAME).predict(connections=64, weight_variance=0.5, second_moment=2)
    dense = derive("general-gain").predict(
        "growth", fan_in=64, weight_variance=0.5, activation_second_moment=2
    )
    assert sparse == dense
    assert derive(NAME).predict(
        "entry", connections=16, weight_variance=Fraction(1, 2), fan_in=64
    ) == Fraction(1, 8)
