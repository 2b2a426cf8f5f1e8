"""Whole networks: the fast pass equals the layers number by number, and dense networks in law."""

from __future__ import annotations

import numpy as np
import pytest

from tests.monte_carlo.layers import planted
from tests.monte_carlo.layers.two_samples import characteristic_differs, ks_differs
from xavier_theory.activations import activation_names, get_activation
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.laws import law
from xavier_theory.monte_carlo.layers import DeferredGaussianLayer, DenseLayer
from xavier_theory.monte_carlo.layers.kernels import kernel
from xavier_theory.monte_carlo.layers.layered import run_layers
from xavier_theory.monte_carlo.layers.one_pass import BLOCK, OnePass
from xavier_theory.monte_carlo.networks import backward, forward, sample_weights

NETWORKS = 40_000
WIDTHS, VARIANCES = (4, 3, 5, 4), (0.5, 0.4, 0.6)


def by_layers(widths, variances, activation, x, seed: int):
    """The same network by deferred layers, asked in the order of the fast pass."""
    generator = np.random.default_rng(seed)
    layers = [
        DeferredGaussianLayer(generator, (fan_out, fan_in), variance, x.dtype)
        for fan_in, fan_out, variance in zip(widths, widths[1:], variances, strict=False)
    ]
    phi, a = get_activation(activation).function, x[:, None]
    for layer in layers:
        a = np.asarray(phi(layer @ a), x.dtype)
    gradient = np.empty((widths[-1], 1), x.dtype)
    generator.standard_normal(out=gradient, dtype=x.dtype.type)
    return run_layers(layers, activation, x[:, None], gradient)  # its z are known: none is drawn


def logs(moments) -> np.ndarray:
    parts = (moments.log_pre_activation, moments.log_activation, moments.log_gradient)
    return np.concatenate([part[:, :, 0] for part in parts], axis=1)


@pytest.mark.parametrize(
    "activation", ["linear", "relu", "leaky_relu", "abs", "tanh", "sigmoid", "gelu", "softplus"]
)
def test_the_fast_pass_gives_the_numbers_of_the_layers(activation) -> None:
    widths, variances = (30, 40, 20, 50), (0.05, 0.06, 0.07)
    x = np.random.default_rng(1).standard_normal(30)
    fast = OnePass(np.random.default_rng(2), widths, variances, kernel(activation), x, 1).run(True)
    slow = by_layers(widths, variances, activation, x, 2)
    np.testing.assert_allclose(logs(fast), logs(slow), rtol=0, atol=1e-11)


def test_blocks_and_float32_give_the_numbers_of_the_layers() -> None:
    widths, variances = (BLOCK + 7, 2 * BLOCK + 3, 5), (1 / BLOCK, 1 / BLOCK)
    x = np.ones(widths[0], np.float32)
    fast = OnePass(np.random.default_rng(2), widths, variances, kernel("tanh"), x, 1).run(True)
    slow = by_layers(widths, variances, "tanh", x, 2)
    np.testing.assert_allclose(logs(fast), logs(slow), rtol=0, atol=1e-3)


def passes(kind, activation: str, seed: np.random.SeedSequence, networks=NETWORKS) -> np.ndarray:
    generator, x = np.random.default_rng(seed), np.ones(WIDTHS[0])
    found = kind(generator, WIDTHS, VARIANCES, kernel(activation), x, networks).run(True)
    return bounded(logs(found))


def dense_passes(activation: str, seed: np.random.SeedSequence) -> np.ndarray:
    """The same moments from dense matrices, by another code."""
    generator = np.random.default_rng(seed)
    weights = sample_weights(generator, law("normal"), WIDTHS, VARIANCES, NETWORKS)
    passed = forward(np.ones((WIDTHS[0], 1)), weights, activation)
    top = generator.standard_normal((NETWORKS, WIDTHS[-1], 1))
    back = backward(passed, weights, top)
    parts = (
        passed.pre_activation_moments(),
        passed.activation_moments(),
        back.activation_gradient_moments(),
    )
    with np.errstate(divide="ignore"):  # dead relu layers
        return bounded(np.log(np.concatenate([part[:, :, 0] for part in parts]).T))


def bounded(values: np.ndarray) -> np.ndarray:
    """log moments with −∞ (a dead layer) at −20, without the given log ‖x‖²/n."""
    keep = [k for k in range(values.shape[1]) if k != len(VARIANCES)]
    return np.maximum(values[:, keep], -20.0)


def differs(first: np.ndarray, second: np.ndarray) -> bool:
    frequencies = np.random.default_rng(0).standard_normal((40, first.shape[1]))
    return ks_differs(first, second) or characteristic_differs(first, second, frequencies)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid"])
def test_signals_and_gradients_have_the_law_of_dense_networks(activation, run_seed) -> None:
    ours, dense = np.random.SeedSequence(run_seed).spawn(2)
    assert not differs(passes(OnePass, activation, ours), dense_passes(activation, dense))


@pytest.mark.parametrize(
    "wrong",
    [planted.PassWithoutProjection, planted.PassWithoutMemory, planted.PassThreePercentOff],
)
def test_wrong_passes_are_caught_by_the_same_comparison(wrong, run_seed) -> None:
    ours, dense = np.random.SeedSequence(run_seed).spawn(2)
    assert differs(passes(wrong, "tanh", ours), dense_passes("tanh", dense))


def cosines(kind, seed: np.random.SeedSequence, networks: int) -> np.ndarray:
    """Cosines of two inputs' activations and gradients, and norms: ``(networks, 6)``."""
    generator, rows = np.random.default_rng(seed), []
    x = np.array([[1.0, 1.0], [1.0, -0.5], [0.0, 1.0]])
    for _ in range(networks):
        layers = [kind(generator, (3, 3), 0.8) for _ in range(2)]
        a, slopes, row = x, [], []
        for layer in layers:
            a = np.tanh(layer @ a)
            slopes.append(1 - a**2)
            row += [cosine(a), float(a[:, 0] @ a[:, 0])]
        u = a - 0.3
        for layer, slope in zip(reversed(layers), reversed(slopes), strict=True):
            u = layer.T @ (slope * u)
        rows.append([*row, cosine(u), float(np.tanh(u[:, 0] @ u[:, 0]))])
    return np.array(rows)


def cosine(pair: np.ndarray) -> float:
    return float(pair[:, 0] @ pair[:, 1] / np.linalg.norm(pair[:, 0]) / np.linalg.norm(pair[:, 1]))


def test_cosines_of_two_inputs_have_the_law_of_dense_networks(run_seed) -> None:
    ours, dense = np.random.SeedSequence(run_seed).spawn(2)
    assert not differs(cosines(DeferredGaussianLayer, ours, 2500), cosines(DenseLayer, dense, 5000))


def test_cosines_of_independent_answers_are_caught_by_the_same_comparison(run_seed) -> None:
    ours, dense = np.random.SeedSequence(run_seed).spawn(2)
    assert differs(cosines(planted.FreshEveryTime, ours, 2500), cosines(DenseLayer, dense, 5000))


def test_a_zero_input_gives_zero_signals_and_gradients_of_the_constant() -> None:
    x = np.zeros(6)
    found = OnePass(np.random.default_rng(0), (6, 5, 4), (1.0, 1.0), kernel("relu"), x, 3).run(True)
    assert np.isneginf(found.log_activation).all()
    assert np.isneginf(found.log_gradient[:, :2]).all()


def test_depth_neither_overflows_nor_underflows_for_a_homogeneous_activation() -> None:
    depth, x = 2000, np.ones(8, np.float32)
    for variance in (1e-3, 1e3):
        run = OnePass(
            np.random.default_rng(0),
            (8,) * (depth + 1),
            (variance,) * depth,
            kernel("linear"),
            x,
            1,
        ).run(True)
        growth = depth * np.log(variance)
        assert abs(run.log_activation[0, -1, 0] / growth - 1) < 1
        assert np.isfinite(run.log_gradient).all()


def test_a_signal_that_leaves_float32_is_refused_with_its_layer() -> None:
    x = np.ones(8, np.float32)
    for name, variance in (("softplus", 1e30), ("tanh", 1e-30)):
        with pytest.raises(InvalidInputError, match=r"leaves the range of float32 at layer [1-9]"):
            OnePass(np.random.default_rng(0), (8,) * 9, (variance,) * 8, kernel(name), x, 1).run(
                False
            )


@pytest.mark.parametrize("activation", activation_names())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_are_the_functions_of_the_catalogue(activation, dtype) -> None:
    phi, z = kernel(activation), np.linspace(-4.03, 4.02, 200, dtype=dtype)
    a, scratch, u = np.empty_like(z), np.empty_like(z), np.full_like(z, 2.0)
    phi.apply(z, a)
    phi.pull(z, a, u, scratch)
    known = get_activation(activation)
    tolerance = 50 * np.finfo(dtype).eps
    np.testing.assert_allclose(a, known.function(z.astype(float)), rtol=0, atol=tolerance)
    np.testing.assert_allclose(u, 2 * known.derivative(z.astype(float)), rtol=0, atol=tolerance)
