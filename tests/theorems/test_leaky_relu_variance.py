"""leaky-relu-variance, against enumerated layers, the catalogue's gains and skewed laws."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import (
    mean,
    signs,
)
from xavier_theory.activations import gain
from xavier_theory.theorems import derive

NAME = "leaky-relu-variance"
SLOPES = pytest.mark.parametrize("slope", [0, Fraction(1, 5), Fraction(-1, 2), 1, -1, 3])


def leaky(value: int, slope: Fraction | int) -> Fraction:
    return Fraction(value if value >= 0 else slope * value)


def test_it_takes_fan_in_and_the_slope() -> None:
    assert derive(NAME).parameters == ("fan_in", "slope")


@SLOPES
@pytest.mark.parametrize("fan_in", [1, 3])
def test_the_predicted_variance_keeps_an_enumerated_layer(
    slope: Fraction | int, fan_in: int
) -> None:
    squares = [
        sum(w * leaky(value, slope) for w, value in zip(row, below, strict=True)) ** 2
        for row, below in product(signs(fan_in), signs(fan_in))
    ]
    predicted = derive(NAME).predict(fan_in=fan_in, slope=slope)
    assert predicted == pytest.approx(float(1 / Fraction(mean(squares))), rel=1e-15)


@SLOPES
def test_it_agrees_with_the_certified_gain(slope: Fraction | int) -> None:
    certified = gain("leaky_relu", slope=slope)
    predicted = derive(NAME).predict(fan_in=1, slope=slope)
    assert certified.lower * (1 - 1e-15) <= predicted**0.5 <= certified.upper * (1 + 1e-15)


def test_slope_0_is_he_and_slope_1_is_xavier() -> None:
    he, xavier = derive("he-variance"), derive("xavier-variance")
    assert derive(NAME).predict(fan_in=7, slope=0) == he.predict(fan_in=7)
    assert derive(NAME).predict(fan_in=7, slope=1) == xavier.predict(fan_in=7)


def test_a_skewed_law_keeps_another_share() -> None:
    """Mean 0 and values -1, -1, 2: the slope 1/2 keeps 3/4, not 5/8, of the second moment."""
    values = [-1, -1, 2]
    share = mean([leaky(v, Fraction(1, 2)) ** 2 for v in values]) / mean([v**2 for v in values])
    assert share == Fraction(3, 4)
    assert derive(NAME).predict("share", slope=Fraction(1, 2), second_moment=1) == 0.625
