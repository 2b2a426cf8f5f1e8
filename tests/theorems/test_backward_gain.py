"""backward-gain, against an enumeration, certified moments, and the theorem for linear layers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import signs
from xavier_theory.activations import gaussian_moments
from xavier_theory.theorems import derive
from xavier_theory.theorems.backward_gain.experiment import EXPERIMENTS

NAME = "backward-gain"
SIGNALS = [(1, 1, 0), (0, 2, 2), (2, 0, 1)]
"""Three gradients that depend on each other, of mean square 5/3 and with a mean."""
SCALE = Fraction(1, 2)


def mean_square(slopes: list[Fraction]) -> Fraction:
    """Of the gradient of a unit, over all slopes, sign weights ± SCALE and SIGNALS."""
    found = [
        (slope * sum(SCALE * w * d for w, d in zip(column, signal, strict=True))) ** 2
        for slope, column, signal in product(slopes, signs(3), SIGNALS)
    ]
    return sum(found, Fraction(0)) / len(found)


def test_it_takes_fan_out_and_three_second_moments() -> None:
    found = derive(NAME)
    layer = ("fan_out", "weight_variance")
    assert found.parameters == (*layer, "slope_second_moment", "signal_second_moment")
    assert found.parameters_of("relu") == (*layer, "signal_second_moment")


@pytest.mark.parametrize("slopes", [[Fraction(1)], [Fraction(0), Fraction(3), Fraction(-1)]])
def test_it_predicts_the_mean_square_of_an_enumerated_gradient(slopes: list[Fraction]) -> None:
    square = sum((slope**2 for slope in slopes), Fraction(0)) / len(slopes)
    predicted = derive(NAME).predict(
        fan_out=3,
        weight_variance=SCALE**2,
        slope_second_moment=square,
        signal_second_moment=Fraction(5, 3),
    )
    assert predicted == pytest.approx(float(mean_square(slopes)), rel=1e-15)


def test_relus_slopes_give_half() -> None:
    values = {"weight_variance": SCALE**2, "signal_second_moment": Fraction(5, 3)}
    predicted = derive(NAME).predict("relu", fan_out=3, **values)
    assert predicted == pytest.approx(float(mean_square([Fraction(0), Fraction(1)])), rel=1e-15)


def test_slope_one_is_the_theorem_for_linear_layers() -> None:
    layer = {"fan_out": 7, "weight_variance": Fraction(2, 3)}
    linear = derive("backward-variance").predict(**layer, gradient_variance=5)
    assert derive(NAME).predict(**layer, slope_second_moment=1, signal_second_moment=5) == linear


def test_the_slopes_of_the_experiments_are_certified() -> None:
    stated = {
        experiment.settings["activation"]: experiment.parameters["slope_second_moment"]
        for experiment in EXPERIMENTS
        if "activation" in experiment.settings
    }
    assert set(stated) == {"sin", "gelu", "identity"}
    for name, square in stated.items():
        enclosed = gaussian_moments(name).derivative_second_moment
        assert enclosed.lower_float <= float(square) <= enclosed.upper_float
