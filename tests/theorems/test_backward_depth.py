"""backward-depth, against an enumeration of every sign matrix of a small network."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import signs
from xavier_theory.theorems import derive

NAME = "backward-depth"
SCALES = (Fraction(3, 4), Fraction(5, 3))
"""The weights of layer l + m are ± SCALES[m - 1]; the widths are 2, 2, 3, the top last."""
TOP = [(1, 1, 0), (0, 2, 2), (2, 0, 1)]
"""Gradients at the top: they depend on each other and have a mean; the mean square is 5/3."""


def mean_square(slopes: tuple[Fraction, ...]) -> Fraction:
    """Of the gradient at the first unit of layer l, where both layers' units have these slopes."""
    total, count = Fraction(0), 0
    for top, upper in product(TOP, signs(6)):
        middle = [
            SCALES[1] * sum(upper[3 * unit + k] * top[k] for k in range(3)) for unit in (0, 1)
        ]
        for lower, first, second, last in product(signs(2), slopes, slopes, slopes):
            arriving = lower[0] * first * middle[0] + lower[1] * second * middle[1]
            total += (last * SCALES[0] * arriving) ** 2
            count += 1
    return total / count


def test_it_takes_the_growth_and_the_gradient_at_the_top() -> None:
    found = derive(NAME)
    assert found.parameters == ("signal_second_moment", "growth")
    widths = ("width", "width_of_the_top")
    uniform = ("layers_above", "ratio", "signal_second_moment", *widths)
    assert found.parameters_of("uniform") == uniform
    assert found.parameters_of("activated") == ("signal_second_moment", "activated_growth")


def test_it_predicts_every_enumerated_network() -> None:
    growth = (2 * SCALES[0] ** 2) * (3 * SCALES[1] ** 2)
    predicted = derive(NAME).predict(growth=growth, signal_second_moment=Fraction(5, 3))
    assert predicted == pytest.approx(float(mean_square((Fraction(1),))), rel=1e-15)


def test_slopes_are_further_factors() -> None:
    slopes = (Fraction(0), Fraction(2))
    growth = (2 * SCALES[0] ** 2) * (3 * SCALES[1] ** 2) * 2**2
    predicted = derive(NAME).predict(
        "activated", activated_growth=growth, signal_second_moment=Fraction(5, 3)
    )
    assert predicted == pytest.approx(float(mean_square(slopes)), rel=1e-15)


@pytest.mark.parametrize(("layers", "ratio"), [(0, 3), (1, Fraction(1, 2)), (10, 1), (7, 1.25)])
def test_equal_factors_are_a_power_and_a_ratio_of_widths(layers: int, ratio: float) -> None:
    shape = {"width": 5, "width_of_the_top": 2}
    predicted = derive(NAME).predict(
        "uniform", layers_above=layers, ratio=ratio, signal_second_moment=3, **shape
    )
    assert predicted == pytest.approx(float(Fraction(ratio) ** layers * 3 * 2 / 5), rel=1e-15)
