"""finite-width, against enumerated layers and the moments of chi-squares."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest

from xavier_theory.theorems import derive
from xavier_theory.theorems.finite_width.experiment import EXCESS
from xavier_theory.theorems.unit_fluctuation.experiment import SLOPES

NAME = "finite-width"


@pytest.mark.parametrize("said", sorted(EXCESS))
def test_the_excess_of_the_experiments_is_that_of_a_gaussian_unit(said: str) -> None:
    left, right = SLOPES[said]
    numbers = {"left_slope": left, "right_slope": right, "second_moment": 1, "fourth_moment": 3}
    assert derive("unit-fluctuation").predict(**numbers) == EXCESS[said]


@pytest.mark.parametrize("width", [1, 2, 7, 1000])
def test_a_linear_layer_has_the_moments_of_a_chi_square(width: int) -> None:
    """E C = n, Var C = 2n and E C² = n(n + 2) for C ~ χ²_n."""
    found = derive(NAME)
    assert found.predict("fluctuation", layer_width=width, mean=1, excess=2) == 2 * width
    growth = found.predict("equal_widths", width=width, depth=1, excess=2)
    assert growth * width**2 == pytest.approx(width * (width + 2), rel=1e-15)


def test_three_layers_of_two_values_are_enumerated() -> None:
    """Responses are 0 or 4 with equal chances: mean 2, relative variance 1; width 2, depth 3."""
    width, depth = 2, 3
    first = second = Fraction(0)
    outcomes = list(product((0, 4), repeat=width * depth))
    for values in outcomes:
        layers = [sum(values[k * width : (k + 1) * width]) for k in range(depth)]
        first += Fraction(math.prod(layers), len(outcomes))
        second += Fraction(math.prod(layers) ** 2, len(outcomes))
    found = derive(NAME).predict("equal_widths", width=width, depth=depth, excess=1)
    assert found == second / first**2 == Fraction(27, 8)


def test_deep_and_narrow_is_heavy_tailed() -> None:
    """The figure of the remark: 8·10⁵ at width 16 and depth 50."""
    found = derive(NAME).predict("equal_widths", width=16, depth=50, excess=5)
    assert found == pytest.approx(8e5, rel=0.05)
