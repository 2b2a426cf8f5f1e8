"""Adaptive queries: the law of all answers together, against a dense matrix drawn beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ortho_group

from tests.monte_carlo.layers import planted
from tests.monte_carlo.layers.two_samples import (
    characteristic_differs,
    ks_differs,
    ks_differs_from,
    second_moments_differ,
)
from xavier_theory.monte_carlo.layers import (
    DeferredGaussianLayer,
    DeferredOrthogonalLayer,
    DenseLayer,
)

SAMPLES = 4000
SHAPE = (2, 2)  # small, so that what one side knows weighs much on the other


MIXING = np.array([[0.3, -0.8], [0.9, 0.4]])


def game(layer, plan: str) -> np.ndarray:
    """Four answers, each query made of the answer before it; all entries, 8 numbers.

    ``plan`` is the order of the sides, W or T.
    """
    last, answers = np.array([1.0, 0.5]), []
    for side in plan:
        query = last + 0.5 * np.tanh(MIXING @ last)
        query /= np.linalg.norm(query)
        last = layer.rmatvec(query) if side == "T" else layer.matvec(query)
        answers.append(last)
    return np.concatenate(answers)


class HaarLayer(DenseLayer):
    """A whole Haar-orthogonal matrix, from another construction than ours."""

    def __init__(self, matrix: np.ndarray) -> None:
        super().__init__(np.random.default_rng(0), matrix.shape, 0.0)
        self._weights = matrix


def gaussian_games(kind, seed: int, plan: str, samples: int = SAMPLES) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([game(kind(rng, SHAPE, 1 / 2), plan) for _ in range(samples)])


def haar_games(seed: int, plan: str) -> np.ndarray:
    matrices = ortho_group.rvs(2, size=SAMPLES, random_state=np.random.default_rng(seed))
    return np.array([game(HaarLayer(matrix), plan) for matrix in matrices])


def seeds(run_seed: int, count: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(run_seed).spawn(count)


def any_difference(first: np.ndarray, second: np.ndarray) -> bool:
    frequencies = np.random.default_rng(0).standard_normal((40, first.shape[1]))
    return (
        second_moments_differ(first, second, clip=4.0)
        or ks_differs(first, second)
        or characteristic_differs(first, second, frequencies)
    )


@pytest.mark.parametrize("plan", ["WTWT", "TWWT"])
def test_gaussian_answers_to_adaptive_queries_have_the_dense_law(plan, run_seed) -> None:
    ours, dense = seeds(run_seed, 2)
    first = gaussian_games(DeferredGaussianLayer, ours, plan)
    second = gaussian_games(DenseLayer, dense, plan)
    assert not any_difference(first, second)


@pytest.mark.parametrize(
    "wrong", [planted.WithoutProjection, planted.WithoutMemory, planted.FreshEveryTime]
)
def test_wrong_gaussian_samplers_are_caught_by_the_same_comparison(wrong, run_seed) -> None:
    ours, dense = seeds(run_seed, 2)
    first, second = gaussian_games(wrong, ours, "WTWT"), gaussian_games(DenseLayer, dense, "WTWT")
    assert any_difference(first, second)


def test_orthogonal_answers_to_adaptive_queries_have_the_haar_law(run_seed) -> None:
    ours, dense = seeds(run_seed, 2)
    assert not any_difference(
        gaussian_games(DeferredOrthogonalLayer, ours, "WTWT"), haar_games(dense, "WTWT")
    )


def test_orthogonal_sides_without_ties_are_caught_by_the_same_comparison(run_seed) -> None:
    ours, dense = seeds(run_seed, 2)
    first, second = gaussian_games(planted.UntiedSides, ours, "WTWT"), haar_games(dense, "WTWT")
    assert any_difference(first, second)


def first_coordinates(kind, seed: np.random.SeedSequence) -> np.ndarray:
    """One coordinate of O v for a unit v in three dimensions: uniform on [−1, 1] (Archimedes)."""
    rng, v = np.random.default_rng(seed), np.array([0.6, 0.0, 0.8])
    return np.array([kind(rng, (3, 3), 1 / 3).matvec(v)[0] for _ in range(20_000)])


def test_orthogonal_answers_are_uniform_on_the_sphere(run_seed) -> None:
    values = first_coordinates(DeferredOrthogonalLayer, seeds(run_seed, 1)[0])
    assert not ks_differs_from(values, lambda x: (x + 1) / 2)


def test_directions_from_a_cube_are_caught_by_the_same_comparison(run_seed) -> None:
    values = first_coordinates(planted.BoxDirections, seeds(run_seed, 1)[0])
    assert ks_differs_from(values, lambda x: (x + 1) / 2)
