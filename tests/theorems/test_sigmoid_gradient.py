"""sigmoid-gradient, against enumerations with dependent pre-activations."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import mpmath
import pytest

from tests.theorems.theorem_checks import (
    mean,
    signs,
)
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems import derive
from xavier_theory.theorems.sigmoid_gradient.proof import g, previous
from xavier_theory.theorems.symbols import j

NAME = "sigmoid-gradient"
SCALE = Fraction(2, 3)
SIGNALS = [(1, 2, 0), (2, 1, 1), (0, 0, -2)]
"""Three gradients that depend on each other, each of second moment 5/3; none has mean 0."""


def arriving() -> list[Fraction]:
    """Σ_i W_ij δ_i for every sign of the weights and every signal."""
    return [
        sum(SCALE * w * d for w, d in zip(column, signal, strict=True))
        for column, signal in product(signs(3), SIGNALS)
    ]


def slope(y: float) -> float:
    """σ'(y) from the definition of σ."""
    return float(mpmath.diff(lambda x: 1 / (1 + mpmath.exp(-x)), y))


def predicted(result: str | None = None) -> float:
    second_moment = Fraction(5, 3)
    return derive(NAME).predict(
        result, fan_out=3, weight_variance=SCALE**2, second_moment=second_moment
    )


def test_it_takes_fan_out_and_two_second_moments() -> None:
    found = derive(NAME)
    assert found.parameters == ("fan_out", "weight_variance", "second_moment")
    assert found.parameters_of("xavier") == ("fan_in", "fan_out", "second_moment")


def test_the_mean_square_that_arrives() -> None:
    step = derive(NAME).results["arriving"]
    assert (step.relation, step.left) == ("=", E(g[j] ** 2))
    wanted = float(mean([value**2 for value in arriving()]))
    assert predicted("arriving") == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize("weight", [0, 1, -3, 20])
def test_the_bound_holds_for_pre_activations_that_depend_on_all(weight: int) -> None:
    """Here y is ``weight`` times what arrives: as dependent as can be."""
    step = derive(NAME).results["conclusion"]
    assert (step.relation, step.left) == ("<=", E(previous[j] ** 2))
    found = mean([slope(float(weight * value)) ** 2 * float(value) ** 2 for value in arriving()])
    assert found <= predicted() * (1 + 1e-12)
    if weight == 0:
        assert found == pytest.approx(predicted(), rel=1e-12)
    else:
        assert found < 0.9 * predicted()


@pytest.mark.parametrize(("fan_in", "fan_out"), [(64, 64), (10, 40)])
def test_xaviers_variance_leaves_a_sixteenth(fan_in: int, fan_out: int) -> None:
    found = derive(NAME).predict("xavier", fan_in=fan_in, fan_out=fan_out, second_moment=1)
    assert found == float(Fraction(fan_out, 16 * fan_in))


def test_the_slope_is_at_most_a_quarter() -> None:
    most = predicted() / predicted("arriving")
    assert slope(0.0) ** 2 == pytest.approx(most, rel=1e-12)
    assert max(slope(x / 10) for x in range(-80, 81)) ** 2 <= most * (1 + 1e-12)
