"""complex-weights, against complex numbers that are all enumerated."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "complex-weights"


def test_all_weights_whose_parts_are_one_sign_have_the_predicted_modulus() -> None:
    """u = ±1 and v = 2u: correlated as much as can be, with Var(u) = 1 and Var(v) = 4."""
    inputs = (3 + 1j, -3 - 1j, 3 - 1j)
    found = [
        abs(sum(s * (1 + 2j) * a for s, a in zip(path, inputs, strict=True))) ** 2
        for path in signs(3)
    ]
    predicted = derive(NAME).predict(
        fan_in=3,
        real_variance=1,
        imaginary_variance=4,
        input_real_second_moment=9,
        input_imaginary_second_moment=1,
    )
    assert predicted == pytest.approx(sum(found) / len(found)) == pytest.approx(150)


def test_all_weights_with_independent_parts_have_the_predicted_real_part() -> None:
    found = [
        (u[0] * 3 - 2 * v[0] * 1 + u[1] * 3 - 2 * v[1] * 1) ** 2
        for u, v in product(signs(2), repeat=2)
    ]
    predicted = derive(NAME).predict(
        "real_part",
        fan_in=2,
        real_variance=1,
        imaginary_variance=4,
        input_real_second_moment=9,
        input_imaginary_second_moment=1,
    )
    assert predicted == mean(found) == 26


def test_half_of_the_gain_in_each_part_keeps_what_the_gain_asks_for() -> None:
    part = Fraction(1, 64)
    predicted = derive(NAME).predict(
        fan_in=64,
        real_variance=part,
        imaginary_variance=part,
        input_real_second_moment=Fraction(1, 4),
        input_imaginary_second_moment=Fraction(3, 4),
    )
    assert predicted == 2
