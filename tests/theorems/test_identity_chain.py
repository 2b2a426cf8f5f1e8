"""identity-chain, against matrix products and difference quotients in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from tests.theorems.theorem_checks import assert_each_assumption_is_needed
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.theorems import derive
from xavier_theory.theorems.identity_chain.proof import (
    a,
    above,
    arriving,
    below,
    depth,
    error,
    factor,
    last_W,
    o,
    output,
    width,
)
from xavier_theory.theorems.symbols import i, j, k, l

NAME = "identity-chain"
Matrix = list[list[Fraction]]
FACTORS = pytest.mark.parametrize(
    "c", [Fraction(3, 2), Fraction(1, 2), Fraction(1), Fraction(-2), Fraction(0)]
)
LAST: Matrix = [[Fraction(2), Fraction(-1)], [Fraction(1, 3), Fraction(5)]]
INPUT = [Fraction(3), Fraction(-7, 2)]
ERROR = [Fraction(4), Fraction(1, 5)]


def times(matrix: Matrix, vector: list[Fraction]) -> list[Fraction]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def chain(c: Fraction, count: int) -> list[Matrix]:
    """``count`` layers, the last one being ``LAST``."""
    scaled = [[c, Fraction(0)], [Fraction(0), c]]
    return [*([list(map(list, scaled)) for _ in range(count - 1)]), [list(row) for row in LAST]]


def outputs(layers: list[Matrix]) -> list[Fraction]:
    signal = INPUT
    for layer in layers:
        signal = times(layer, signal)
    return signal


def slope(c: Fraction, count: int, layer: int, row: int, column: int) -> Fraction:
    """The derivative of e·ŷ in one weight: exact, for ŷ is affine in each single weight."""
    moved = chain(c, count)
    moved[layer][row][column] += 1
    differences = zip(outputs(moved), outputs(chain(c, count)), strict=True)
    return sum(e * (after - before) for e, (after, before) in zip(ERROR, differences, strict=True))


def test_it_takes_factor_and_depth() -> None:
    found = derive(NAME)
    assert found.parameters == ("factor", "depth")
    assert found.parameters_of("hidden_gradient") == ("factor", "below", "above")
    assert found.parameters_of("last_gradient") == ("factor", "depth")


def test_there_is_no_assumption_to_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_each_assumption_is_needed(NAME, monkeypatch)


@FACTORS
@pytest.mark.parametrize("count", [1, 2, 10])
def test_the_output_carries_the_predicted_factor(c: Fraction, count: int) -> None:
    predicted = Fraction(derive(NAME).predict(factor=c, depth=count))
    plain = times(LAST, INPUT)
    assert outputs(chain(c, count)) == [predicted * value for value in plain]


@FACTORS
@pytest.mark.parametrize("layer", [0, 2, 4])
def test_every_hidden_gradient_carries_the_predicted_factor(c: Fraction, layer: int) -> None:
    count = 6
    predicted = derive(NAME).predict(
        "hidden_gradient", factor=c, below=layer, above=count - 2 - layer
    )
    back = [sum(LAST[o][i] * ERROR[o] for o in (0, 1)) for i in (0, 1)]
    for row in (0, 1):
        for column in (0, 1):
            found = slope(c, count, layer, row, column)
            assert found == Fraction(predicted) * back[row] * INPUT[column]
    assert predicted == float(c**4)


@FACTORS
def test_the_last_gradient_carries_one_factor_more(c: Fraction) -> None:
    predicted = Fraction(derive(NAME).predict("last_gradient", factor=c, depth=6))
    for row in (0, 1):
        for column in (0, 1):
            assert slope(c, 6, 5, row, column) == predicted * ERROR[row] * INPUT[column]
    assert predicted == c**5


def test_the_articles_numbers() -> None:
    assert derive(NAME).predict(factor=1.5, depth=10) == 1.5**9
    assert derive(NAME).predict(factor=0.5, depth=10) == 0.5**9


@pytest.mark.parametrize("count", [10**6, 10**12])
def test_a_million_layers_are_a_number(count: int) -> None:
    predicted = derive(NAME).predict(factor=1.5, depth=count)
    with mpmath.workdps(40):
        wanted = (count - 1) * mpmath.log(mpmath.mpf(3) / 2)
        found = mpmath.log(mpmath.mpf(predicted._mpf_))
    assert float(abs(found - wanted)) < 1e-12 * count


def test_the_results_are_about_the_layers_of_the_definition() -> None:
    found = derive(NAME).results
    signal = sum_over(j, width, last_W[o, j] * a[0, j])
    assert found["conclusion"].left == output[depth - 1, o]
    assert found["conclusion"].right == factor ** (depth - 1) * signal
    assert found["forward"].left == a[l, i]
    assert found["hidden_gradient"].left == arriving[above, i] * a[below, k]
    assert found["last_gradient"].left == error[o] * a[depth - 1, i]
