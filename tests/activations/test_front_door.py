"""What people type, and the right numbers, each by an independent route: mpmath at 30 digits."""

from __future__ import annotations

import inspect
import math
import pickle
import re
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import xavier_theory as xt
from xavier_theory.activations import gaussian_moments, get_activation
from xavier_theory.activations.budget import within_budget
from xavier_theory.errors import InvalidInputError, XavierTheoryError


def reference(f, q, cuts=()):
    """E f(Z), Z ~ N(0, q), by mpmath's own quadrature, cut where f is narrow or bends."""
    root = mpmath.sqrt(q)
    ends = sorted({mpmath.mpf(k) * root for k in range(-16, 17)} | {mpmath.mpf(c) for c in cuts})
    height = root * mpmath.sqrt(2 * mpmath.pi)
    return mpmath.quad(lambda z: f(z) * mpmath.exp(-z * z / (2 * q)) / height, ends)


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
        assert xt.phase("relu", 1, spelled).length_map.bias_variance == Fraction(1, 10)
        assert xt.phase("relu", 1, start=spelled).start == Fraction(1, 10)
        known = xt.gain("leaky_relu", slope=spelled).moments.activation
        assert dict(known.parameters) == {"slope": Fraction(1, 10)}
    found = xt.phase("relu", "sqrt(2)**2", "(sqrt(2)/30)**2").length_map
    assert (found.weight_variance, found.bias_variance) == (2, Fraction(1, 450))


@pytest.mark.parametrize(("text", "same"), [
    ("x*torch.sigmoid(x)", "silu"), ("x * F.sigmoid(x)", "silu"), ("nn.SiLU()(x)", "silu"),
    ("F.leaky_relu(x, 0.2)", "where(z > 0, z, z/5)"),
    ("leaky_relu(z, slope=1/5)", "where(z > 0, z, z/5)"),
    ("torch.nn.LeakyReLU(0.2)(x)", "where(z > 0, z, z/5)"), ("gelu(z)*1.7015", "1.7015*z*Phi(z)"),
    ("F.gelu(x, approximate='tanh')", "gelu_tanh"), ("jax.nn.gelu(x)", "gelu_tanh"),
    ("jax.nn.gelu", "gelu_tanh"),
    ("torch.nn.functional.gelu", "gelu"), ("2*silu(z)", "2*z*sigmoid(z)"),
    ("relu6(z+3)", "min(max(z + 3, 0), 6)"),
    ("arctan", "arctan(z)"), ("atan", "arctan(z)"), ("log1p(abs(x))", "log1p(abs(z))"),
    ("ReLU", "relu"),
    ("SiLU", "silu"), ("LeakyReLU", "leaky_relu"), ("torch.nn.ReLU6", "relu6"),
    ("x.tanh()", "tanh"),
    ("np.maximum(x, 0)", "relu"), ("torch.clamp(x, min=-1, max=1)", "hardtanh"),
    ("torch.clamp(x, min=0)", "relu"),
    ("jnp.where(x > 0, x, 0)", "relu"), ("F.elu(x, alpha=0.5)", "where(z > 0, z, expm1(z)/2)"),
    ("math.pi*x", "pi*z"), ("relu_power(z, 3)", "relu(z)**3"),
    ("torch.square(F.relu(x))", "relu(z)**2"),
    ("hardtanh(x, -2, 2)", "clip(z, -2, 2)"), ("where(z == 0, 1, z)", "linear"),
    ("np.ceil(x)", "-floor(-z)"),
    (" + ".join(["z"] * 200), "200*z"), (" - ".join(["x"] * 200), "-198*z"),
])  # fmt: skip
def test_names_are_read_as_they_mean(text, same):
    assert xt.gain(text).enclosure.overlaps(xt.gain(same).enclosure)
    places = np.linspace(-3.1, 3.1, 63)
    np.testing.assert_array_equal(
        np.round(get_activation(text).function(places), 12),
        np.round(get_activation(same).function(places), 12),
    )


def test_parameters_have_the_names_of_frameworks():
    for spelled in ({"negative_slope": 0.2}, {"a": "1/5"}, {"slope": Decimal("0.2")}):
        known = get_activation("LeakyReLU", **spelled)
        assert dict(known.parameters) == {"slope": Fraction(1, 5)}


# Means of squares on singularities that can be removed, on steps, by mpmath at 50 digits.
REMOVED = {
    "sin(z)/z": mpmath.sinc,
    "np.sinc(x)": mpmath.sincpi,
    "where(z == 0, 1, sin(z)/z)": mpmath.sinc,
    "tanh(z)/z": lambda z: mpmath.tanh(z) / z if z else mpmath.mpf(1),
    "z/tanh(z)": lambda z: z / mpmath.tanh(z) if z else mpmath.mpf(1),
    "z/(exp(z) - 1)": lambda z: z / mpmath.expm1(z) if z else mpmath.mpf(1),
    "sin(z - 1)/(z - 1)": lambda z: mpmath.sinc(z - 1),
}


@pytest.mark.parametrize("text", REMOVED)
def test_singularities_that_can_be_removed_are(text):
    phi = REMOVED[text]
    with mpmath.workdps(60):
        truth = reference(lambda z: phi(z) ** 2, 1)
        with within_budget(10**7, 1):
            found = gaussian_moments(text, digits=50).second_moment
        assert abs(mpmath.mpf(found.midpoint.numerator) / found.midpoint.denominator - truth) < (
            mpmath.mpf(10) ** -48
        )
    with mpmath.workdps(30):
        slope = reference(lambda z: _slope(phi, z) ** 2, 1)
    assert gaussian_moments(text).derivative_second_moment.value == pytest.approx(
        float(slope), rel=1e-12
    )
    at_zero = get_activation(text).function(np.array([0.0, 1.0, 0.5]))
    assert np.all(np.isfinite(at_zero)) and at_zero[0] == pytest.approx(
        float(phi(mpmath.mpf(0))), abs=1e-6
    )


def _slope(phi, z):
    """A central difference at twice the digits."""
    with mpmath.workdps(90):
        h = mpmath.mpf(10) ** -25
        return (phi(z + h) - phi(z - h)) / (2 * h)


@pytest.mark.parametrize(("text", "says"), [
    ("leaky_relu(z, z)", "slope must be a rational number"),
    ("leaky_relu(z, 0.1, slope=2)", "takes slope, once each"),
    ("silu(z, 2)", r"silu takes \(z\), got 2"),
    ("elu(z, alpha=-1)", "alpha must not be negative"), ("F.relu(x) + z", "one variable"),
])  # fmt: skip
def test_a_wrong_use_of_a_name_is_told(text, says):
    with pytest.raises(InvalidInputError, match=says):
        xt.gain(text)


def test_sinc_of_sympy_is_read():
    z = sympy.Symbol("z")
    assert xt.gain(sympy.sinc(z)).value == xt.gain("sin(z)/z").value


def test_poles_are_still_refused():
    for text in ("1/z", "1/z**2", "cos(z)/z", "z/(z - 1)", "sin(z)/z**2"):
        with pytest.raises(InvalidInputError, match="division by zero"):
            xt.gain(text)


@pytest.mark.parametrize(("text", "step"), [
    ("floor(z)", math.floor), ("torch.round(x)", round), ("np.ceil(x)", math.ceil),
    ("clip(round(z), -2, 2)", lambda z: min(max(round(z), -2), 2)), ("np.trunc(x)", math.trunc),
    ("floor(2*z)/2", lambda z: math.floor(2 * z) / 2),
])  # fmt: skip
def test_quantized_activations_are_certified(text, step):
    with mpmath.workdps(30):
        truth = mpmath.mpf(0)
        for k in range(-60, 60):  # constant between quarters
            a, b = mpmath.mpf(k) / 4, mpmath.mpf(k + 1) / 4
            truth += step(float(a + b) / 2) ** 2 * (mpmath.ncdf(b) - mpmath.ncdf(a))
    found = xt.gain(text)
    assert found.certified and found.second_moment.value == pytest.approx(float(truth), rel=1e-14)
    assert found.backward_factor.value == math.inf


# For every public function of activations: a call, and for every argument another value of it.
USED = {
    "gain": (
        {"activation": "tanh"},
        {"activation": "sin", "q": 2, "digits": 40, "convention": "backward", "budget": 9},
    ),
    "variance": (
        {"activation": "tanh", "fan_in": 10, "fan_out": 20},
        {
            "activation": "sin", "fan_in": 11, "fan_out": 0, "mode": "fan_avg", "q": 2,
            "convention": "backward", "budget": 0,
        },
    ),
    "phase": (
        {"activation": "tanh", "weight_variance": "1/2", "bias_variance": 1},
        {
            "activation": "sin", "weight_variance": "1/3", "bias_variance": 2, "start": 3,
            "digits": 40, "budget": 9,
        },
    ),
    "sample": (
        {"width": 4, "depth": 2, "activation": "tanh", "init": "he"},
        {
            "width": 5, "depth": 3, "activation": "sin", "init": "xavier", "networks": 2,
            "backward": True, "law": "uniform", "sampler": "dense", "seed": 1, "progress": 0,
        },
    ),
    "initialization": (
        {"activation": "tanh", "shape": (4, 3)},
        {
            "activation": "sin", "shape": (4, 5), "law": "uniform", "mode": "fan_out", "q": 2,
            "convention": "backward",
        },
    ),
    "fans": (
        {"given": (4, 4, 3, 3), "layout": "torch", "padding": 1, "input_size": 8},
        {
            "given": (8, 4, 3, 3), "layout": "keras", "kind": "embedding", "groups": 2,
            "transposed": True, "stride": 2, "padding": 0, "dilation": 2, "output_padding": 1,
            "padding_mode": "circular", "input_size": 9, "equation": "ab,bc->ac", "in_axis": 0,
            "out_axis": 1, "batch_axis": 2, "parameter": "weight",
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
    assert re.match("(InvalidInput|Type)Error", _outcome(function, call | {"nonsense": 1}))


def _outcome(function, call):
    try:
        found = function(**call)
        return str(pickle.dumps(found))  # all that it holds
    except (XavierTheoryError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
