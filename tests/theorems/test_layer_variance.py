"""layer-variance, against an enumeration of small layers whose weights and inputs are dependent."""

from __future__ import annotations

from fractions import Fraction

from tests.theorems.theorem_checks import (
    mean,
    variance,
)
from xavier_theory.symbolic.binding import sum_over
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems import derive
from xavier_theory.theorems.symbols import a, b, fan_in, i, j, weight_variance, z

NAME = "layer-variance"
S = Fraction(3, 2)
WEIGHTS = [(S, 0), (-S, 0), (0, S), (0, -S)]
"""Two weights that are uncorrelated and not independent, each of variance S²/2."""
INPUTS = [(1, 1), (-1, -1), (2, -2), (-2, 2)]
"""Two inputs that depend on each other, each of mean 0 and variance 5/2."""
SHIFTED = [(first + 1, second) for first, second in INPUTS]
BIAS = Fraction(7, 3)


def pre_activations(inputs: list[tuple[int, int]]) -> list[Fraction]:
    return [
        sum((w * x for w, x in zip(row, signal, strict=True)), BIAS)
        for row in WEIGHTS
        for signal in inputs
    ]


def test_it_takes_fan_in_and_two_variances() -> None:
    assert derive(NAME).parameters == ("fan_in", "weight_variance", "input_variance")


def test_it_predicts_the_variance_of_an_enumerated_layer() -> None:
    values = {"weight_variance": S**2 / 2, "input_variance": Fraction(5, 2)}
    predicted = derive(NAME).predict(fan_in=2, **values)
    assert predicted == float(variance(pre_activations(INPUTS)))


def test_the_general_form_needs_no_mean_zero_of_the_inputs() -> None:
    step = derive(NAME).results["general"]
    assert step.left == Var(z[i])
    assert step.right == weight_variance * sum_over(j, fan_in, E(a[j] ** 2))
    squares = sum(mean([signal[unit] ** 2 for signal in SHIFTED]) for unit in (0, 1))
    assert variance(pre_activations(SHIFTED)) == S**2 / 2 * squares
    about_inputs = {"inputs_have_zero_mean", "inputs_share_one_variance"}
    assert not about_inputs & {assumption.name for assumption in step.assumptions}


def test_the_second_moment_adds_the_square_of_the_bias() -> None:
    step = derive(NAME).results["second_moment"]
    assert step.left == E(z[i] ** 2)
    assert step.right == weight_variance * sum_over(j, fan_in, E(a[j] ** 2)) + b[i] ** 2
    squares = sum(mean([signal[unit] ** 2 for signal in SHIFTED]) for unit in (0, 1))
    found = mean([value**2 for value in pre_activations(SHIFTED)])
    assert found == S**2 / 2 * squares + BIAS**2


def test_the_mean_is_the_bias() -> None:
    step = derive(NAME).results["mean"]
    assert (step.left, step.right) == (E(z[i]), b[i])
    assert mean(pre_activations(SHIFTED)) == BIAS
