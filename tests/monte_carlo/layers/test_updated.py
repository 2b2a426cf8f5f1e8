"""Layers after steps of gradient descent: W₀ + L Rᵀ, whatever W₀ is."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers import (
    DeferredGaussianLayer,
    DenseLayer,
    UpdatedLayer,
)

SHAPE = (7, 5)


@pytest.fixture
def rng(run_seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(run_seed))


def test_a_dense_layer_becomes_the_sum(rng: np.random.Generator) -> None:
    dense = DenseLayer(rng, SHAPE, 1.0)
    layer, total = UpdatedLayer(dense), dense.weights.copy()
    for columns in (1, 3):
        left, right = rng.standard_normal((7, columns)), rng.standard_normal((5, columns))
        layer.add(left, right)
        total += left @ right.T
    assert layer.rank == 4
    v, u = rng.standard_normal((5, 2)), rng.standard_normal((7, 2))
    np.testing.assert_allclose(layer @ v, total @ v, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(layer.T @ u, total.T @ u, rtol=1e-12, atol=1e-12)


def test_both_sides_belong_to_one_matrix_after_updates(rng: np.random.Generator) -> None:
    layer = UpdatedLayer(DeferredGaussianLayer(rng, SHAPE, 1.0))
    v, u = rng.standard_normal(5), rng.standard_normal(7)
    for _ in range(4):
        z = layer @ v
        back = layer.T @ u
        assert u @ z == pytest.approx(back @ v, rel=1e-10, abs=1e-10)
        layer.add(-0.1 * u[:, None], v[:, None])


def test_without_updates_it_is_the_layer_itself() -> None:
    whole = DeferredGaussianLayer(np.random.default_rng(3), SHAPE, 1.0)
    updated = UpdatedLayer(DeferredGaussianLayer(np.random.default_rng(3), SHAPE, 1.0))
    assert np.array_equal(whole @ np.ones(5), updated @ np.ones(5))


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        (np.ones((7, 2)), np.ones((5, 1)), "as many left as right columns, got 2 and 1"),
        (np.ones((6, 1)), np.ones((5, 1)), r"W has shape \(7, 5\), so 7 rows"),
        (np.ones((7, 1)), np.ones((7, 1)), "so 5 rows"),
        (np.full((7, 1), np.nan), np.ones((5, 1)), "must be finite"),
        (np.ones((7, 1), complex), np.ones((5, 1)), "real numbers"),
    ],
)
def test_updates_that_do_not_fit_are_refused(left, right, says: str) -> None:
    layer = UpdatedLayer(DenseLayer(np.random.default_rng(0), SHAPE, 1.0))
    with pytest.raises(InvalidInputError, match=says):
        layer.add(left, right)
    assert layer.rank == 0


def test_closing_it_closes_the_layer_below() -> None:
    below = DeferredGaussianLayer(np.random.default_rng(0), SHAPE, 1.0)
    layer = UpdatedLayer(below)
    layer.close()
    assert below.closed
    with pytest.raises(InvalidInputError, match="closed"):
        layer.add(np.ones((7, 1)), np.ones((5, 1)))
