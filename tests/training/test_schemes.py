"""Schemes against their stated variances, by the exact chi-square test where weights are normal."""

from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.activations import gain, get_activation
from xavier_theory.activations.initializations import initialization
from xavier_theory.errors import InvalidInputError, XavierTheoryError
from xavier_theory.statistics import ErrorRates, GaussianVarianceTest, Verdict
from xavier_theory.training import TrainingPlan
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


@pytest.mark.parametrize(
    ("given", "scale"),
    [
        ("gain", 2 / (1 + 1 / 25)), (gain("leaky_relu", slope=0.2), 2 / 1.04), ("25/9", 25 / 9),
        (1.5, 1.5), (Fraction(7, 4), 1.75), ("scale=sqrt(2)", 2**0.5), ("kaiming_normal", 2),
        ("std=sqrt(2)/30", 50 * 2 / 900), ("He", 2), ("orthogonal=1.41", 1.41**2),
    ],
)  # fmt: skip
def test_the_vocabulary_is_that_of_sample_and_phase(given, scale):
    """The same names and numbers mean the same σ_w² in layers of equal width."""
    known = get_activation("leaky_relu", slope=0.2)
    (found,) = scheme(given, activation=known).scales((50, 50))
    assert found == pytest.approx(scale, rel=1e-15)
    shared = initialization(given, known, 50)
    assert float(shared.weight_variance) == pytest.approx(scale, rel=1e-15)


def test_a_plan_takes_the_gain_of_its_activation():
    plan = TrainingPlan(activation="gelu", schemes=("gain", 1.5))
    assert plan.schemes[0].scales((3, 9)) == (pytest.approx(gain("gelu").value ** 2),)
    assert TrainingPlan(schemes="he").schemes[0].name == "he"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("gain", "is that of an activation; give one"), ("he=2", "he takes no value"),
        ("zero", "unknown initialization 'zero'; did you mean 'zeros'"), ("std", "needs a value"),
        ("orthogonal=-1", "must not be negative"), ("std=1e200", "value of std must be in range"),
        (-1, "must be positive"), (True, "must be a real number"), ("scale=nan", "finite"),
    ],
)  # fmt: skip
def test_what_is_no_scheme_is_told(given, says):
    with pytest.raises(XavierTheoryError, match=says):
        scheme(given)


def test_weights_that_are_not_random_have_no_variance_to_predict_with():
    with pytest.raises(InvalidInputError, match="zeros weights are not random"):
        initialization("zeros", get_activation("relu"))
