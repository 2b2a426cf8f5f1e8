"""xavier-variance, against an enumeration of a layer of random signs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import (
    signs,
)
from xavier_theory.symbolic.terms import Var
from xavier_theory.theorems import derive
from xavier_theory.theorems.layer_variance.proof import input_variance
from xavier_theory.theorems.symbols import i, z

NAME = "xavier-variance"


def growth(fan_in: int, weight_variance: Fraction) -> Fraction:
    """Var(z)/Var(a) for weights ± √weight_variance and inputs ±1: a mean over all of them."""
    squares = [
        sum(w * x for w, x in zip(row, signal, strict=True)) ** 2
        for row, signal in product(signs(fan_in), signs(fan_in))
    ]
    return weight_variance * Fraction(sum(squares), len(squares))


def test_it_takes_fan_in() -> None:
    assert derive(NAME).parameters == ("fan_in",)


@pytest.mark.parametrize("fan_in", [1, 2, 3, 5])
def test_the_predicted_variance_keeps_the_signal_and_no_other_does(fan_in: int) -> None:
    assert derive(NAME).predict(fan_in=fan_in) == float(Fraction(1, fan_in))
    assert growth(fan_in, Fraction(1, fan_in)) == 1
    assert growth(fan_in, Fraction(101, 100 * fan_in)) != 1


def test_the_converse_says_that_the_variance_is_kept() -> None:
    step = derive(NAME).results["kept"]
    assert (step.relation, step.left, step.right) == ("=", Var(z[i]), input_variance)
    used = {assumption.name for assumption in step.assumptions}
    assert not used & {"the_layer_keeps_the_variance", "inputs_vary"}
