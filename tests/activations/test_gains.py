"""Gains: certified, equal to their closed forms, and refused where the input makes no sense."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from xavier_theory.activations.catalogue import Activation, activation_names, get_activation
from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.gains import gain
from xavier_theory.activations.growth import PolynomialGrowth
from xavier_theory.activations.length_map import backward_factor, length_map
from xavier_theory.activations.piecewise import PiecewiseAnalytic
from xavier_theory.activations.variances import variance
from xavier_theory.errors import InvalidInputError, UnknownNameError

NAMES = activation_names()
JUMPING = {"hardshrink", "sign", "softplus_threshold", "step", "threshold"}
WITHOUT_FORM = {
    "gelu_tanh", "log_sigmoid", "mish", "sigmoid", "silu", "softplus", "softplus_threshold",
    "softsign", "tanh", "tanhshrink",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_bounds_are_one_unit_apart_and_hold_the_value(name):
    found = gain(name)
    assert found.certified and found.convention == "second-moment" and found.activation == name
    assert "E[phi(Z)^2]" in found.formula
    assert found.lower <= found.value <= found.upper
    assert found.upper - found.lower <= 4 * math.ulp(found.value)
    assert Fraction(found.lower) <= found.enclosure.lower
    assert found.enclosure.upper <= Fraction(found.upper)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [(name, {}) for name in NAMES] + [("leaky_relu", {"slope": 0.2}), ("elu", {"alpha": 1.5})],
)
def test_a_closed_form_lies_in_its_enclosure_and_a_wrong_one_does_not(name, parameters):
    found = gain(name, **parameters)
    if found.closed_form is None:
        assert name in WITHOUT_FORM
        return
    assert name not in WITHOUT_FORM
    wide = Fraction(1, 10**24)  # the closed form's own evaluation has an error, far below this
    value = Fraction(str(sympy.N(found.closed_form, 40)))
    assert found.enclosure.lower - wide <= value <= found.enclosure.upper + wide
    assert value * (1 + Fraction(1, 10**15)) not in found.enclosure


def test_known_gains():
    assert gain("relu").closed_form == sympy.sqrt(2)
    assert gain("linear").value == 1.0
    slope = sympy.Rational(1, 5)
    assert sympy.simplify(gain("leaky_relu", slope=0.2).closed_form ** 2 - 2 / (1 + slope**2)) == 0
    assert gain("tanh").value == pytest.approx(1.5925374197228312, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("gelu", 1.144),
        ("silu", 1.173),
        ("mish", 1.076),
        ("hardswish", 1.224),
        ("relu", 1.0),
        ("elu", 0.891),
        ("selu", 0.783),
        ("tanh", 0.461),
    ],
)
def test_the_length_map_slope_is_that_of_a_finite_difference(name, slope):
    found = gain(name)
    assert found.length_map_slope.value == pytest.approx(slope, abs=6e-4)
    square, step = found.value**2, 1e-4
    above, below = length_map(name, np.array([1 + step, 1 - step]), square)
    assert (above - below) / (2 * step) == pytest.approx(found.length_map_slope.value, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_backward_factor_is_the_gain_times_the_mean_square_slope(name):
    found = gain(name)
    if name in JUMPING:
        assert (
            found.backward_factor.value == math.inf and "jumps at z" in found.backward_factor.reason
        )
        return
    product = found.value**2 * found.derivative_second_moment.value
    assert found.backward_factor.value == pytest.approx(product, rel=1e-13)
    fast = float(backward_factor(name, 1.0, found.value**2))
    assert fast == pytest.approx(found.backward_factor.value, rel=1e-12)


@pytest.mark.parametrize("text", ["1e300*z", "1e200*tanh(z)", "1e-140*z"])
def test_gains_beyond_floats_are_refused(text):
    with pytest.raises(InvalidInputError, match="beyond the range of floats"):
        gain(text)


def test_a_tiny_activation_gets_the_digits_it_needs():
    found = gain("(1 + 1e-30*z) - 1")
    assert found.certified and 10**30 in found.enclosure


def test_variance_is_exact_where_the_gain_is():
    assert variance("relu", fan_in=512) == 2 / 512
    assert variance("linear", fan_in=3) == 1 / 3
    assert variance("relu", fan_in=3, fan_out=5, mode="fan_out") == 2 / 5
    assert variance("linear", fan_in=3, fan_out=5, mode="fan_avg") == 2 / 8
    assert variance("relu", fan_in=np.int64(512)) == 2 / 512
    assert variance("tanh", fan_in=10) == pytest.approx(gain("tanh").value ** 2 / 10, rel=1e-14)
    assert variance("leaky_relu", fan_in=4, slope=0.2) == pytest.approx(2 / 1.04 / 4, rel=1e-15)


@pytest.mark.parametrize("fan", [0, -1, 2.5, 512.0, math.nan, math.inf, "512", True])
@pytest.mark.parametrize("which", ["fan_in", "fan_out"])
def test_bad_widths_are_refused(fan, which):
    with pytest.raises(InvalidInputError, match=which):
        variance("relu", **{"fan_in": 4, "fan_out": 4, which: fan})


@pytest.mark.parametrize(
    ("fans", "mode", "says"),
    [
        ({}, "fan_in", "needs fan_in"),
        ({"fan_in": 3}, "fan_out", "needs fan_out"),
        ({"fan_out": 3}, "fan_avg", "needs fan_in"),
        ({}, "fan_avg", "fan_in and fan_out"),
    ],
)
def test_missing_widths_are_named(fans, mode, says):
    with pytest.raises(InvalidInputError, match=says):
        variance("relu", mode=mode, **fans)


def test_unknown_activations_and_modes_are_refused():
    with pytest.raises(UnknownNameError, match="unknown mode 'fanin'; did you mean 'fan_in'"):
        variance("relu", fan_in=3, mode="fanin")
    with pytest.raises(UnknownNameError, match="unknown activation"):
        gain("rel")


def constant_activation(value):
    branch = PiecewiseAnalytic((), (lambda z, _: 0 * z + value,))
    flat = PiecewiseAnalytic((), (lambda z, _: 0 * z,))
    bound = PolynomialGrowth(Fraction(3))
    return Activation("flat", lambda z: 0 * z + value, lambda z: 0 * z, branch, flat, bound, bound)


def test_an_activation_of_ones_own_is_welcome_and_one_without_a_gain_is_refused():
    found = gain(constant_activation(2))
    assert found.value == 0.5 and found.closed_form is None
    assert found.backward_factor.value == 0.0
    with pytest.raises(NotCertifiedError, match="has no gain"):
        gain(constant_activation(0))


def test_gains_of_an_object_and_of_its_name_agree():
    assert gain(get_activation("gelu")) is gain("gelu")


@pytest.mark.parametrize("given", [None, 3, 2.5, [1], b"tanh"])
def test_what_is_no_activation_is_refused_in_words(given):
    with pytest.raises(InvalidInputError, match="a name, a text in z, a sympy expression, a call"):
        gain(given)


def test_an_undefined_function_of_sympy_is_refused():
    z = sympy.Symbol("z")
    with pytest.raises(InvalidInputError, match="f"):
        gain(sympy.Function("f")(z))
    with pytest.raises(InvalidInputError, match="digits must be at least 1"):
        gain("tanh").decimals(0)
