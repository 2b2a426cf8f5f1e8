"""two-layer-cycle, against gradient descent in fractions and the cycle's own equations."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from xavier_theory.theorems import derive
from xavier_theory.theorems.two_layer_cycle.experiment import two_layers
from xavier_theory.theorems.two_layer_cycle.proof import rate as step_size
from xavier_theory.theorems.two_layer_cycle.proof import upper, y

NAME = "two-layer-cycle"
POSITIVE = st.fractions(Fraction(1, 8), 8, max_denominator=8)


@given(POSITIVE, POSITIVE)
def test_any_two_numbers_are_a_cycle(p: Fraction, q: Fraction) -> None:
    target, rate = p * p - p * q + q * q, 1 / (p * q)
    found = [u * v - target for u, v in two_layers(p, target, rate, 5)]
    assert found == [q * (p - q), p * (q - p)] * 3
    predicted = [derive(NAME).predict(result, p=p, q=q) for result in (None, "odd")]
    assert [float(error) for error in found[:2]] == pytest.approx(predicted, rel=1e-12)
    assert rate * target >= 1


@given(POSITIVE, POSITIVE)
def test_every_step_size_above_the_threshold_has_the_cycle_that_it_came_from(
    p: Fraction, q: Fraction
) -> None:
    assume(p > q)
    target, rate = p * p - p * q + q * q, 1 / (p * q)
    found = upper.subs({step_size: sympy.Rational(rate), y: sympy.Rational(target)})
    assert sympy.Rational(found) == sympy.Rational(p)
    apart = derive(NAME).predict("apart", step_size=rate, target=target)
    assert apart == pytest.approx(float(p - q), rel=1e-12)


@pytest.mark.parametrize("product", [1.05, 1.2])
def test_the_cycle_attracts_below_the_square_root_of_five(product: float) -> None:
    """At y = 1 and 1 < η < √5 − 1 descent from elsewhere on the line ends on the cycle."""
    u = 0.7
    for _ in range(4000):
        u -= product * (u * u - 1) * u
    other = u - product * (u * u - 1) * u
    assert product * u * other == pytest.approx(1, rel=1e-9)
    assert u * u + other * other == pytest.approx(1 + 1 / product, rel=1e-9)
    assert u * u - 1 == pytest.approx(derive(NAME).predict(p=u, q=other), rel=1e-6)
    assert abs(derive(NAME).predict("multiplier", p=u, q=other)) < 1


def test_the_cycle_repels_above_it() -> None:
    rate = 1.3
    squares = [(1 + 1 / rate + sign * math.sqrt((1 + 1 / rate) ** 2 - 4 / rate**2)) / 2
               for sign in (1, -1)]  # fmt: skip
    u = start = math.sqrt(squares[0]) + 1e-6
    for _ in range(40):
        u -= rate * (u * u - 1) * u
    assert abs(u - math.sqrt(squares[0])) > 100 * abs(start - math.sqrt(squares[0]))
    p, q = map(math.sqrt, squares)
    assert abs(derive(NAME).predict("multiplier", p=p, q=q)) > 1


def test_below_the_threshold_there_is_no_cycle() -> None:
    """η y < 1: p² + q² = y + 1/η and pq = 1/η have no real solution, and descent settles."""
    rate = 0.9
    assert (1 + 1 / rate) ** 2 < 4 / rate**2
    u = 0.7
    for _ in range(400):
        u -= rate * (u * u - 1) * u
    assert u == pytest.approx(1, rel=1e-12)
    products = [derive(NAME).predict("unstable", p=1, q=q / 8) for q in range(1, 32)]
    assert min(products) >= 1 > rate
