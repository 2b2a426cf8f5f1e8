"""dropout-second-moment, against masks and weights that are all enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "dropout-second-moment"


def test_all_masks_and_weights_of_signs_have_the_predicted_mean_square() -> None:
    """Two inputs; a mask keeps with probability 1/2, and one serves both of them."""
    found = [
        sum(w * 2 * kept * x for w, x in zip(weights, (1, 3), strict=True)) ** 2
        for kept, weights in product((0, 1), signs(2))
    ]
    predicted = derive(NAME).predict(
        fan_in=2, weight_variance=1, keep=Fraction(1, 2), second_moment=mean([1, 9])
    )
    assert predicted == mean(found) == 20


def test_the_keep_probability_over_the_fan_keeps_the_mean_square() -> None:
    kept = derive(NAME).predict(fan_in=64, weight_variance=1 / 128, keep=0.5, second_moment=3)
    assert kept == 3


def test_the_mean_stays() -> None:
    assert derive(NAME).predict("mean", mean=-0.3) == -0.3
