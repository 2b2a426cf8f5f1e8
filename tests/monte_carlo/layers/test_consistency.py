"""One matrix answers everything: ⟨u, W v⟩ = ⟨Wᵀ u, v⟩, repetition, and what consumes randomness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monte_carlo.layers import planted
from xavier_theory.monte_carlo.layers import (
    DeferredGaussianLayer,
    DeferredOrthogonalLayer,
    DenseLayer,
    SampledLayer,
    StreamedDenseLayer,
)

KINDS = ("gaussian", "orthogonal", "dense", "streamed")


def make(kind: str, seed: int, shape: tuple[int, int], dtype=np.float64) -> SampledLayer:
    root = np.random.SeedSequence(seed)
    if kind == "streamed":
        return StreamedDenseLayer(root, shape, 1.0, dtype)
    generator = np.random.default_rng(root)
    if kind == "gaussian":
        return DeferredGaussianLayer(generator, shape, 1.0, dtype)
    if kind == "orthogonal":
        return DeferredOrthogonalLayer(generator, shape, 1.0, dtype)
    return DenseLayer(generator, shape, 1.0, dtype)


def adaptive_answers(
    layer: SampledLayer, seed: int, queries: int
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Queries that depend on earlier answers: fresh, bent, nearly parallel, or in the span."""
    rng, asked = np.random.default_rng(seed), []
    for _ in range(queries):
        side = "WT"[rng.integers(2)]
        size = layer.shape[1] if side == "W" else layer.shape[0]
        query = rng.standard_normal(size)
        usable = [v for name, v, _ in asked if name == side]
        usable += [np.tanh(answer) for name, _, answer in asked if name != side]
        choice = rng.integers(4)
        if usable and choice:
            blend = rng.standard_normal(len(usable)) @ np.array(usable)
            query = blend + (0.0, 1e-3, 1e-9)[choice - 1] * query
        query /= np.abs(query).max()  # blends of blends would grow beyond float32
        query = (query * 10.0 ** rng.integers(-8, 8)).astype(layer.dtype)
        asked.append((side, query, layer @ query if side == "W" else layer.T @ query))
    return asked


def worst_disagreement(asked: list[tuple[str, np.ndarray, np.ndarray]], shape) -> float:
    """The largest |⟨u, W v⟩ − ⟨Wᵀ u, v⟩| relative to ‖u‖‖v‖(√m + √n), the size of ‖W‖."""
    worst, size = 0.0, np.sqrt(shape[0]) + np.sqrt(shape[1])
    for side, v, image in asked:
        for other, u, back in asked:
            if side == "W" and other == "T":
                gap = float(u.astype(float) @ image) - float(back.astype(float) @ v)
                scale = np.linalg.norm(u.astype(float)) * np.linalg.norm(v.astype(float))
                worst = max(worst, abs(gap) / (scale * size))
    return worst


@pytest.mark.parametrize("kind", KINDS)
@given(
    seed=st.integers(0, 2**32),
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    queries=st.integers(1, 20),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_both_sides_see_one_matrix(kind, seed, shape, queries, dtype) -> None:
    layer = make(kind, seed, shape, dtype)
    asked = adaptive_answers(layer, seed + 1, queries)
    assert worst_disagreement(asked, shape) < 200 * np.finfo(dtype).eps
    for side, query, answer in asked:
        again = layer @ query if side == "W" else layer.T @ query
        scale = np.linalg.norm(query.astype(float)) * (np.sqrt(shape[0]) + np.sqrt(shape[1]))
        assert np.linalg.norm(again - answer) <= 200 * np.finfo(dtype).eps * scale


@pytest.mark.parametrize(
    "wrong", [planted.WithoutMemory, planted.UntiedSides, planted.FreshEveryTime]
)
def test_sides_that_do_not_know_of_each_other_disagree(wrong) -> None:
    layer = wrong(np.random.default_rng(0), (8, 6), 1.0)
    assert worst_disagreement(adaptive_answers(layer, 1, 12), (8, 6)) > 1e-3


@pytest.mark.parametrize("kind", ["gaussian", "orthogonal"])
@pytest.mark.parametrize(("dtype", "apart"), [(np.float32, 1e-3), (np.float64, 1e-9)])
def test_thousands_of_nearly_parallel_queries_keep_the_basis_orthonormal(
    kind, dtype, apart
) -> None:
    layer = make(kind, 3, (40, 150), dtype)
    rng = np.random.default_rng(4)
    centre = rng.standard_normal(150)
    asked = []
    for number in range(2000):
        query = (centre + apart * rng.standard_normal(150)).astype(dtype)
        asked.append(("W", query, layer @ query))
        if number % 100 == 0:
            u = rng.standard_normal(40).astype(dtype)
            asked.append(("T", u, layer.T @ u))
    basis = (layer._right.queries if kind == "gaussian" else layer._inputs).rows
    assert len(basis) == 150  # the whole space, and not one more
    tolerance = 100 * np.finfo(dtype).eps
    assert np.max(np.abs(basis @ basis.T - np.eye(150))) < tolerance
    assert worst_disagreement(asked, (40, 150)) < 5 * tolerance


@pytest.mark.parametrize("kind", ["gaussian", "orthogonal"])
def test_queries_in_the_span_and_zero_vectors_consume_no_randomness(kind) -> None:
    layer = make(kind, 5, (30, 20))
    rng = np.random.default_rng(6)
    V, U = rng.standard_normal((20, 4)), rng.standard_normal((30, 3))
    images, backs = layer @ V, layer.T @ U
    state = layer._generator.bit_generator.state
    c, d = rng.standard_normal(4), rng.standard_normal(3)
    np.testing.assert_allclose(layer @ (V @ c), images @ c, rtol=0, atol=1e-12)
    np.testing.assert_allclose(layer.T @ (U @ d), backs @ d, rtol=0, atol=1e-12)
    assert not layer.matvec(np.zeros(20)).any()
    assert not layer.rmatvec(np.zeros(30)).any()
    assert layer._generator.bit_generator.state == state
    layer @ rng.standard_normal(20)
    assert layer._generator.bit_generator.state != state


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3)])
def test_an_orthogonal_layer_is_a_block_of_a_scaled_orthogonal_matrix(shape) -> None:
    layer = make("orthogonal", 7, shape)
    U = np.random.default_rng(8).standard_normal((shape[0], 2))
    back = layer.T @ U
    W = layer @ np.eye(shape[1])
    small = W @ W.T if shape[0] <= shape[1] else W.T @ W
    np.testing.assert_allclose(small, max(shape) * np.eye(min(shape)), atol=1e-12)
    np.testing.assert_allclose(W.T @ U, back, atol=1e-12)


def test_what_an_orthogonal_matrix_answered_its_transpose_knows() -> None:
    layer = DeferredOrthogonalLayer(np.random.default_rng(0), (6, 6), 1 / 6)
    v = np.random.default_rng(1).standard_normal(6)
    image = layer @ v
    state = layer._generator.bit_generator.state
    np.testing.assert_allclose(layer.T @ image, v, atol=1e-13)
    assert layer._generator.bit_generator.state == state


@pytest.mark.parametrize("factor", [1e-37, 1e-42, 1e36])
def test_lengths_at_the_ends_of_float32_are_kept(factor) -> None:
    layer = make("gaussian", 9, (5, 4), np.float32)
    v = np.arange(1, 5, dtype=np.float32)
    small = (v * np.float32(factor)).astype(np.float32)
    image, scaled = layer @ v, layer @ small
    exact = image.astype(float) * float(small[0])
    spacing = 8 * float(np.finfo(np.float32).smallest_subnormal)
    np.testing.assert_allclose(
        scaled.astype(float), exact, rtol=1e-3 if factor > 1e-40 else 1, atol=spacing
    )
