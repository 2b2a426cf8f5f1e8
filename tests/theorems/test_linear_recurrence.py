"""linear-recurrence, against inputs of signs, all of them enumerated."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "linear-recurrence"


@pytest.mark.parametrize("decay", [Fraction(1, 2), Fraction(-3, 4), Fraction(0)])
def test_all_inputs_of_signs_give_the_predicted_state(decay: Fraction) -> None:
    scale, start, found = Fraction(2, 3), 3, []
    for path in signs(4):
        h: Fraction | int = start
        for x in path:
            h = decay * h + scale * x
        found.append(h**2)
    predicted = derive(NAME).predict(
        steps=4, decay=decay, input_scale=scale, second_moment=start**2, input_second_moment=1
    )
    assert predicted == pytest.approx(float(mean(found)), rel=1e-12)


def test_inputs_that_are_scaled_to_the_decay_keep_the_state() -> None:
    assert derive(NAME).predict("kept", input_second_moment=2) == 2
    values = {"decay": 0.6, "input_scale": 0.8, "second_moment": 2, "input_second_moment": 2}
    for steps in (0, 1, 1000):
        assert derive(NAME).predict(steps=steps, **values) == pytest.approx(2)


def test_a_state_that_does_not_decay_is_not_covered() -> None:
    """ρ = 1 divides by 0: a random walk grows with the steps."""
    with pytest.raises(ValueError, match="no finite value"):
        derive(NAME).predict(
            steps=3, decay=1, input_scale=1, second_moment=0, input_second_moment=1
        )
