"""Schemes against their stated variances, by the exact chi-square test where weights are normal."""

import numpy as np
import pytest

from xavier_theory.statistics import ErrorRates, GaussianVarianceTest, Verdict
from xavier_theory.training.parameters import initialize
from xavier_theory.training.schemes import scheme

RATES = ErrorRates(delta=0.05, alpha=1e-6, beta=1e-6)
FAN_IN, FAN_OUT = 50, 80


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("too-small", 0.01 / FAN_IN),
        ("xavier", 1 / FAN_IN),
        ("he", 2 / FAN_IN),
        ("too-large", 100 / FAN_IN),
        ("scale=1.7", 1.7 / FAN_IN),
        ("std=0.3", 0.09),
    ],
)
def test_normal_schemes_have_their_variance(name, variance):
    test = GaussianVarianceTest()
    count = test.sample_size(RATES, variance)
    rng = np.random.default_rng(11)
    layers = -(-count // (FAN_IN * FAN_OUT))
    drawn = np.concatenate([scheme(name).draw(rng, FAN_IN, FAN_OUT).ravel() for _ in range(layers)])
    for predicted, verdict in ((variance, "CONSISTENT"), (1.1 * variance, "REFUTED")):
        assert test.run(drawn, predicted, RATES).verdict is Verdict[verdict]


def test_glorot_is_uniform_within_its_limit():
    drawn = scheme("glorot").draw(np.random.default_rng(0), FAN_IN, FAN_OUT)
    limit = np.sqrt(6 / (FAN_IN + FAN_OUT))
    assert 0.98 * limit < np.abs(drawn).max() <= limit


def test_lecun_is_truncated_at_two_standard_deviations_of_its_parent():
    drawn = scheme("lecun").draw(np.random.default_rng(0), FAN_IN, FAN_OUT)
    limit = 2 / np.sqrt(FAN_IN) / 0.87962566103423978
    assert 0.98 * limit < np.abs(drawn).max() <= limit


@pytest.mark.parametrize(("fan_in", "fan_out"), [(4, 4), (3, 6), (6, 3)])
def test_orthogonal_keeps_lengths_on_the_smaller_side(fan_in, fan_out):
    drawn = scheme("orthogonal=1.5").draw(np.random.default_rng(0), fan_in, fan_out)
    assert drawn.shape == (fan_out, fan_in)
    gram = drawn @ drawn.T if fan_out <= fan_in else drawn.T @ drawn
    assert np.allclose(gram, 2.25 * np.eye(min(fan_in, fan_out)))


def test_orthogonal_has_no_preferred_sign():
    rng = np.random.default_rng(5)
    corners = [scheme("orthogonal").draw(rng, 2, 2)[0, 0] > 0 for _ in range(400)]
    # Binomial(400, 1/2) leaves [120, 280] with probability below 1e-15.
    assert 120 <= sum(corners) <= 280


def test_constants_are_constant():
    for name, value in (("zeros", 0), ("constant", 0.5), ("constant=-2", -2)):
        assert np.all(scheme(name).draw(np.random.default_rng(0), 3, 4) == value)


def test_schemes_share_their_streams():
    chosen = [scheme("xavier"), scheme("scale=4")]
    started = initialize((5, 4, 3), chosen, 2, np.random.SeedSequence(3), bias_std=0.1)
    for weights in started.weights:
        assert np.allclose(2 * weights[:2], weights[2:])
        assert not np.allclose(weights[0], weights[1])
    for biases in started.biases:
        assert np.array_equal(biases[:2], biases[2:])


@pytest.mark.parametrize(
    ("name", "scales"),
    [
        ("xavier", (1.0, 1.0)),
        ("he", (2.0, 2.0)),
        ("too-small", (0.01, 0.01)),
        ("glorot", (2 * 50 / 130, 2 * 80 / 100)),
        ("orthogonal", (50 / 80, 80 / 80)),
        ("std=0.3", (50 * 0.09, 80 * 0.09)),
        ("constant=0.2", None),
        ("zeros", None),
    ],
)
def test_scales_are_fan_in_times_the_variance(name, scales):
    found = scheme(name).scales((50, 80, 20))
    assert found == scales if scales is None else np.allclose(found, scales, rtol=1e-12)


@pytest.mark.parametrize("name", ["orthogonal=1.5", "glorot", "lecun", "he"])
def test_the_mean_square_of_drawn_weights_is_their_variance(name):
    """240,000 weights: normal ones miss by 2 % (6.9 deviations) with probability below 1e-11."""
    chosen, rng = scheme(name), np.random.default_rng(3)
    for fan_in, fan_out in ((30, 20), (20, 30)):
        drawn = np.stack([chosen.draw(rng, fan_in, fan_out) for _ in range(400)])
        assert abs(np.mean(drawn**2) / chosen.variance(fan_in, fan_out) - 1) < 0.02
