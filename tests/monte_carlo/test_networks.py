"""Sampled networks: the right law, the right gradients, and refusals that name both shapes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.networks import (
    backward,
    forward,
    sample_layer,
    sample_weights,
    second_moment,
    weight_gradients,
)

FALSE_ALARM = 1e-6


class Normal:
    """Normal weights, as the simplest law there is."""

    def sample(self, rng, shape, variance):
        return math.sqrt(variance) * rng.standard_normal(shape)


def chi_square_allows(total, degrees):
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], degrees)
    return low <= total <= high


def small_network(seed, widths, networks=2, batch=3, phi="tanh", biased=True):
    rng = np.random.default_rng(seed)
    weights = sample_weights(rng, Normal(), widths, [1 / n for n in widths[:-1]], networks)
    biases = [rng.standard_normal((networks, n)) for n in widths[1:]] if biased else None
    x = rng.standard_normal((widths[0], batch))
    return forward(x, weights, phi, biases), weights, biases, x, rng


@settings(deadline=None, max_examples=20)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 5), min_size=2, max_size=5),
    st.sampled_from(["tanh", "relu", "sigmoid", "gelu", "linear"]),
)
def test_forward_is_the_textbook_loop(seed, widths, phi):
    passed, weights, biases, x, _ = small_network(seed, widths, phi=phi)
    known = get_activation(phi)
    for network in range(2):
        for image in range(3):
            a = x[:, image]
            for index, (matrix, bias) in enumerate(zip(weights, biases, strict=True)):
                z = np.array([sum(row * a) for row in matrix[network]]) + bias[network]
                a = known.function(z)
                np.testing.assert_allclose(
                    passed.pre_activations[index][network, :, image], z, rtol=1e-12, atol=1e-13
                )
                np.testing.assert_allclose(
                    passed.activation_moments()[index + 1, network, image],
                    np.mean(a**2),
                    rtol=1e-11,
                    atol=1e-13,
                )


def require_gradient(gradient, cost, point, step=1e-6):
    """Compare with central differences, entry by entry."""
    flat = point.ravel()
    numeric = np.empty(flat.size)
    for k in range(flat.size):
        shift = np.zeros(flat.size)
        shift[k] = step
        above = cost((flat + shift).reshape(point.shape))
        below = cost((flat - shift).reshape(point.shape))
        numeric[k] = (above - below) / (2 * step)
    np.testing.assert_allclose(gradient.ravel(), numeric, rtol=1e-5, atol=1e-7)


@settings(deadline=None, max_examples=10)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 4), min_size=2, max_size=4),
    st.sampled_from(["tanh", "sigmoid", "gelu", "softplus", "sin"]),
)
def test_backward_is_the_gradient_of_the_cost(seed, widths, phi):
    passed, weights, biases, x, rng = small_network(seed, widths, phi=phi)
    slope = rng.standard_normal(passed.activations[-1].shape)
    back = backward(passed, weights, slope)

    def cost_of_input(point):
        return float(np.sum(slope * forward(point, weights, phi, biases).activations[-1]))

    wide = np.broadcast_to(x, (2, *x.shape)).copy()
    require_gradient(back.activation_gradients[0], cost_of_input, wide)
    for index, gradient in enumerate(weight_gradients(passed, back)):

        def cost_of_weight(point, index=index):
            changed = [point if k == index else w for k, w in enumerate(weights)]
            return float(np.sum(slope * forward(x, changed, phi, biases).activations[-1]))

        require_gradient(gradient, cost_of_weight, weights[index])
    forgotten = replace(passed, derivatives=tuple(np.ones_like(d) for d in passed.derivatives))
    wrong = backward(forgotten, weights, slope)
    with pytest.raises(AssertionError):
        require_gradient(wrong.activation_gradients[0], cost_of_input, wide)


def test_moments_have_their_shapes_and_values():
    passed, weights, _, _, _ = small_network(0, [4, 5, 6])
    back = backward(passed, weights, np.ones(passed.activations[-1].shape))
    assert passed.pre_activation_moments().shape == (2, 2, 3) == back.delta_moments().shape
    assert passed.activation_moments().shape == (3, 2, 3)
    assert back.activation_gradient_moments().shape == (3, 2, 3)
    assert back.activation_gradient_moments()[2].tolist() == [[1.0] * 3] * 2
    assert second_moment(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [5.0, 10.0]


def test_one_layer_given_the_previous_one_is_chi_square_and_wrong_variances_are_caught():
    rng = np.random.default_rng(1)
    fan_in, fan_out, networks, v = 20, 60, 30_000, 0.07
    x = np.arange(1.0, fan_in + 1)[:, None]
    z = forward(x, [sample_layer(rng, Normal(), fan_in, fan_out, v, networks)], "linear")
    scaled = float(np.sum(z.pre_activations[0] ** 2)) / float(np.sum(x**2))
    degrees = networks * fan_out
    assert chi_square_allows(scaled / v, degrees)
    assert not chi_square_allows(scaled / (1.01 * v), degrees)
    assert not chi_square_allows(scaled / (v * (fan_in - 1) / fan_in), degrees)


def test_a_backward_signal_that_depends_on_the_weights_is_not_kept():
    # Linear, W ~ N(0, 1/n), J = ½‖ŷ‖² with x ~ N(0, I): E‖Wᵀŷ‖²/E‖ŷ‖² = 2 + 1/n. Independent: 1.
    networks, n = 400_000, 2
    rng = np.random.default_rng(2)
    weights = [sample_layer(rng, Normal(), n, n, 1 / n, networks)]
    x = rng.standard_normal((networks, n, 1))
    passed = forward(x, weights, "linear")
    for gradient, ratio in (
        (passed.activations[-1], 2 + 1 / n),
        (rng.standard_normal((networks, n, 1)), 1.0),
    ):
        moments = backward(passed, weights, gradient).activation_gradient_moments()[:, :, 0]
        residual = moments[0] - ratio * moments[1]
        error = float(np.std(residual)) / math.sqrt(networks)
        assert abs(float(np.mean(residual))) < 6 * error
        off = moments[0] - (ratio - 0.1) * moments[1]
        assert abs(float(np.mean(off))) > 6 * error


def test_layers_have_streams_of_their_own_and_depend_on_the_seed_alone():
    first = sample_weights(np.random.default_rng(3), Normal(), [3, 4, 5], [1.0, 1.0], 2)
    again = sample_weights(np.random.default_rng(3), Normal(), [3, 4, 5], [1.0, 1.0], 2)
    wider = sample_weights(np.random.default_rng(3), Normal(), [9, 4, 5], [1.0, 1.0], 2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.array_equal(first[1], wider[1]), "a layer must not depend on another's size"


@pytest.mark.parametrize("name", ["normal", "uniform"])
def test_the_weight_laws_of_the_package_fit(name):
    weights = sample_layer(np.random.default_rng(5), law(name), 40, 50, 0.2, networks=500)
    assert weights.shape == (500, 50, 40)
    # A million entries: the mean square is within six deviations, each at most √(2/10⁶)·0.2.
    assert abs(float(np.mean(weights**2)) - 0.2) < 6 * 0.2 * math.sqrt(2e-6)


def test_activations_may_differ_by_layer():
    rng = np.random.default_rng(4)
    weights = sample_weights(rng, Normal(), [2, 3, 2], [1.0, 1.0])
    mixed = forward(np.ones((2, 1)), weights, ["relu", "linear"])
    assert np.array_equal(mixed.activations[2], mixed.pre_activations[1])
    assert np.all(mixed.activations[1] >= 0)
    with pytest.raises(InvalidInputError, match="2 layers need 2 activations, got 1"):
        forward(np.ones((2, 1)), weights, ["relu"])


def ones(*shape):
    return np.ones(shape)


@pytest.mark.parametrize(
    ("x", "weights", "biases", "says"),
    [
        (ones(3, 1), [], None, "at least one layer"),
        (ones(3), [ones(1, 2, 3)], None, "x must have shape"),
        (ones(2, 3, 1), [ones(4, 2, 3)], None, "x must have shape"),
        (ones(3, 1) * np.nan, [ones(1, 2, 3)], None, "x must be finite"),
        (
            ones(3, 1),
            [ones(1, 2, 4)],
            None,
            r"W\^\[1\] has shape \(1, 2, 4\), expected \(1, n, 3\)",
        ),
        (ones(3, 1), [ones(1, 2, 3), ones(2, 2, 2)], None, r"W\^\[2\]"),
        (ones(3, 1), [ones(2, 3)], None, r"W\^\[1\]"),
        (ones(3, 1), [ones(1, 2, 3)], [ones(1, 3)], r"b\^\[1\] has shape \(1, 3\)"),
        (ones(3, 1), [ones(1, 2, 3)], [], "as many biases"),
    ],
)
def test_shapes_that_do_not_fit_are_named(x, weights, biases, says):
    with pytest.raises(InvalidInputError, match=says):
        forward(x, weights, "tanh", biases)


def test_a_gradient_of_another_shape_is_refused():
    passed, weights, *_ = small_network(0, [2, 3])
    with pytest.raises(InvalidInputError, match=r"shape \(2, 3\), a\^\[L\] has \(2, 3, 3\)"):
        backward(passed, weights, np.ones((2, 3)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fan_in": 0}, "fan_in must be at least 1"),
        ({"fan_out": -2}, "fan_out"),
        ({"fan_out": 2.5}, "fan_out must be an integer"),
        ({"networks": 0}, "networks"),
        ({"variance": -1.0}, "must not be negative"),
        ({"variance": math.nan}, "must be finite"),
    ],
)
def test_bad_layers_are_refused(change, says):
    arguments = {"fan_in": 2, "fan_out": 3, "variance": 1.0, "networks": 1} | change
    with pytest.raises(InvalidInputError, match=says):
        sample_layer(np.random.default_rng(0), Normal(), **arguments)


@pytest.mark.parametrize(("widths", "variances"), [([3], []), ([3, 4], [1.0, 1.0]), ([], [])])
def test_widths_and_variances_must_match(widths, variances):
    with pytest.raises(InvalidInputError, match=r"L \+ 1 widths and L variances"):
        sample_weights(np.random.default_rng(0), Normal(), widths, variances)
