"""second-moment-depth, against all outcomes of narrow networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.second_moment_depth.experiment import critical_network, network

NAME = "second-moment-depth"


def second_moment(
    depth: int, weight: Fraction, bias: Fraction, up: int, down: Fraction
) -> Fraction:
    """E z² of one unit after ``depth`` layers of one unit, all signs alike, from z = ±1."""
    total = Fraction(0)
    for signs in product((1, -1), repeat=2 * depth + 1):
        z = Fraction(signs[0])
        for w, b in zip(signs[1::2], signs[2::2], strict=True):
            z = w * weight * (up * z if z > 0 else down * z) + b * bias
        total += z**2
    return total / 2 ** (2 * depth + 1)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize(("up", "down"), [(1, Fraction(0)), (2, Fraction(-1, 2))])
def test_it_is_the_mean_over_all_outcomes(depth: int, up: int, down: Fraction) -> None:
    weight, bias = Fraction(3, 2), Fraction(1, 2)
    chi = weight**2 * (up**2 + down**2) / 2
    series = sum(chi**k for k in range(depth))
    found = derive(NAME).predict(
        depth=depth, weight_scale=weight**2, bias_variance=bias**2, right_slope=up,
        left_slope=down, first_second_moment=1, geometric_sum=series,
    )  # fmt: skip
    assert found == pytest.approx(float(second_moment(depth, weight, bias, up, down)), rel=1e-12)


def test_one_layer_and_the_critical_factor() -> None:
    layer = derive(NAME).predict(
        "one_layer", weight_scale=2, bias_variance=0.25, right_slope=1, left_slope=0,
        second_moment=3,
    )  # fmt: skip
    assert layer == 3.25
    deep = derive(NAME).predict("critical", depth=7, bias_variance=0.25, first_second_moment=3)
    assert deep == 3 + 7 * 0.25


def test_the_distance_from_the_fixed_point_shrinks_by_the_factor() -> None:
    """At χ = 0.9 and σ_b² = 0.1, q* = 1: E z² − 1 is 0.9^L of what it was."""
    found = derive(NAME).predict(
        "to_fixed_point", depth=10, weight_scale=1.8, bias_variance=0.1, right_slope=1,
        left_slope=0, first_second_moment=2,
    )  # fmt: skip
    assert found / 0.1 == pytest.approx(0.9**10, rel=1e-9)


def test_a_wrong_sum_and_a_skew_law_are_refused() -> None:
    stated = theorem_folder(NAME).experiments[0]
    with pytest.raises(InvalidInputError, match="the geometric sum"):
        network(**{**stated.parameters, "geometric_sum": 1}, **stated.settings)
    with pytest.raises(InvalidInputError, match="kurtosis of at most 3"):
        network(**stated.parameters, **{**stated.settings, "weights": "student-t"})
    assert critical_network(depth=2, bias_variance=1, first_second_moment=1) is not None
