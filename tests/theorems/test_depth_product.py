"""depth-product, against an enumeration of every sign matrix of a small network."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import (
    signs,
    variance,
)
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems import derive
from xavier_theory.theorems.symbols import i, l, layer_a

NAME = "depth-product"
SCALES = (Fraction(3, 4), Fraction(5, 3))
"""The weights of layer l are ± SCALES[l - 1]; the widths are 2, 2, 1."""
INPUT = 2


def outputs() -> list[Fraction]:
    """The output of each equally likely network and input."""
    first, second = SCALES
    found = []
    for w, v, x in product(signs(4), signs(2), signs(2)):
        hidden = [first * INPUT * (w[2 * u] * x[0] + w[2 * u + 1] * x[1]) for u in (0, 1)]
        found.append(second * (v[0] * hidden[0] + v[1] * hidden[1]))
    return found


def test_it_takes_the_growth_and_the_input() -> None:
    found = derive(NAME)
    assert found.parameters == ("input_variance", "growth")
    assert found.parameters_of("uniform") == ("depth", "ratio", "input_variance")


def test_it_predicts_the_variance_of_every_enumerated_network() -> None:
    growth = (2 * SCALES[0] ** 2) * (2 * SCALES[1] ** 2)
    predicted = derive(NAME).predict(growth=growth, input_variance=INPUT**2)
    assert predicted == pytest.approx(float(variance(outputs())), rel=1e-15)


@pytest.mark.parametrize("result", ["uniform", "vanishing"])
@pytest.mark.parametrize(("depth", "ratio"), [(0, 0), (1, 3), (10, Fraction(4, 5)), (7, 1.25)])
def test_equal_factors_are_a_power(result: str, depth: int, ratio: float) -> None:
    predicted = derive(NAME).predict(result, depth=depth, ratio=ratio, input_variance=3)
    wanted = Fraction(3)
    for _ in range(depth):
        wanted *= Fraction(ratio)
    assert predicted == pytest.approx(float(wanted), rel=1e-15)


def test_the_regimes_are_bounds_from_the_right_side() -> None:
    found = derive(NAME).results
    assert found["uniform"].relation == "="
    assert found["vanishing"].relation == found["exploding"].relation == "<="
    assert found["vanishing"].left == found["exploding"].right == found["uniform"].left
    assert found["vanishing"].right == found["exploding"].left == found["uniform"].right


def test_the_mean_is_zero_at_every_layer() -> None:
    step = derive(NAME).results["mean"]
    assert (step.relation, step.left, step.right) == ("=", E(layer_a[l, i]), 0)


@pytest.mark.parametrize("depth", [0, 1, 2, 9])
def test_factors_below_one_whose_product_stays_above_one_half(depth: int) -> None:
    step, running = derive(NAME).results["telescope"], Fraction(1)
    for layer in range(1, depth + 1):
        running *= 1 - Fraction(1, (layer + 1) ** 2)
    assert step.right.subs(l, depth) == running
    assert running > Fraction(1, 2)
    assert step.left.upper == l
    index, factor = step.left.opened()
    assert factor == 1 - 1 / (index + 1) ** 2
