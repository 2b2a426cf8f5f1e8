"""product-variance, against an enumeration of two finite laws."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theorems.theorem_checks import (
    mean,
    variance,
)
from xavier_theory.theorems import derive

NAME = "product-variance"
LAW = st.lists(st.fractions(-3, 3, max_denominator=4), min_size=1, max_size=4)


def test_it_takes_both_means_and_variances() -> None:
    assert derive(NAME).parameters == ("mean_x", "variance_x", "mean_y", "variance_y")


@given(LAW, LAW)
@settings(max_examples=30)
def test_it_predicts_the_variance_of_every_product(x: list[Fraction], y: list[Fraction]) -> None:
    of_product = variance([first * second for first in x for second in y])
    predicted = derive(NAME).predict(
        mean_x=mean(x), variance_x=variance(x), mean_y=mean(y), variance_y=variance(y)
    )
    assert predicted == pytest.approx(float(of_product), rel=1e-12, abs=1e-12)


def test_dependent_factors_have_another_variance() -> None:
    x = [Fraction(-1), Fraction(0), Fraction(2)]
    predicted = derive(NAME).predict(
        mean_x=mean(x), variance_x=variance(x), mean_y=mean(x), variance_y=variance(x)
    )
    assert abs(predicted - float(variance([value**2 for value in x]))) > 0.1
