"""average-pooling, against positions of signs, all of them enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "average-pooling"


def test_all_positions_of_signs_have_the_predicted_mean_square() -> None:
    """A shared part that is 0 or 2, and three signs of its own size 3."""
    found = [(shared + 3 * Fraction(sum(own), 3)) ** 2 for shared, own in product((0, 2), signs(3))]
    predicted = derive(NAME).predict(positions=3, shared=2, alone=9)
    assert predicted == mean(found) == 5
    assert derive(NAME).predict("one_position", shared=2, alone=9) == 11


@pytest.mark.parametrize(("shared", "alone", "factor"), [(0, 5, 49), (5, 0, 1)])
def test_pooling_divides_only_what_is_not_shared(shared: int, alone: int, factor: int) -> None:
    found = derive(NAME).predict(positions=49, shared=shared, alone=alone)
    assert found == pytest.approx(5 / factor)
