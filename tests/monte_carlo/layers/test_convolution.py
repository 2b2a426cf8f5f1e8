"""Convolutions whose kernels are never all held."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import correlate2d

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.layers import ConvolutionLayer
from xavier_theory.monte_carlo.layers.layered import run_layers

CHANNELS, IMAGE = (5, 3), (4, 6)


def layer(seed: int = 0, **options) -> ConvolutionLayer:
    given = {"channels": CHANNELS, "image": IMAGE, "size": 3, "variance": 0.5, **options}
    return ConvolutionLayer(np.random.SeedSequence(seed), **given)


def all_kernels(found: ConvolutionLayer) -> np.ndarray:
    return np.concatenate([kernels for _, kernels in found.kernels()])


@pytest.mark.parametrize("size", [1, 3, 5, 9])
def test_it_is_scipys_correlation_with_zeros_beyond_the_border(size: int, run_seed: int) -> None:
    rng, found = np.random.default_rng(run_seed), layer(run_seed, size=size)
    images = rng.standard_normal((3, 4, 6))
    padded = np.pad(images, ((0, 0), (size // 2,) * 2, (size // 2,) * 2))
    wanted = [
        sum(correlate2d(padded[c], kernel[c], mode="valid") for c in range(3))
        for kernel in all_kernels(found)
    ]
    answer = (found @ images.ravel()).reshape(5, 4, 6)
    np.testing.assert_allclose(answer, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_sides_see_one_matrix(dtype, run_seed: int) -> None:
    rng, found = np.random.default_rng(run_seed), layer(run_seed, dtype=dtype)
    v, u = rng.standard_normal((72, 2)), rng.standard_normal((120, 2))
    left, right = u.T @ (found @ v), (found.T @ u).T @ v
    np.testing.assert_allclose(left, right, rtol=1e-3 if dtype == np.float32 else 1e-10, atol=1e-4)


def test_memory_changes_nothing() -> None:
    v = np.ones(72)
    one_channel = 3 * 9 * 8 * 4
    few = layer(max_bytes=one_channel)
    assert [rows.stop - rows.start for rows, _ in few.kernels()] == [1] * 5
    np.testing.assert_allclose(few @ v, layer() @ v, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(few.T @ np.ones(120), layer().T @ np.ones(120), rtol=1e-12)


def test_kernels_have_their_law() -> None:
    signs = all_kernels(layer(weight_law="rademacher", variance=0.25))
    assert set(np.unique(signs)) == {-0.5, 0.5}


def test_it_is_a_layer_of_a_network() -> None:
    layers = [layer(channels=(4, 1)), layer(1, channels=(2, 4))]
    gradient = np.ones((48, 1))
    found = run_layers(layers, "relu", np.ones((24, 1)), gradient)
    assert np.isfinite(found.log_activation).all()
    assert found.log_gradient is not None and np.isfinite(found.log_gradient).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"size": 2}, "odd size, got 2"),
        ({"size": 0}, "at least 1"),
        ({"channels": (0, 3)}, "at least 1"),
        ({"image": (4, 0)}, "at least 1"),
        ({"variance": -1.0}, "must not be negative"),
        ({"max_bytes": 100}, "take up to 864 bytes"),
    ],
)
def test_impossible_convolutions_are_refused(options: dict, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        layer(**options)


def test_an_unknown_law_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'uniform'"):
        layer(weight_law="unifrom")
