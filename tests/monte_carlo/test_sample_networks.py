"""Networks sampled and predicted side by side."""

from __future__ import annotations

import json
import math
from functools import partial

import mpmath
import numpy as np
import pytest

from xavier_theory.activations import gain, get_activation
from xavier_theory.activations.initializations import initialization
from xavier_theory.cli.sampling import print_sample
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.digits_predictions import predict_paths
from xavier_theory.monte_carlo.sample_networks import sample


@pytest.mark.parametrize("activation", ["relu", "linear", "tanh", "gelu", "sigmoid"])
@pytest.mark.parametrize("width", [50, 3000])
def test_predictions_are_those_of_the_other_code(activation, width) -> None:
    found = sample(width, 4, activation, 1.3, backward=True)
    norms = np.ones(1)
    other = predict_paths(get_activation(activation), 1.3, norms, (width,) * 5)
    signal = [math.exp(layer.log_predicted) for layer in found.layers[1:]]
    np.testing.assert_allclose(signal, other.activation[:, 0], rtol=1e-6)
    gradient = [math.exp(layer.log_gradient_predicted) for layer in found.layers[:-1]]
    np.testing.assert_allclose(gradient, other.gradient[:, 0], rtol=1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_band_holds_its_share_of_networks(activation, run_seed) -> None:
    """95 % within a few percent: by Hoeffding, 2000 networks miss by 9 % once in 1e13 runs."""
    from xavier_theory.monte_carlo.layers.runs import sample_moments

    width, depth, networks = 100, 5, 2000
    band = sample(width, depth, activation, "he").layers[-1].log_band
    run = sample_moments(
        (width,) * (depth + 1), (2 / width,) * depth, activation, networks=networks, seed=run_seed
    )
    last = run.moments.log_activation[:, -1, 0]
    share = np.mean((last > band[0]) & (last < band[1]))
    assert 0.86 < share < 0.995


def test_he_relu_keeps_the_signal_on_average_and_loses_it_typically() -> None:
    found = sample(16, 40, "relu", "he", networks=4000, seed=1)
    last = found.layers[-1]
    assert last.log_predicted == pytest.approx(0.0, abs=1e-9)
    assert last.log_median < -2.0  # log-normal: the median is exp(−½·40·log(1 + 5/16)) of the mean
    assert found.sampler == "norm-chain"


def test_json_is_plain_and_complete() -> None:
    found = sample(8, 3, "relu", "he", backward=True, networks=5, seed=2)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [layer["layer"] for layer in data["layers"]] == [1, 2, 3]
    assert {"layer", "width", "second_moment", "predicted", "band"} <= data["layers"][0].keys()
    assert data["layers"][2]["gradient_predicted"] == 1.0
    assert data["input"]["second_moment"] == 1.0
    assert data["sampler"] == "deferred"


def test_results_are_arrays_records_and_a_table() -> None:
    found = sample(8, 3, "relu", "he", backward=True, networks=5, seed=2)
    records = found.to_records()
    assert [record["layer"] for record in records] == [0, 1, 2, 3]
    for name in ("second_moment", "median", "predicted"):
        assert getattr(found, name).tolist() == [record[name] for record in records]
    assert found.band.tolist() == [record["band"] for record in records]
    assert found.gradient.tolist() == [record["gradient_second_moment"] for record in records]
    assert found.gradient_predicted.tolist() == [1.0] * 4
    assert str(found).splitlines()[2].split()[:4] == ["0", "1", "1", "1"]
    assert found._repr_markdown_().count("\n| ") == 6
    assert repr(found) == "NetworkSample('relu', 'he', width=8, depth=3)"
    forward = sample(8, 3, "relu", "he")
    assert np.isnan(forward.gradient).all() and "gradient" not in str(forward)
    assert sample(4, 400, "linear", 100.0).second_moment[-1] == np.inf


def test_values_beyond_floats_are_null_and_their_logarithms_tell() -> None:
    up = sample(4, 400, "linear", 100.0).to_dict()["layers"][-1]
    assert up["second_moment"] is None
    assert up["log_second_moment"] > 709
    dead = sample(1, 60, "relu", "he").to_dict()["layers"][-1]
    assert dead["second_moment"] == 0.0
    assert dead["log_second_moment"] is None


def test_orthogonal_linear_networks_keep_the_norm_exactly() -> None:
    found = sample(30, 20, "linear", "orthogonal", networks=2)
    assert found.law == "orthogonal"
    assert abs(found.layers[-1].log_mean) < 1e-4  # float32
    assert found.layers[-1].log_band is None


@pytest.mark.parametrize(
    ("init", "activation", "scale"),
    [
        ("xavier", "tanh", 1.0),
        ("glorot", "tanh", 1.0),
        ("lecun", "selu", 1.0),
        ("he", "relu", 2.0),
        ("gain", "relu", 2.0),
        ("orthogonal", "linear", 1.0),
        ("1.5", "tanh", 1.5),
        (0.25, "tanh", 0.25),
    ],
)
def test_schemes_have_their_scale(init, activation, scale) -> None:
    found = initialization(init, get_activation(activation)).weight_variance
    assert float(found) == pytest.approx(scale)


def test_bad_schemes_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'xavier'"):
        initialization("xaviar", get_activation("tanh"))
    for number in ("0", "-1", "nan", "inf", "scale=0", "std", "he=2", "scale", "2*z"):
        with pytest.raises(InvalidInputError, match=r"Var|needs a value|takes no value|number"):
            initialization(number, get_activation("tanh"))


@pytest.mark.parametrize("law", ["truncated-normal-uncorrected", "truncated-normal", "uniform"])
def test_a_prediction_knows_what_its_law_does_to_the_variance(law) -> None:
    """A normal cut at ±2σ without correction keeps 0.77374 of its variance, a layer at a time."""
    with mpmath.workdps(30):
        inside = mpmath.ncdf(2) - mpmath.ncdf(-2)
        kept = 1 - 4 * mpmath.npdf(2) / inside
    found = sample(512, 10, "relu", "he", law=law, networks=4, backward=True)
    factor = float(kept) if law.endswith("uncorrected") else 1.0
    for layer in found.layers:
        assert layer.log_predicted == pytest.approx(layer.layer * math.log(factor), abs=1e-9)
        assert layer.log_gradient_predicted == pytest.approx(
            (10 - layer.layer) * math.log(factor), abs=1e-9
        )
    last = found.layers[10]
    assert last.log_band[0] - 0.1 < last.log_median < last.log_band[1] + 0.1


@pytest.mark.parametrize(("activation", "init", "second", "slope"), [
    # sin(30z): E sin² = (1 − e^(−2·900·q))/2 and E 900·cos² = 450·(1 + e^(−1800 q)); and so on
    ("sin(30*z)", "he", 0.5, 450.0), ("where(sin(10*z) > 0, z, -z)", "xavier", 1.0, 1.0),
    (lambda z: np.sin(30 * z), "he", 0.5, 450.0),
])  # fmt: skip
def test_predictions_of_what_changes_fast(activation, init, second, slope) -> None:
    found = sample(64, 4, activation, init, backward=True)
    scale = found.scale
    assert found.missing is None
    for layer in found.layers[1:]:
        assert math.exp(layer.log_predicted) == pytest.approx(second, rel=1e-9)
        expected = (4 - layer.layer) * math.log(scale * slope)
        assert layer.log_gradient_predicted == pytest.approx(expected, abs=1e-6)


def test_a_prediction_is_that_of_mpmath() -> None:
    for text, phi in [
        ("tanh(3*z)", lambda z: mpmath.tanh(3 * z)),
        ("softplus(20*z)/20", lambda z: mpmath.log1p(mpmath.exp(20 * z)) / 20),
    ]:
        with mpmath.workdps(25):
            q = mpmath.mpf(2)
            ends = [k * mpmath.sqrt(q) / 4 for k in range(-48, 49)]
            density = partial(mpmath.npdf, mu=0, sigma=mpmath.sqrt(q))
            square = mpmath.quad(lambda z, f=phi, p=density: f(z) ** 2 * p(z), ends)
            chi = 2 * mpmath.quad(lambda z, f=phi, p=density: mpmath.diff(f, z) ** 2 * p(z), ends)
        found = sample(64, 1, text, "he", backward=True)
        assert math.exp(found.layers[1].log_predicted) == pytest.approx(float(square), rel=1e-9)
        assert math.exp(found.layers[0].log_gradient_predicted) == pytest.approx(
            float(chi), rel=1e-8
        )


def test_a_prediction_that_is_missing_is_told_and_refuses_nothing(capsys) -> None:
    found = sample(64, 3, "sqrt(abs(z))", "he", backward=True)  # E[φ'²] is infinite
    assert [layer.log_gradient_predicted for layer in found.layers] == [None, None, None, 0.0]
    assert not np.isnan(found.gradient).any() and not np.isnan(found.band).any()
    np.testing.assert_array_equal(found.gradient_predicted, [np.nan] * 3 + [1.0])
    assert found.missing is not None and "E[φ'²] of sqrt(abs(z))" in found.missing
    json.dumps(found.to_dict(), allow_nan=False)
    print_sample(found)
    assert "a prediction is missing: at layer 1, E[φ'²]" in capsys.readouterr().out


def test_the_vocabulary_of_initializations_is_one() -> None:
    phi = get_activation("leaky_relu", slope="1/5")
    for text, scale in [
        ("gain", 2 / 1.04), ("25/9", 25 / 9), ("sqrt(2)/30", 2**0.5 / 30), ("std=1/10", 0.64),
        ("orthogonal=sqrt(2)", 2.0), ("scale=1.5", 1.5), ("too-small", 0.01), ("kaiming", 2.0),
    ]:  # fmt: skip
        found = sample(64, 2, "leaky_relu", text, slope="1/5")
        assert found.scale == pytest.approx(scale, rel=1e-15)
        assert float(initialization(text, phi, 64).weight_variance) == found.scale
    assert sample(64, 2, "relu", gain("relu")).scale == 2.0
    with pytest.raises(InvalidInputError, match="orthogonal weights have no law of entries"):
        sample(64, 2, "relu", "orthogonal", law="uniform")


@pytest.mark.parametrize(("width", "depth"), [(0, 3), (3, 0), (2.5, 3), (3, True)])
def test_bad_sizes_are_refused(width, depth) -> None:
    with pytest.raises(InvalidInputError, match=r"width|depth"):
        sample(width, depth, "relu")


def test_a_length_map_that_leaves_the_floats_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"layer|float"):
        sample(5, 400, "softplus", 1e6)


@pytest.mark.parametrize("name", ["step", "sign"])
def test_jumps_alone_have_signals_and_no_gradients(name) -> None:
    predicted = math.exp(sample(30, 3, name).layers[-1].log_predicted)
    assert predicted == pytest.approx(0.5 if name == "step" else 1)
    with pytest.raises(InvalidInputError, match="no gradient comes through"):
        sample(30, 3, name, backward=True)
