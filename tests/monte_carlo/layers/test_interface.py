"""The interface of a layer: SciPy's, with every mistake named."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator, svds

from tests.monte_carlo.layers.test_consistency import KINDS, make
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers import DeferredGaussianLayer, DenseLayer


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_and_dtypes_follow_scipy(kind) -> None:
    layer = make(kind, 0, (4, 6), np.float32)
    assert (layer.shape, layer.T.shape, layer.dtype) == ((4, 6), (6, 4), np.float32)
    assert layer.T.T is layer
    assert layer.matvec(np.ones(6)).shape == (4,)
    assert layer.matvec(np.ones((6, 1))).shape == (4, 1)
    assert layer.rmatvec([1, 2, 3, 4]).dtype == np.float32
    assert (layer @ np.ones((6, 2))).shape == (4, 2)
    assert (layer.H @ np.ones((4, 3))).shape == (6, 3)
    assert (np.ones((2, 4)) @ layer).shape == (2, 6)
    np.testing.assert_array_equal(np.ones(4) @ layer, layer.rmatvec(np.ones(4)))
    np.testing.assert_allclose(layer.matmat(np.eye(6))[:, 2], layer @ np.eye(6)[2], atol=1e-5)
    assert layer.matmat(np.ones((6, 0))).shape == (4, 0)


def test_scipy_finds_singular_values_through_a_layer() -> None:
    layer = make("gaussian", 1, (60, 40))
    start = np.random.default_rng(2).standard_normal(40)
    found = svds(aslinearoperator(layer), k=2, v0=start, return_singular_vectors=False)
    exact = np.linalg.svd(layer @ np.eye(40), compute_uv=False)
    np.testing.assert_allclose(np.sort(found), np.sort(exact)[-2:], rtol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("method", "value", "says"),
    [
        ("matvec", np.ones(5), r"W v: W has shape \(4, 6\), so 6 rows .* got shape \(5,\)"),
        ("matvec", np.ones((6, 2)), r"one column are needed, got shape \(6, 2\)"),
        ("matmat", np.ones(6), r"W V: W has shape \(4, 6\)"),
        ("rmatvec", np.ones(6), r"W has shape \(4, 6\), so 4 rows"),
        ("rmatmat", np.ones((6, 1)), r"so 4 rows and B columns are needed, got shape \(6, 1\)"),
        ("matvec", np.ones(6) * 1j, "real numbers, got dtype complex128"),
        ("matvec", np.full(6, np.nan), "must be finite"),
        ("matvec", np.full(6, np.inf), "must be finite"),
        ("matvec", np.full(6, 1e300), "must be finite in float32"),
        ("matvec", np.array(["a"] * 6), "real numbers"),
        ("matvec", np.ones(6, bool), "real numbers, got dtype bool"),
    ],
)
def test_bad_queries_are_refused(kind, method, value, says) -> None:
    layer = make(kind, 0, (4, 6), np.float32)
    with pytest.raises(InvalidInputError, match=says):
        getattr(layer, method)(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_layer_refuses_from_every_side(kind) -> None:
    with make(kind, 0, (4, 6)) as layer:
        layer @ np.ones(6)
        transposed = layer.T
    layer.close()
    for query in (
        lambda: layer @ np.ones(6),
        lambda: layer.rmatmat(np.ones((4, 2))),
        lambda: transposed @ np.ones(4),
        lambda: layer.T.T @ np.ones(6),
    ):
        with pytest.raises(InvalidInputError, match=r"\(4, 6\)|\(6, 4\)"):
            query()
    assert layer.closed
    assert transposed.closed
    assert "closed" in repr(layer)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (((0, 3), 1.0), "fan_out must be at least 1"),
        (((3, 2.0), 1.0), "fan_in must be an integer"),
        (((3,), 1.0), r"\(fan_out, fan_in\)"),
        (((3, 3), -0.1), "must not be negative, got -0.1"),
        (((3, 3), np.nan), "must be finite"),
        (((3, 3), "1"), "must be a real number"),
        (((3, 3), 1.0, np.float16), "float32 or float64, got float16"),
        (((3, 3), 1.0, complex), "float32 or float64"),
    ],
)
@pytest.mark.parametrize("kind", [DeferredGaussianLayer, DenseLayer])
def test_bad_layers_are_refused(kind, arguments, says) -> None:
    with pytest.raises(InvalidInputError, match=says):
        kind(np.random.default_rng(0), *arguments)


def test_a_variance_of_zero_is_the_zero_matrix() -> None:
    layer = DeferredGaussianLayer(np.random.default_rng(0), (3, 4), 0.0)
    assert not (layer @ np.ones(4)).any()
    assert not (layer.T @ np.ones(3)).any()


def test_a_query_may_be_changed_afterwards() -> None:
    layer, v = make("gaussian", 0, (5, 4)), np.ones(4)
    image = layer @ v
    copy = image.copy()
    v[:] = 7.0
    image[:] = 0.0
    np.testing.assert_allclose(layer @ np.ones(4), copy, rtol=1e-14)
