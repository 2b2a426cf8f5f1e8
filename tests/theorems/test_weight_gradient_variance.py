"""weight-gradient-variance, against an enumeration of a network of three layers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import signs, variance
from xavier_theory.theorems import derive

NAME = "weight-gradient-variance"
SCALES = (Fraction(1, 2), Fraction(4, 3))
"""Of the sign weights below and above; the widths are 2, 2, 2, 2."""


def gradients(below: int, above: int) -> list[Fraction]:
    """δ_1 a_1 at a weight with so many layers below and above it, 0 or 1 each."""
    activations = [Fraction(x) for x in (3, -3)]
    if below:
        activations = [
            SCALES[0] * 3 * (w[0] * x[0] + w[1] * x[1]) for w, x in product(signs(2), signs(2))
        ]
    tops = [(1, 2), (-2, 1), (1, 1), (2, -2)]
    deltas = [Fraction(top[0]) for top in tops]
    if above:
        deltas = [SCALES[1] * (w[0] * t[0] + w[1] * t[1]) for w, t in product(signs(2), tops)]
    return [delta * a for delta, a in product(deltas, activations)]


@pytest.mark.parametrize(("below", "above"), list(product((0, 1), repeat=2)))
def test_it_predicts_every_enumerated_gradient(below: int, above: int) -> None:
    predicted = derive(NAME).predict(
        "one_layer",
        activation_second_moment=9 * (2 * SCALES[0] ** 2) ** below,
        gradient_second_moment=Fraction(5, 2) * (2 * SCALES[1] ** 2) ** above,
    )
    found = gradients(below, above)
    assert predicted == pytest.approx(float(variance(found)), rel=1e-15)


def test_in_one_layer_it_is_the_product_of_two_mean_squares() -> None:
    moments = {"activation_second_moment": 9, "gradient_second_moment": Fraction(5, 2)}
    predicted = derive(NAME).predict("one_layer", **moments)
    assert predicted == pytest.approx(float(variance(gradients(0, 0))), rel=1e-15)
    assert derive(NAME).predict("second_moment", **moments) == predicted


def test_at_equal_widths_it_is_the_same_in_every_layer() -> None:
    unit = {"width": 24, "weight_variance": Fraction(1, 72), "input_variance": 2}
    found = {
        derive(NAME).predict(layers_below=p, layers_above=5 - p, signal_second_moment=3, **unit)
        for p in range(6)
    }
    assert len(found) == 1
    assert found.pop() == pytest.approx(6 / 3**5, rel=1e-15)
