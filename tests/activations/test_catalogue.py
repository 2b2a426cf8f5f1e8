"""The catalogue: both forms of every activation agree, and what is claimed of it holds."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq

from xavier_theory.activations.catalogue import activation_names, get_activation
from xavier_theory.errors import InvalidInputError, UnknownNameError

EVERY = [get_activation(name) for name in activation_names()] + [
    get_activation("leaky_relu", slope=0.2),
    get_activation("elu", alpha=1.5),
]
POINTS = np.array([-30.0, -3.5, -2.75, -1.25, -0.5, -1e-3, 1e-3, 0.25, 0.75, 1.5, 2.9, 3.25, 40.0])
# Kinks of the catalogue lie at halves and integers: these points keep clear of them.
POINTS[np.isin(POINTS, (-0.5, 0.5))] = 0.625
every_activation = pytest.mark.parametrize("activation", EVERY, ids=lambda a: a.name)
lipschitz_ones = pytest.mark.parametrize(
    "activation", [a for a in EVERY if a.lipschitz is not None], ids=lambda a: a.name
)
JUMPING = {"hardshrink", "sign", "softplus_threshold", "step", "threshold"}


def ball_value(function, point):
    exact = Fraction(float(point))
    with ctx.workprec(120):
        ball = function.branch_at(exact)(acb(arb(fmpq(exact.numerator, exact.denominator))), False)
        assert ball.imag.contains(0)
        return float(ball.real)


@every_activation
def test_arrays_and_balls_agree(activation):
    values = [ball_value(activation.certified, point) for point in POINTS]
    slopes = [ball_value(activation.certified_derivative, point) for point in POINTS]
    np.testing.assert_allclose(activation.function(POINTS), values, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(activation.derivative(POINTS), slopes, rtol=1e-12, atol=1e-14)


@every_activation
def test_the_derivative_is_the_derivative(activation):
    step = 1e-5
    numeric = (activation.function(POINTS + step) - activation.function(POINTS - step)) / (2 * step)
    np.testing.assert_allclose(activation.derivative(POINTS), numeric, rtol=1e-6, atol=1e-8)


@every_activation
def test_homogeneous_says_what_it_means(activation):
    scaled = activation.function(2.5 * POINTS)
    same = np.allclose(scaled, 2.5 * activation.function(POINTS), rtol=1e-12)
    assert same == activation.homogeneous


@lipschitz_ones
def test_the_lipschitz_bound_holds_and_is_within_one_percent(activation):
    grid = np.linspace(-12.0, 12.0, 200_001)
    steepest = np.max(np.abs(activation.derivative(grid)))
    assert steepest <= float(activation.lipschitz) * (1 + 1e-12)
    assert float(activation.lipschitz) <= 1.01 * steepest


@lipschitz_ones
def test_growth_bounds_hold(activation):
    for point in np.linspace(-50.0, 50.0, 401):
        bound = float(activation.growth.at(arb(abs(point))).upper())
        slope_bound = float(activation.derivative_growth.at(arb(abs(point))).upper())
        assert abs(activation.function(np.array(point))) <= bound
        assert abs(activation.derivative(np.array(point))) <= slope_bound


@every_activation
def test_those_that_jump_do_and_the_others_are_continuous_across_its_kinks(activation):
    assert len(activation.certified.branches) == len(activation.kinks) + 1
    continuous = True
    for index, kink in enumerate(activation.kinks):
        point = acb(arb(fmpq(kink.numerator, kink.denominator)))
        left, right = (activation.certified.branches[index + k](point, False) for k in (0, 1))
        continuous = continuous and left.overlaps(right)
    assert continuous == (activation.name not in JUMPING)


def test_shapes_are_kept():
    for activation in EVERY:
        for shape in ((), (3,), (2, 3, 4)):
            assert np.shape(activation.function(np.full(shape, 0.3))) == shape
            assert np.shape(activation.derivative(np.full(shape, 0.3))) == shape


def test_selu_has_the_published_constants():
    selu = get_activation("selu")
    assert ball_value(selu.certified, 1.0) == 1.0507009873554805
    assert ball_value(selu.certified_derivative, -1e-300) == pytest.approx(1.7580993408473766)


def test_names_aliases_objects_and_parameters():
    assert get_activation("identity") is get_activation("linear")
    assert get_activation("swish") is get_activation("silu")
    assert get_activation(EVERY[0]) is EVERY[0]
    assert get_activation("leaky_relu").parameters == (("slope", Fraction(1, 100)),)
    assert get_activation("leaky_relu", slope=0.01) is get_activation("leaky_relu")
    assert {"tanh", "relu", "gelu"} <= set(activation_names())


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'tanh'"):
        get_activation("tanhh")
    with pytest.raises(UnknownNameError, match="unknown activation '3'"):
        get_activation(3)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("tanh", {"slope": 0.1}, "takes no parameters"),
        ("leaky_relu", {"beta": 0.1}, "takes only slope"),
        ("leaky_relu", {"slope": float("nan")}, "slope must be finite"),
        ("leaky_relu", {"slope": "z"}, "slope is a number such as"),
        ("elu", {"alpha": -1.0}, "must not be negative"),
        (EVERY[0], {"slope": 1.0}, "built already"),
    ],
)
def test_bad_parameters_are_refused(name, parameters, says):
    with pytest.raises(InvalidInputError, match=says):
        get_activation(name, **parameters)


def test_importing_the_package_loads_nothing_heavy():
    script = (
        "import sys, xavier_theory.activations as a; a.__dir__();"
        "print([m for m in ('numpy', 'scipy', 'sympy', 'flint') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_exported_name_resolves_and_unknown_ones_do_not():
    import xavier_theory.activations as package

    for name in package.__all__:
        assert getattr(package, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing
