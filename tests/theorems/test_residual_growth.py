"""residual-growth, against streams of signs, all of them enumerated."""

from __future__ import annotations

import math
from itertools import product

import pytest

from tests.theorems.theorem_checks import mean
from xavier_theory.theorems import derive

NAME = "residual-growth"
BRANCHES = {"fan_in": 1, "weight_variance": 1, "share": 1, "second_moment": 1}


@pytest.mark.parametrize("scale", [1, -0.5])
def test_weights_of_signs_give_the_predicted_growth(scale: float) -> None:
    """One unit whose branch is the stream: x ← x (1 ± α), all signs alike."""
    depth = 5
    streams = [math.prod(1 + scale * sign for sign in path) for path in product((-1, 1), repeat=5)]
    found = derive(NAME).predict(depth=depth, branch_scale=scale, **BRANCHES)
    assert found == mean([value**2 for value in streams])


def test_a_stream_doubles_in_every_branch_of_its_own_size() -> None:
    assert derive(NAME).predict(depth=48, branch_scale=1, **BRANCHES) == 2**48


@pytest.mark.parametrize("depth", [1, 12, 96, 10**4])
def test_one_over_the_root_of_the_depth_keeps_it_between_two_and_e(depth: int) -> None:
    values = {"depth": depth, "branch_scale": 1 / math.sqrt(depth), **BRANCHES}
    found = derive(NAME).predict(**values)
    above = derive(NAME).predict("at_most", **values)
    limits = {name: BRANCHES[name] for name in ("fan_in", "weight_variance", "share")}
    most = derive(NAME).predict("at_most_at_any_depth", second_moment=1, **limits)
    assert found * (1 + 1e-12) >= 2 and found < above and most == pytest.approx(math.e)
    assert above == pytest.approx(math.e)


def test_branches_that_end_in_zeros_keep_the_stream() -> None:
    zero = {**BRANCHES, "weight_variance": 0}
    assert derive(NAME).predict(depth=100, branch_scale=1, **zero) == 1
