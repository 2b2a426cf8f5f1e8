"""update-size, against gradient steps whose weights are enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import (
    mean,
)
from xavier_theory.theorems import derive

NAME = "update-size"
NUMBERS = {"step_size": 1, "slope": 1, "second_moment": 1, "excess": 2}


def test_a_step_on_all_small_networks_moves_units_as_predicted() -> None:
    """Activations are 0 or ±2 (q = 2, e = 1), outgoing weights ±3; width 2."""
    eta, c, moved = Fraction(1, 2), 3, []
    for a in product((0, 0, 2, -2), repeat=2):
        for outgoing in (-3, 3):
            gradient = [c * outgoing * x for x in a]  # of the weights into the unit
            moved.append(sum(-eta * g * x for g, x in zip(gradient, a, strict=True)) ** 2)
    found = derive(NAME).predict(
        width=2, step_size=eta, slope=c, output_variance=9, second_moment=2, excess=1
    )
    assert found == mean(moved)


def test_the_standard_parametrization_grows_with_the_width() -> None:
    found = derive(NAME)
    ratio = found.predict("standard", width=2**17, **NUMBERS) / found.predict(
        "standard", width=2**7, **NUMBERS
    )
    assert ratio == pytest.approx(2**10, rel=0.02)


def test_the_maximal_update_is_the_same_at_every_width() -> None:
    found = [derive(NAME).predict("maximal_update", width=2**k, **NUMBERS) for k in range(7, 18)]
    assert max(found) / min(found) < 1.02


@pytest.mark.parametrize(("result", "variance"), [("standard", 0.1), ("maximal_update", 0.01)])
def test_both_are_the_conclusion_at_their_variance(result: str, variance: float) -> None:
    found = derive(NAME)
    of_result = found.predict(result, width=10, **NUMBERS)
    whole = found.predict(width=10, output_variance=variance, **NUMBERS)
    assert of_result == pytest.approx(whole, rel=1e-12)
