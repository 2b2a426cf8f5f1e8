"""Phases that are estimates: of callables, and of what cannot be certified."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from xavier_theory.activations import gain
from xavier_theory.activations.mean_field.phase_text import phase_data, phase_text
from xavier_theory.activations.mean_field.phases import phase
from xavier_theory.errors import InvalidInputError


@pytest.mark.parametrize(("function", "name", "weight", "bias"), [
    (np.tanh, "tanh", 2.25, 0.01), (np.tanh, "tanh", 0.5, 0.0), (np.exp, "exp", 0.1, 0.0),
    (lambda z: np.maximum(z, 0), "relu", 1.0, 1.0), (lambda z: z**2, "square", 0.2, 0.1),
])  # fmt: skip
def test_the_estimate_of_a_callable_is_near_what_is_certified(function, name, weight, bias):
    found, exact = phase(function, weight, bias), phase(name, weight, bias)
    assert found.name == "not certified" and "Python callable" in found.reason
    assert found.estimate.name == exact.name
    assert found.estimate.q == pytest.approx(exact.fixed_point.q.value, rel=1e-9)
    assert found.estimate.gradient_factor == pytest.approx(exact.gradient_factor.value, rel=1e-6)
    assert exact.estimate is None and exact.why_no_estimate is None


def test_lengths_that_grow_and_factors_near_one_are_said():
    growing = phase(lambda z: np.maximum(z, 0), 2, 0.1).estimate
    assert (growing.name, growing.q, growing.gradient_factor) == ("unbounded", math.inf, None)
    near = phase(np.tanh, 1).estimate
    assert near.name is None and near.q == 0 and near.gradient_factor == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "function", [np.sign, np.floor, lambda z: np.where(z > 1 / 3, z, 0), lambda z: z - np.floor(z)]
)
def test_a_callable_that_jumps_has_an_infinite_factor(function):
    found = phase(function, 0.5, 0.2).estimate
    assert found.name == "chaotic" and found.gradient_factor == math.inf


def test_slopes_that_a_quadrature_overlooks_are_estimated_or_not():
    # E[φ'²] = 1e6·(4/3)·density(0) to within 1e-12 for the first, as sech⁴ is narrow
    steep = phase(lambda z: np.tanh(1e6 * z), 1.5).estimate
    density = 1 / math.sqrt(2 * math.pi * steep.q)
    assert steep.gradient_factor == pytest.approx(1.5e6 * 4 / 3 * density, rel=1e-6)
    found = phase(np.cbrt, 1.5)  # φ'² is like z^(−4/3), so that E[φ'²] is infinite
    assert found.estimate is None and "too steep somewhere" in found.why_no_estimate


@pytest.mark.parametrize(("function", "says"), [
    (lambda z: z[:2], "keep the shape"), (lambda z: z + 1j, "real numbers"),
    (lambda z: z > "a", "raised"),
])  # fmt: skip
def test_a_callable_that_is_no_activation_is_refused(function, says):
    with pytest.raises(InvalidInputError, match=says):
        phase(function, 1)


def test_an_expression_that_cannot_be_certified_has_an_estimate_or_a_reason():
    found = phase("sin(exp(z))", 1)
    assert found.name == "not certified" and found.estimate.name == "chaotic"
    assert "an estimate, not certified: chaotic, q* = " in phase_text(found)
    assert set(phase_data(found)["estimate"]) == {"phase", "q", "gradient_factor"}
    none = phase("where(z > 0, sqrt(z), 0)", 1)  # E[φ'²] is infinite
    assert "and no estimate: φ is too steep somewhere to estimate E[φ'²]" in phase_text(none)
    assert none.estimate is None and "or it is infinite" in none.why_no_estimate


def test_a_callable_that_is_relu_is_ordered_at_one():
    found = phase(lambda x: np.maximum(x, 0), 1).estimate
    assert found.name == "ordered" and found.gradient_factor == pytest.approx(0.5, rel=1e-9)


NESTED = "tanh(" * 60 + "z" + ")" * 60


@pytest.mark.parametrize("text", ["where(sin(10*z)>0,1,-1)", NESTED])
def test_what_is_too_much_work_to_certify_has_an_estimate(text):
    found = phase(text, 2, budget=100_000)
    assert (found.name, found.estimate.name) == ("not certified", "chaotic")


def test_a_gain_that_is_too_much_work_to_certify_is_estimated():
    """The second moment of arcsin(sin(z)), cut where it bends."""
    with mpmath.workdps(20):
        bends = [0, *((k + mpmath.mpf(1) / 2) * mpmath.pi for k in range(5))]
        half = mpmath.quad(lambda z: mpmath.asin(mpmath.sin(z)) ** 2 * mpmath.npdf(z), bends)
        truth = float(1 / mpmath.sqrt(2 * half))
    found = gain("arcsin(sin(z))", budget=50_000)
    assert not found.certified and abs(found.value - truth) <= 10 * found.error < 1e-6
