"""The joint covariance of all answers is that of a dense Gaussian matrix: by algebra, no sampling.

For queries fixed beforehand every answer is linear in the normals that were drawn. Feeding unit
vectors instead of normals shows that linear map, hence the covariance of all answers, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monte_carlo.layers import planted
from xavier_theory.monte_carlo.layers import DeferredGaussianLayer

Query = tuple[str, np.ndarray]


class UnitNormals:
    """A generator whose normals are all 0, except number ``chosen``, which is 1."""

    def __init__(self, chosen: int) -> None:
        self.chosen, self.drawn = chosen, 0

    def standard_normal(self, size=None, dtype=float, out=None) -> np.ndarray:
        values = np.zeros(size, dtype) if out is None else out
        numbers = np.arange(self.drawn, self.drawn + values.size)
        values[...] = (numbers == self.chosen).reshape(values.shape)
        self.drawn += values.size
        return values


def answers(layer: DeferredGaussianLayer, script: Sequence[Query]) -> np.ndarray:
    return np.concatenate([layer @ v if side == "W" else layer.T @ v for side, v in script])


def sampled_covariance(kind: Callable, shape, variance: float, script: Sequence[Query]):
    counter = UnitNormals(-1)
    offset = answers(kind(counter, shape, variance), script)
    assert not offset.any()  # linear, without a constant part
    columns = [
        answers(kind(UnitNormals(number), shape, variance), script)
        for number in range(counter.drawn)
    ]
    return sum(np.outer(column, column) for column in columns)


def dense_covariance(shape, variance: float, script: Sequence[Query]) -> np.ndarray:
    rows, columns = (np.eye(size) for size in shape)
    maps = [
        np.kron(rows, v[None, :]) if side == "W" else np.kron(v[None, :], columns)
        for side, v in script
    ]
    stacked = np.concatenate(maps)
    return variance * stacked @ stacked.T


def random_script(seed: int, shape, length: int) -> list[Query]:
    """Queries from either side: fresh, nearly parallel to an earlier one, or a combination."""
    rng, script = np.random.default_rng(seed), []
    for _ in range(length):
        side = "WT"[rng.integers(2)]
        size = shape[1] if side == "W" else shape[0]
        v = rng.standard_normal(size)
        earlier = [each for name, each in script if name == side]
        if earlier and rng.random() < 0.5:
            blend = rng.standard_normal(len(earlier)) @ np.array(earlier)
            v = blend + [0.0, 1e-7][rng.integers(2)] * v
        script.append((side, v))
    return script


def covariance_error(kind: Callable, seed: int, shape, length: int) -> float:
    script = random_script(seed, shape, length)
    exact = dense_covariance(shape, 0.7, script)
    return float(np.max(np.abs(sampled_covariance(kind, shape, 0.7, script) - exact)) / exact.max())


@given(
    seed=st.integers(0, 2**32),
    shape=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    length=st.integers(1, 9),
)
def test_answers_have_the_covariance_of_a_dense_matrix(seed, shape, length) -> None:
    assert covariance_error(DeferredGaussianLayer, seed, shape, length) < 1e-12


@pytest.mark.parametrize(
    "wrong",
    [
        planted.WithoutProjection,
        planted.WithoutMemory,
        planted.OnePercentOff,
        planted.FreshEveryTime,
    ],
)
def test_a_wrong_sampler_has_another_covariance(wrong) -> None:
    assert covariance_error(wrong, 1, (4, 3), 9) > 1e-3


def test_no_more_normals_are_drawn_than_the_matrix_has_entries_and_queries_need() -> None:
    shape, counter = (3, 4), UnitNormals(-1)
    layer = DeferredGaussianLayer(counter, shape, 1.0)
    layer.matmat(np.eye(4))
    assert counter.drawn == 12  # the whole matrix
    layer.rmatmat(np.eye(3))
    assert counter.drawn == 12  # nothing was left to draw
