"""Predictions for real inputs: interpolation against iteration, theory against sampling."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.length_map import (
    activation_moment,
    backward_factor,
    iterate_length_map,
)
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.digits_predictions import predict_paths
from xavier_theory.monte_carlo.networks import backward, forward

NORMS = np.array([0.21, 0.5, 0.97, 1.4, 2.8])


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "elu"])
@pytest.mark.parametrize("scale", [0.25, 1.0, 4.0])
def test_interpolated_paths_are_iterated_ones(name, scale):
    widths = (64, *(128,) * 10)
    found = predict_paths(get_activation(name), scale, NORMS, widths)
    path = iterate_length_map(name, scale * NORMS, scale, depth=9)
    np.testing.assert_allclose(found.pre_activation, path, rtol=1e-8)
    np.testing.assert_allclose(found.activation, activation_moment(name, path), rtol=1e-8)
    factors = backward_factor(name, path, scale)
    factors[0] *= 2.0  # 128 units give their gradients to 64 inputs
    expected = np.cumprod(factors[::-1], axis=0)[::-1]
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-8)
    assert not found.is_exact


def test_one_input_alone_is_predicted_too():
    alone = predict_paths(get_activation("tanh"), 1.0, NORMS[2:3], (64, 128, 128))
    many = predict_paths(get_activation("tanh"), 1.0, NORMS, (64, 128, 128))
    np.testing.assert_allclose(alone.pre_activation[:, 0], many.pre_activation[:, 2], rtol=1e-10)


def test_averaging_the_norms_first_is_something_else():
    tanh = get_activation("tanh")
    each = np.mean(predict_paths(tanh, 1.0, NORMS, (64, 128, 128)).pre_activation[1])
    mean = predict_paths(tanh, 1.0, np.array([np.mean(NORMS)]), (64, 128, 128)).pre_activation[1, 0]
    assert abs(each / mean - 1) > 0.03


def test_homogeneous_paths_are_products():
    found = predict_paths(get_activation("relu"), 2.0, NORMS, (64, 128, 128, 32))
    np.testing.assert_allclose(found.pre_activation, np.tile(2 * NORMS, (3, 1)), rtol=1e-12)
    np.testing.assert_allclose(found.activation, np.tile(NORMS, (3, 1)), rtol=1e-12)
    np.testing.assert_allclose(found.gradient[:, 0], [0.5, 0.25, 0.25], rtol=1e-12)
    linear = predict_paths(get_activation("linear"), 0.25, NORMS, (64, 128, 128))
    np.testing.assert_allclose(linear.pre_activation[1], NORMS / 16, rtol=1e-12)
    assert found.is_exact and linear.is_exact


def sampled(name, scale, widths, networks, seed):
    """One input through many networks: z² and the input's gradient, ``(networks,)`` per layer."""
    rng = np.random.default_rng(seed)
    weights = [
        math.sqrt(scale / fan_in) * rng.standard_normal((networks, fan_out, fan_in))
        for fan_in, fan_out in pairwise(widths)
    ]
    x = np.ones((widths[0], 1))
    passed = forward(x, weights, name)
    back = backward(passed, weights, rng.standard_normal(passed.activations[-1].shape))
    return (
        passed.pre_activation_moments()[:, :, 0],
        back.activation_gradient_moments()[:-1, :, 0],
    )


@pytest.mark.parametrize("name", ["linear", "relu"])
def test_means_and_deviations_are_exact_in_narrow_networks(name):
    widths, networks = (5, 3, 4, 2), 300_000
    forward_moments, gradients = sampled(name, 2.0, widths, networks, seed=17)
    found = predict_paths(get_activation(name), 2.0, np.array([1.0]), widths)
    for values, mean in (
        (forward_moments, found.pre_activation[:, 0]),
        (gradients, found.gradient[:, 0]),
    ):
        error = np.std(values, axis=1) / math.sqrt(networks)
        assert np.all(np.abs(np.mean(values, axis=1) - mean) < 6 * error)
        assert np.all(np.abs(np.mean(values, axis=1) - 1.1 * mean) > 6 * error)
    ratios = (forward_moments / found.pre_activation - 1) ** 2
    error = np.std(ratios, axis=1) / math.sqrt(networks)
    truth = found.deviation[:, 0] ** 2
    assert np.all(np.abs(np.mean(ratios, axis=1) - truth) < 6 * error)
    if name == "relu":  # a layer of 3 is silent in one network of 8, and passes nothing back
        alive = np.array([1, 7 / 8, 7 / 8 * 15 / 16])
        np.testing.assert_allclose(found.gradient[:, 0], [0.4, 2 / 3, 0.5] * alive, rtol=1e-12)
    assert abs(np.mean(ratios[-1]) - 2 / 2) > 6 * error[-1], "depth must widen the law"


@pytest.mark.parametrize(("name", "scale"), [("tanh", 1.0), ("tanh", 4.0), ("sigmoid", 2.0)])
def test_other_activations_agree_at_leading_order(name, scale):
    width, networks = 100, 1_500
    forward_moments, gradients = sampled(name, scale, (width,) * 5, networks, seed=18)
    found = predict_paths(get_activation(name), scale, np.array([1.0]), (width,) * 5)
    means = np.mean(forward_moments, axis=1)
    error = np.std(forward_moments, axis=1) / math.sqrt(networks)
    shift = 3 / width  # the neglected term is of order 1/width
    assert np.all(np.abs(means - found.pre_activation[:, 0]) < 6 * error + shift * means)
    spread = np.std(forward_moments, axis=1) / means
    np.testing.assert_allclose(spread, found.deviation[:, 0], rtol=6 / math.sqrt(networks))
    back = np.mean(gradients, axis=1)
    np.testing.assert_allclose(back, found.gradient[:, 0], rtol=0.06)


@pytest.mark.parametrize(
    ("scale", "norms", "says"),
    [
        (0.0, NORMS, "scale must be positive"),
        (math.nan, NORMS, "scale must be finite"),
        (1.0, np.array([0.0]), "positive"),
        (1.0, np.array([np.inf]), "finite"),
    ],
)
def test_bad_inputs_are_refused(scale, norms, says):
    with pytest.raises(InvalidInputError, match=says):
        predict_paths(get_activation("tanh"), scale, norms, (4, 4))


def test_every_layer_may_have_a_scale_of_its_own():
    """Products for relu; the iterated map of the same function agrees to first order in 1/n."""
    scales, widths = (2.0, 0.5, 3.0), (64, 4000, 2000, 1000)
    found = predict_paths(get_activation("relu"), scales, NORMS, widths)
    np.testing.assert_allclose(found.pre_activation, np.outer([2.0, 0.5, 0.75], NORMS), rtol=1e-12)
    fans = [1000 / 2000 * 3 / 2, 2000 / 4000 * 0.5 / 2, 4000 / 64 * 2 / 2]
    np.testing.assert_allclose(found.gradient[::-1, 0], np.cumprod(fans), rtol=1e-12)
    iterated = predict_paths(get_activation("max(z, 0)"), scales, NORMS, widths)
    assert found.is_exact and not iterated.is_exact
    for name in ("pre_activation", "activation", "gradient"):
        np.testing.assert_allclose(getattr(iterated, name), getattr(found, name), rtol=1e-8)
    np.testing.assert_allclose(iterated.deviation, found.deviation, rtol=0.01)


def test_equal_scales_are_one_scale():
    one = predict_paths(get_activation("tanh"), 1.5, NORMS, (64, 128, 32))
    many = predict_paths(get_activation("tanh"), [1.5, 1.5], NORMS, (64, 128, 32))
    for name in ("pre_activation", "activation", "gradient", "deviation"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))


@pytest.mark.parametrize("scales", [(1.0,), (1.0, 1.0, 1.0), (1.0, 0.0), (1.0, math.inf)])
def test_scales_that_do_not_fit_are_refused(scales):
    with pytest.raises(InvalidInputError, match="scale"):
        predict_paths(get_activation("tanh"), scales, NORMS, (64, 128, 32))


def test_predictions_beyond_floats_are_refused():
    with pytest.raises(InvalidInputError, match="range of floats at layer 2"):
        predict_paths(get_activation("z**3"), 1e-25, NORMS, (64,) + (128,) * 5)
