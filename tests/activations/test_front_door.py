"""What people type, and the right numbers, each by an independent route: mpmath at 30 digits."""

from __future__ import annotations

import inspect
from fractions import Fraction

import mpmath
import pytest

import xavier_theory as xt
from xavier_theory.errors import XavierTheoryError


def reference(f, q, cuts=()):
    """E f(Z), Z ~ N(0, q), by mpmath's own quadrature, cut where f is narrow or bends."""
    root = mpmath.sqrt(q)
    ends = sorted({mpmath.mpf(k) * root for k in range(-16, 17)} | {mpmath.mpf(c) for c in cuts})
    density = lambda z: mpmath.exp(-z * z / (2 * q)) / (root * mpmath.sqrt(2 * mpmath.pi))
    return mpmath.quad(lambda z: f(z) * density(z), ends)


def test_a_variance_makes_its_q_a_fixed_point():
    with mpmath.workdps(30):
        moment = reference(lambda z: mpmath.tanh(z) ** 2, 4)
        assert xt.variance("tanh", fan_in=100, q=4) == pytest.approx(
            float(4 / (100 * moment)), rel=1e-15
        )
        sigmoid_slope = reference(lambda z: (mpmath.sech(z / 2) ** 2 / 4) ** 2, 1)
        found = xt.variance("sigmoid", fan_in=100, convention="backward")
        assert found == pytest.approx(float(1 / (100 * sigmoid_slope)), rel=1e-15)
        centred = reference(lambda z: mpmath.exp(2 * z), 2) - reference(mpmath.exp, 2) ** 2
        found = xt.variance("exp", fan_out=10, mode="fan_out", q=2, convention="standard-deviation")
        assert found == pytest.approx(float(2 / (10 * centred)), rel=1e-15)
    assert xt.variance("relu", fan_in=512) == 2 / 512
    assert xt.variance("leaky_relu", fan_in=13, slope=0.2) == pytest.approx(2 / 1.04 / 13)


def test_decimals_mean_one_thing_everywhere():
    """0.1 is 1/10 in every argument, as a float, as text and as a fraction."""
    for spelled in (0.1, "0.1", "1/10", Fraction(1, 10)):
        assert xt.gain("tanh", q=spelled).q == Fraction(1, 10)
        assert xt.phase("tanh", 2, spelled).length_map.bias_variance == Fraction(1, 10)
        assert xt.phase("tanh", 2, start=spelled).start == Fraction(1, 10)
        known = xt.gain("leaky_relu", slope=spelled).moments.activation
        assert dict(known.parameters) == {"slope": Fraction(1, 10)}
    assert xt.phase("tanh", "sqrt(2)**2", "(sqrt(2)/30)**2").length_map.bias_variance == Fraction(
        1, 450
    )


# For every public function of activations: a call, and for every argument another value of it.
USED = {
    "gain": (
        {"activation": "tanh"},
        {"activation": "sin", "q": 2, "digits": 40, "convention": "backward"},
    ),
    "variance": (
        {"activation": "tanh", "fan_in": 10, "fan_out": 20},
        {
            "activation": "sin", "fan_in": 11, "fan_out": 0, "mode": "fan_avg", "q": 2,
            "convention": "backward",
        },
    ),
    "phase": (
        {"activation": "tanh", "weight_variance": 2, "bias_variance": 1},
        {
            "activation": "sin", "weight_variance": 3, "bias_variance": 2, "start": 3,
            "digits": 40,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_no_argument_is_accepted_and_ignored(name):
    function, (call, others) = getattr(xt, name), USED[name]
    taken = [p for p in inspect.signature(function).parameters.values() if p.kind != p.VAR_KEYWORD]
    assert {p.name for p in taken} == {*others, *call}, "give every argument another value"
    usual = _outcome(function, call)
    for argument, value in others.items():
        assert _outcome(function, call | {argument: value}) != usual, argument
    assert "InvalidInputError" in _outcome(function, call | {"nonsense": 1})


def _outcome(function, call):
    try:
        return repr(function(**call))
    except XavierTheoryError as error:
        return f"{type(error).__name__}: {error}"
