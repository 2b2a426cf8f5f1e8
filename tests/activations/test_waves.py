"""Moments of waves by their exponentials, against quadrature and against closed forms."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import ctx

from xavier_theory.activations.expressions.parsing import parse
from xavier_theory.activations.gains import gain
from xavier_theory.activations.gaussian_integrals import Weighting, expectation, number
from xavier_theory.activations.mean_field.hermite import hermite_weight
from xavier_theory.activations.mean_field.phases import phase
from xavier_theory.activations.moments import gaussian, gaussian_moments
from xavier_theory.activations.waves import _raised, _waves, fast_waves, waves_expectation

SLOW = ["sin(3*z)", "cos(2*z - 1)**2", "z*sin(z)*cos(4*z) + z**2/3", "1 - sin(z/2 + 1/3)"]


@pytest.mark.parametrize("text", SLOW)
@pytest.mark.parametrize(("power", "mean", "q"), [(1, 0, 1), (2, Fraction(1, 3), 2), (3, -1, 1)])
def test_the_formula_agrees_with_quadrature_where_both_work(text, power, mean, q):
    law, root = gaussian(q, mean), parse(text)
    for weight in (
        None,
        Weighting(lambda z: z * z, 2, Fraction(1)),
        hermite_weight(5, Fraction(q)),
    ):
        slow = expectation(root, law, 20, power_of=power, weight=weight)
        with ctx.workprec(150):
            fast = waves_expectation(
                _raised(_waves(root), power),
                number(law.mean),
                number(law.variance),
                None if weight is None else weight.function,
            )
            assert fast.overlaps(slow.to_arb()) and fast.rad() < 1e-25


def test_only_fast_waves_are_taken_for_some():
    assert fast_waves(parse("sin(10*z)"), Fraction(1), 2) is None
    assert fast_waves(parse("sin(10*z)"), Fraction(4), 2) is not None
    for text in ("sin(100*z**2)", "sin(100*z)/(1 + z**2)", "abs(sin(100*z))", "sin(pi*100*z)", "z"):
        assert fast_waves(parse(text), Fraction(1), 2) is None


@pytest.mark.parametrize("omega", [20, 10**4, 10**9])
def test_the_gain_of_a_fast_sine_is_that_of_its_closed_form(omega):
    found = gain(f"sin({omega}*z)")  # E sin²(ωZ) = (1 − e^(−2ω²))/2
    assert found.certified and found.lower <= math.sqrt(2) <= found.upper
    square = found.derivative_second_moment
    assert square.value == pytest.approx(omega**2 / 2, rel=1e-15)
    # E[φφ'Z] = ω²·e^(−2ω²), which a ball around 0 holds
    assert 0 <= gaussian_moments(f"sin({omega}*z)").cross_moment.upper < Fraction(1, 10**20)


def test_a_moment_that_is_nearly_nothing_is_enclosed_around_it():
    mean = gaussian_moments("cos(1e9*z)").mean  # e^(−5·10^17) has 10^18 binary places
    assert 0 in mean and mean.width < Fraction(1, 10**20)


def test_a_fast_sine_is_chaotic():
    found = phase("sin(1e4*z)", 2)
    assert found.name == "chaotic" and found.correlation.c.upper == 0
    assert found.gradient_factor.value == pytest.approx(1e8)
