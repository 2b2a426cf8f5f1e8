"""Power iteration: largest singular values of matrices that were never drawn whole."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator, svds

from tests.monte_carlo.layers.two_samples import ks_differs
from xavier_theory.monte_carlo.layers import (
    DeferredGaussianLayer,
    DeferredOrthogonalLayer,
    DenseLayer,
)


def largest(layer, rng: np.random.Generator, steps: int) -> float:
    """‖W‖ by power iteration on WᵀW."""
    v = rng.standard_normal(layer.shape[1])
    for _ in range(steps):
        v = layer.rmatvec(layer.matvec(v / np.linalg.norm(v)))
    return float(np.sqrt(np.linalg.norm(v)))


def test_the_norm_of_a_wide_square_matrix_is_near_two() -> None:
    """‖W‖ → 2 for Var(W) = 1/n (Geman 1980), within O(n^(-2/3)), Tracy and Widom's scale."""
    n = 20_000
    rng = np.random.default_rng(0)
    layer = DeferredGaussianLayer(rng, (n, n), 1 / n, np.float32)
    found = svds(aslinearoperator(layer), k=1, v0=rng.standard_normal(n), ncv=40, tol=1e-2,
                 return_singular_vectors=False)  # fmt: skip
    assert found[0] == pytest.approx(2.0, abs=0.03)
    assert max(layer.queries) < 400


def norms(kind, seed: np.random.SeedSequence) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([[largest(kind(rng, (5, 4), 1.0), rng, steps) for steps in (1, 3)]
                     for _ in range(700)])  # fmt: skip


def test_estimates_have_the_law_of_dense_matrices(run_seed: int) -> None:
    ours, dense = np.random.SeedSequence(run_seed).spawn(2)
    assert not ks_differs(norms(DeferredGaussianLayer, ours), norms(DenseLayer, dense))


def test_all_singular_values_of_an_orthogonal_matrix_are_one() -> None:
    rng = np.random.default_rng(0)
    layer = DeferredOrthogonalLayer(rng, (300, 300), 1 / 300)
    assert largest(layer, rng, 5) == pytest.approx(1.0, rel=1e-10)
