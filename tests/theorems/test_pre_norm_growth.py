"""pre-norm-growth, against streams of signs, all of them enumerated."""

from __future__ import annotations

from itertools import product

import pytest

from tests.theorems.theorem_checks import mean
from xavier_theory.theorems import derive, theorem_module

NAME = "pre-norm-growth"
BRANCHES = {"branch_scale": 1, "fan_in": 1, "weight_variance": 1, "branch_second_moment": 4}


def test_weights_of_signs_give_the_predicted_growth() -> None:
    """One unit whose branch is twice the sign of the stream, and a stream that starts at 3."""
    found = []
    for path in product((-1, 1), repeat=5):
        x = 3
        for weight in path:
            x += weight * (2 if x > 0 else -2)
        found.append(x**2)
    predicted = derive(NAME).predict(depth=5, second_moment=9, **BRANCHES)
    assert predicted == mean(found) == 29


def test_the_share_of_the_last_branch_is_one_over_the_depth_and_one() -> None:
    unit = {**BRANCHES, "branch_second_moment": 1, "second_moment": 1}
    share = derive(NAME).predict("share", branches_before=47, **unit)
    assert share == pytest.approx(1 / 49)
    assert "the 48th branch adds 1/49" in theorem_module(NAME).STATEMENT.practice[0].text
