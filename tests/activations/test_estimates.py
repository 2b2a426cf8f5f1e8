"""Callables and undecided expressions: estimates near the truth, never called certified."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xavier_theory.activations.certified import NotCertifiedError
from xavier_theory.activations.gains import gain
from xavier_theory.errors import InvalidInputError


@pytest.mark.parametrize(("function", "name"), [
    (np.tanh, "tanh"), (lambda z: np.maximum(z, 0), "relu"),
    (lambda z: z * np.clip(z + 3, 0, 6) / 6, "hardswish"), (np.exp, "exp"),
    (lambda z: np.where(z > 1, z, 0), "threshold"), (np.sign, "sign"),
])  # fmt: skip
def test_a_callable_gets_an_estimate(function, name):
    found, truth = gain(function), gain(name)
    assert not found.certified and "Python callable" in found.reason
    assert found.lower is None and found.upper is None and found.closed_form is None
    assert found.value == pytest.approx(truth.value, rel=1e-10)
    assert found.length_map_slope.value == pytest.approx(truth.length_map_slope.value, abs=1e-9)
    centred = gain(function, convention="standard-deviation", q=2)
    same = gain(name, convention="standard-deviation", q=2)
    assert centred.value == pytest.approx(same.value, rel=1e-10)


def test_a_callable_has_no_backward_gain():
    with pytest.raises(InvalidInputError, match="without a derivative; give an expression"):
        gain(np.tanh, convention="backward")


def test_an_undecided_expression_gets_an_estimate_with_the_reason():
    found = gain("where(z > 0, log(z), 0)")
    assert not found.certified and "log(z)" in found.reason and found.lower is None
    # E[log² Z; Z > 0] for Z ~ N(0, 1) is (γ + log 2)²/8 + π²/16.
    truth = (0.5772156649015329 + math.log(2)) ** 2 / 8 + math.pi**2 / 16
    assert found.second_moment.value == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize(("function", "says"), [
    (lambda z: z[:3], "must keep the shape"), (lambda z: z + 1j, "must return real numbers"),
    (lambda z: 1 / z, "not a finite real number in floating point at z = |does not converge"),
    (np.log, "not a finite real number in floating point at z = -"),
    (lambda z: z > "a", "the activation raised"), (lambda: 1, "raised TypeError"),
    (lambda z: np.array(["a"] * z.size).reshape(z.shape), "must return real numbers"),
    (lambda z: np.exp(z**2 / 2), "does not look finite|not a finite"),
    (lambda z: 0 * z, "looks like 0"),
])  # fmt: skip
def test_a_callable_without_a_gain_is_refused(function, says):
    with pytest.raises((InvalidInputError, NotCertifiedError), match=says):
        gain(function)


def test_why_there_is_no_estimate_does_not_hide_why_there_is_no_enclosure():
    with pytest.raises(NotCertifiedError, match=r"not bounded near z = 0.* and no estimate: .*z ="):
        gain("log(abs(z)) + log(2 + exp(100*abs(z)))")
