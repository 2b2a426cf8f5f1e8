"""The digits images through ten layers: every layer by its exact law, depth by its spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.digits import ACTIVATIONS, WIDTH_TIMES_VARIANCE, run_digits
from xavier_theory.monte_carlo.digits_images import load_digits_images

FALSE_ALARM = 1e-6


@pytest.fixture(scope="module")
def data():
    return load_digits_images()


@pytest.fixture(scope="module")
def run(data):
    return run_digits(seed=0, data=data)


def layers(run):
    return [(c, layer) for c in run.combinations for layer in c.layers]


def chernoff_tail(law, variance):
    """A proven bound on the chance of so extreme a layer if the weights had that variance."""
    units = len(law.unit_sums)
    eigenvalues = law.eigenvalues / law.largest_eigenvalue
    mean = law.observed / (variance * law.largest_eigenvalue)

    def exponent(t):  # log E e^(t(Y − mean)) for one unit, Y = Σ λ_k χ²_1; finite for t < ½
        return -0.5 * float(np.sum(np.log1p(-2 * t * eigenvalues))) - t * mean

    above = mean > float(np.sum(eigenvalues))
    bounds = (0.0, 0.5 - 1e-9) if above else (-1e3, 0.0)
    best = optimize.minimize_scalar(exponent, bounds=bounds, method="bounded").fun
    return 2 * math.exp(min(0.0, units * best))


def test_every_combination_and_layer_is_there(run):
    assert [(c.activation, c.scheme) for c in run.combinations] == [
        (name, scheme) for name in ACTIVATIONS for scheme in WIDTH_TIMES_VARIANCE
    ]
    assert run.widths == (64, *(128,) * 10) and run.images == 1797
    assert run.input_moment == pytest.approx(61 / 64)
    for combination, layer in layers(run):
        assert layer.weight_variance * layer.fan_in == pytest.approx(combination.scale)
        assert layer.fan_in == run.widths[layer.layer - 1]
    assert [layer.layer for layer in run.combinations[0].layers] == list(range(1, 11))


def test_every_layer_obeys_its_exact_law_and_another_schemes_variance_is_caught(run):
    share = FALSE_ALARM / len(layers(run))
    for _, layer in layers(run):
        assert chernoff_tail(layer.law, layer.weight_variance) > share
        assert chernoff_tail(layer.law, 2 * layer.weight_variance) < share
        assert chernoff_tail(layer.law, layer.weight_variance / 2) < share


def test_the_first_layer_of_all_networks_catches_a_tenth(data):
    run = run_digits(seed=1, data=data, depth=1, activations=("linear",), law_networks=16)
    for combination in run.combinations:
        law = combination.layers[0].law
        assert chernoff_tail(law, law.weight_variance) > FALSE_ALARM
        assert chernoff_tail(law, 1.1 * law.weight_variance) < FALSE_ALARM


def near(comparison, predicted, deviation=0.0, shift=0.0):
    error = max(comparison.standard_error, deviation * predicted)
    return abs(comparison.sampled - predicted) <= 4.5 * error + shift * predicted


def test_depth_agrees_within_its_spread(run):
    for combination, layer in layers(run):
        shift = 0.0 if combination.is_exact else 3 / layer.fan_out  # a term of order 1/width
        for comparison in (layer.pre_activation, layer.activation):
            assert near(comparison, comparison.predicted, layer.deviation, shift)
        assert near(layer.gradient, layer.gradient.predicted, 0.05, shift)


def last(run, activation, scheme):
    return next(
        c.layers[-1] for c in run.combinations if (c.activation, c.scheme) == (activation, scheme)
    )


def test_wrong_predictions_over_depth_are_caught(run):
    tanh = last(run, "tanh", "Xavier")
    assert not near(tanh.pre_activation, run.input_moment, tanh.deviation)  # Var(a) ≈ Var(z)
    sigmoid = last(run, "sigmoid", "Xavier")
    assert not near(sigmoid.pre_activation, run.input_moment, sigmoid.deviation)
    relu = last(run, "relu", "He")
    assert not near(relu.pre_activation, 2**9 * run.input_moment, relu.deviation)  # relu's ½ lost
    assert not near(relu.activation, run.input_moment / 2**9, relu.deviation)  # and taken twice
    first = run.combinations[1].layers[0]
    assert not near(first.gradient, 1.0, 0.05)  # fan-in scaling: 128 units, 64 inputs


def test_the_regimes_are_those_of_the_theory(run):
    for name in ("linear", "relu"):
        assert last(run, name, "too small").pre_activation.sampled < 1e-5
        assert last(run, name, "too large").pre_activation.sampled > 1e3
    assert 0.3 < last(run, "relu", "He").activation.sampled < 3
    assert 0.3 < last(run, "linear", "Xavier").activation.sampled < 3
    by_name = {c.activation: c for c in run.combinations if c.scheme == "Xavier"}
    assert by_name["sigmoid"].layers[0].gradient.sampled < 1e-11, "sigmoid: gradients vanish"
    assert by_name["tanh"].layers[0].gradient.sampled > 0.05


def test_the_deviation_counts_networks_and_not_images(run):
    one_layer = math.sqrt(2 / 128 / run.networks)
    for combination in run.combinations:
        assert combination.layers[0].deviation == pytest.approx(one_layer, rel=0.05)
    linear = run.combinations[0].layers[-1].deviation
    assert linear == pytest.approx(math.sqrt((1 + 2 / 128) ** 10 - 1) / 4, rel=0.05)


def numbers(run):
    return [
        (layer.pre_activation, layer.activation, layer.gradient, layer.law.observed)
        for _, layer in layers(run)
    ]


def test_the_seed_decides_everything(data):
    small = {"data": data, "depth": 2, "width": 8, "networks": 3, "activations": ("tanh",)}
    assert numbers(run_digits(5, **small)) == numbers(run_digits(5, **small))
    assert numbers(run_digits(5, **small)) != numbers(run_digits(6, **small))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"depth": 0}, InvalidInputError, "depth must be at least 1"),
        ({"width": 2.5}, InvalidInputError, "width must be an integer"),
        ({"networks": 1}, InvalidInputError, "networks must be at least 2"),
        ({"networks": 1798}, InvalidInputError, "1798 networks cannot share 1797 images"),
        ({"law_networks": 0}, InvalidInputError, "law_networks"),
        ({"schemes": ("Xavie",)}, UnknownNameError, "did you mean 'Xavier'"),
        ({"activations": ("tahn",)}, UnknownNameError, "did you mean 'tanh'"),
    ],
)
def test_bad_inputs_are_refused(data, arguments, error, says):
    with pytest.raises(error, match=says):
        run_digits(data=data, **arguments)
