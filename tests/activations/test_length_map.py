"""The length map: its fast quadrature against certified values, and its refusals."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.activations.catalogue import activation_names, get_activation
from xavier_theory.activations.certified import gaussian_expectation
from xavier_theory.activations.enclosures import Infinity
from xavier_theory.activations.length_map import (
    activation_moment,
    backward_factor,
    iterate_length_map,
    length_map,
)
from xavier_theory.activations.moments import gaussian_moments
from xavier_theory.activations.quadrature import QuadratureError, gaussian_mean
from xavier_theory.errors import InvalidInputError

VARIANCES = [1e-8, 0.03, 0.5, 1.0, 7.0, 300.0, 1e6]


NARROW = ["tanh(1e4*z)", "erf(100*z)", "sigmoid(1e4*(z - 1))",
          "max(z, 0) + 3*exp(-(1000*(z - 0.37))**2/2)", "sin(30*z)", "tanh(3*z)",
          "softplus(20*z)/20", "tanh(z)**9"]  # fmt: skip


@pytest.mark.parametrize("name", [*activation_names(), *NARROW])
def test_fast_values_agree_with_certified_ones(name):
    # Waves leave too many panels at a large variance, and e^z the range of floats.
    most = {"exp": 25.0, NARROW[3]: 100.0, "sin(30*z)": 300.0, "sin": 1e4, "cos": 1e4}.get(
        name, np.inf
    )
    variances = [q for q in VARIANCES if q < most]
    fast = length_map(name, np.array(variances), 1.0)
    back = backward_factor(name, np.array(variances), 1.0)
    for q, value, slope in zip(variances, fast, back, strict=True):
        exact = gaussian_moments(name, q)
        # z - tanh z is lost to cancellation in doubles at small z: 6e-10 at q = 1e-8
        rel = 2e-9 if name == "tanhshrink" else 2e-11
        least = 1e-20 if name in NARROW else 0.0  # where a certified moment is all but 0
        assert value == pytest.approx(exact.second_moment.value, rel=rel, abs=least)
        if not isinstance(exact.derivative_second_moment, Infinity):
            assert slope == pytest.approx(exact.derivative_second_moment.value, rel=rel, abs=least)


def test_functions_that_grow_like_exponentials_are_followed_far_out():
    variances = np.array([1e-4, 1.0, 4.0, 25.0])
    np.testing.assert_allclose(length_map("exp", variances, 1.0), np.exp(2 * variances), rtol=1e-12)
    with pytest.raises(QuadratureError), np.errstate(over="ignore"):
        length_map("exp", 400.0, 1.0)


def test_scale_and_bias_enter_as_they_should():
    base = float(activation_moment("tanh", 0.7))
    assert float(length_map("tanh", 0.7, 2.0, 0.25)) == pytest.approx(2 * base + 0.25, rel=1e-15)
    assert float(length_map("sigmoid", 0.0, 4.0)) == pytest.approx(1.0, rel=1e-14)
    assert float(activation_moment("linear", 2.0, power=4)) == pytest.approx(12.0, rel=1e-12)


def test_shapes_are_kept():
    for shape in ((), (4,), (2, 3)):
        assert length_map("gelu", np.full(shape, 0.5), 1.0).shape == shape
    assert iterate_length_map("gelu", np.full((2, 3), 0.5), 1.0, depth=5).shape == (6, 2, 3)
    assert iterate_length_map("gelu", 0.5, 1.0, depth=0).tolist() == [0.5]


def test_homogeneous_activations_follow_the_product():
    path = iterate_length_map("relu", np.array([0.3, 2.0]), 1.5, depth=30)
    expected = np.array([0.3, 2.0]) * 0.75 ** np.arange(31)[:, None]
    np.testing.assert_allclose(path, expected, rtol=1e-12)
    shrinking = iterate_length_map("relu", 1.0, 1.4, depth=30)
    assert abs(shrinking[-1] / 0.75**30 - 1) > 0.5, "a factor off by 7 % must show"


def test_kinks_between_panels_are_seen():
    # Without its kinks hardswish is smooth on no panel that holds ±3: the two orders disagree.
    known = get_activation("hardswish")
    square = lambda z: known.function(z) ** 2  # noqa: E731
    right = gaussian_mean(square, 4.0, known.kinks)
    exact = gaussian_expectation(known.certified.squared(), 4, growth=known.growth.squared())
    assert float(right) == pytest.approx(exact.value, rel=1e-12)
    with pytest.raises(QuadratureError, match="not converged at q = 4"):
        gaussian_mean(lambda z: (z > 0.7) * 1.0, np.array([0.0, 4.0]), ())


def test_an_oscillation_too_fast_for_the_panels_is_refused():
    slow = gaussian_expectation(
        get_activation("sin").certified.squared(), 1, growth=get_activation("sin").growth.squared()
    )
    assert float(length_map("sin", 1.0, 1.0)) == pytest.approx(slow.value, rel=1e-12)
    with pytest.raises(QuadratureError, match="certified"):
        length_map("sin", 1e6, 1.0)


@pytest.mark.parametrize("q", [-1.0, math.nan, math.inf, [1.0, -2.0]])
def test_bad_second_moments_are_refused(q):
    with pytest.raises(InvalidInputError, match="finite and not negative"):
        length_map("tanh", q, 1.0)


@pytest.mark.parametrize("scale", [-1.0, math.nan, math.inf, "z"])
def test_bad_scales_are_refused(scale):
    with pytest.raises(InvalidInputError, match="sigma_w2"):
        length_map("tanh", 1.0, scale)
    with pytest.raises(InvalidInputError, match="sigma_b2"):
        length_map("tanh", 1.0, 1.0, scale)
    with pytest.raises(InvalidInputError, match="sigma_w2"):
        backward_factor("tanh", 1.0, scale)


@pytest.mark.parametrize("depth", [-1, 2.0, True])
def test_a_bad_depth_is_refused(depth):
    with pytest.raises(InvalidInputError, match="depth"):
        iterate_length_map("tanh", 1.0, 1.0, depth=depth)


def test_an_overflow_on_the_way_is_refused():
    with pytest.raises(InvalidInputError, match="overflows at step"):
        iterate_length_map("linear", 1.0, 1e200, depth=3)


def test_kinks_may_be_fractions():
    hinge = gaussian_mean(lambda z: np.maximum(z - 1 / 3, 0.0), 1.0, (Fraction(1, 3),))
    third = 1 / 3
    density = math.exp(-(third**2) / 2) / math.sqrt(2 * math.pi)
    truth = density - third * math.erfc(third / math.sqrt(2)) / 2
    assert float(hinge) == pytest.approx(truth, rel=1e-12)


def test_a_kink_far_out_in_the_tail_is_resolved():
    # hardshrink is 0 up to 1/2: at q = 1/2000 all of the integral lies beyond 11 deviations
    values = activation_moment("hardshrink", np.array([1 / 2000, 1 / 300, 2.0]))
    for q, value in zip((Fraction(1, 2000), Fraction(1, 300), 2), values, strict=True):
        exact = gaussian_moments("hardshrink", float(q)).second_moment
        assert value == pytest.approx(exact.value, rel=1e-9)
