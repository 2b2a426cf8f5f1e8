"""Streamed matrices: one W, whatever is asked, and never more memory than stated."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from tests.monte_carlo.layers.two_samples import ks_differs_from
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.monte_carlo.laws import LAWS, law
from xavier_theory.monte_carlo.layers import StreamedDenseLayer
from xavier_theory.monte_carlo.layers.streamed import TILE_BYTES

SHAPE = (300, 1100)  # more than one tile each way


def whole(layer: StreamedDenseLayer) -> np.ndarray:
    weights = np.full(layer.shape, np.nan)
    for rows, columns, tile in layer.tiles():
        weights[rows, columns] = tile
    return weights


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_sides_see_the_matrix_of_the_tiles(name, dtype) -> None:
    layer = StreamedDenseLayer(np.random.SeedSequence(1), SHAPE, 0.3, dtype, name)
    weights = whole(layer)
    rng = np.random.default_rng(2)
    V, U = rng.standard_normal((SHAPE[1], 2)), rng.standard_normal((SHAPE[0], 3))
    close = {"rtol": 0, "atol": 2e3 * np.finfo(dtype).eps}
    np.testing.assert_allclose(layer.T @ U, weights.T @ U, **close)
    np.testing.assert_allclose(layer @ V, weights @ V, **close)
    np.testing.assert_array_equal(whole(layer), weights)


def test_tiles_differ_and_seeds_decide() -> None:
    one, same, other = (
        whole(StreamedDenseLayer(np.random.SeedSequence(s), SHAPE, 1.0)) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert len(np.unique(one)) == one.size
    assert not np.intersect1d(one, other).size


def test_a_tile_is_seeded_like_the_child_that_spawn_makes() -> None:
    seed = np.random.SeedSequence(3)
    tiles = [tile for _, _, tile in StreamedDenseLayer(seed, SHAPE, 1.0).tiles()]
    child = np.random.SeedSequence(3).spawn(4)[2]
    expected = law("uniform").sample(np.random.default_rng(child), tiles[2].shape, 1.0)
    np.testing.assert_array_equal(tiles[2], expected)


def test_uniform_entries_have_their_law(run_seed) -> None:
    weights = whole(StreamedDenseLayer(np.random.SeedSequence(run_seed), SHAPE, 1.0)).ravel()
    end = np.sqrt(3.0)
    assert not ks_differs_from(weights, lambda x: (x + end) / (2 * end))


def test_memory_stays_within_what_is_stated() -> None:
    layer = StreamedDenseLayer(np.random.SeedSequence(0), (2000, 6000), 1.0, weight_law="student-t")
    v = np.ones(6000)
    tracemalloc.start()
    try:
        layer @ v
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < TILE_BYTES < layer.shape[0] * layer.shape[1] * 8 / 10


def test_less_memory_than_a_tile_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=f"holds up to {TILE_BYTES} bytes"):
        StreamedDenseLayer(np.random.SeedSequence(0), (5, 5), 1.0, max_bytes=1000)


def test_an_unknown_law_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'uniform'"):
        StreamedDenseLayer(np.random.SeedSequence(0), (5, 5), 1.0, weight_law="unifrom")
