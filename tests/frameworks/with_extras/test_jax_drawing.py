"""JAX' initializer function and Keras' initializer of ours, in their types."""

from __future__ import annotations

import json
import math
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from flax import linen, nnx

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.jax import variance
from xavier_theory.frameworks.keras import Variance

LAWS = ["normal", "uniform", "truncated-normal", "orthogonal"]
SHAPE = (3, 5, 40, 300)  # (*k, in, out), 180,000 entries
COUNT = math.prod(SHAPE)
GELU = 1 / (1 / 3 + 1 / (2 * math.sqrt(3) * math.pi)) / 600  # of E GELU², 3·5·40 products
# Six standard errors, a false alarm of 2e-9: the square of a normal entry varies by √2 of its mean.
SQUARE = 6 * math.sqrt(2 / COUNT)
ROUNDED = {"bfloat16": 2**-8, "float16": 2**-11}
KEY = jax.random.key(3)


def checked(values: Any, law: str) -> None:
    values = np.asarray(values)
    assert values.shape == SHAPE
    assert np.mean(np.abs(values) ** 2) == pytest.approx(GELU, rel=SQUARE)
    assert abs(np.mean(values)) < 6 * math.sqrt(GELU / COUNT)
    if law == "uniform" and not np.iscomplexobj(values):
        end = math.sqrt(3 * GELU)
        assert 0.999 * end < np.max(np.abs(values)) < 1.005 * end  # rounded up by 2^-8 at most


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16", "complex64", "float64"])
def test_jax_draws_the_variance_of_the_theory(dtype: str, law: str) -> None:
    with jax.enable_x64(dtype == "float64"):
        drawn = variance("gelu", law=law, groups=4)(KEY, SHAPE, dtype)
        assert drawn.dtype == dtype
        kind = complex if dtype == "complex64" else float
        values = np.asarray(drawn).astype(kind)
    checked(values, law)
    if kind is complex:
        assert np.var(values.real) == pytest.approx(GELU / 2, rel=2 * SQUARE)
        assert abs(np.mean(values.real * values.imag)) < 6 * GELU / 2 / math.sqrt(COUNT)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_keras_draws_the_variance_of_the_theory(dtype: str, law: str) -> None:
    drawn = Variance("gelu", law=law, groups=4, seed=3)(SHAPE, dtype)
    assert keras.backend.standardize_dtype(drawn.dtype) == dtype
    checked(np.asarray(drawn).astype(float), law)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("narrow", list(ROUNDED))
def test_a_narrow_type_is_the_single_precision_draw_rounded(narrow: str, law: str) -> None:
    init, initializer = variance("relu", law=law), Variance("relu", law=law, seed=3)
    for draw in (lambda kind: init(KEY, (64, 48), kind), lambda kind: initializer((64, 48), kind)):
        single, rounded = (np.asarray(draw(kind)) for kind in ("float32", narrow))
        off = np.abs(rounded.astype(float) - single)
        assert np.all(off <= ROUNDED[narrow] * np.abs(single) + 2**-25)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (2, 3, 5)])
@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_an_orthogonal_weight_is_orthogonal(dtype: str, shape: Any) -> None:
    weight = np.asarray(variance("linear", law="orthogonal")(KEY, shape, dtype))
    matrix = weight.reshape(-1, shape[-1])
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.conj().T
    scale = max(matrix.shape) / math.prod(shape[:-1])  # so that the entries have variance 1/fan_in
    assert np.allclose(wide @ wide.conj().T, scale * np.eye(len(wide)), atol=1e-5)


def test_it_fits_into_flax() -> None:
    init = variance("relu", groups=2, stride=2, mode="fan_out")
    layer = nnx.Conv(64, 128, (3, 3), 2, feature_group_count=2, kernel_init=init, rngs=nnx.Rngs(0))
    kernel = np.asarray(layer.kernel[...])
    assert np.mean(kernel**2) == pytest.approx(2 / 144, rel=6 * math.sqrt(2 / kernel.size))
    dense = linen.Dense(300, kernel_init=variance("silu", law="uniform"))
    kernel = np.asarray(dense.init(KEY, jnp.ones((1, 200)))["params"]["kernel"])
    expected = xt.variance("silu", fan_in=200)
    assert np.mean(kernel**2) == pytest.approx(expected, rel=6 * math.sqrt(2 / kernel.size))


def test_jax_compiles_it() -> None:
    init = variance("gelu", law="truncated-normal")
    compiled = jax.jit(lambda key: init(key, (8, 4)))
    assert np.allclose(compiled(KEY), init(KEY, (8, 4)), rtol=1e-5)
    assert init(KEY, (8, 4)).dtype == jnp.float32


def test_it_fits_into_keras_and_is_saved() -> None:
    initializer = Variance(keras.layers.LeakyReLU(0.2), law="uniform", seed=4)
    assert (initializer.activation, initializer.further) == ("leaky_relu", {"slope": 0.2})
    layer = keras.layers.Dense(300, kernel_initializer=initializer)
    layer.build((None, 200))
    kernel = np.asarray(layer.kernel)
    assert np.mean(kernel**2) == pytest.approx(2 / 1.04 / 200, rel=6 * math.sqrt(2 / kernel.size))
    data = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    again = keras.saving.deserialize_keras_object(data).kernel_initializer
    assert again.get_config() == initializer.get_config()
    assert np.array_equal(again((9, 7)), initializer((9, 7)))
    depthwise = Variance("relu", kind="depthwise", seed=1)
    layer = keras.layers.DepthwiseConv2D(3, depthwise_initializer=depthwise)
    layer.build((None, 9, 9, 512))
    kernel = np.asarray(layer.kernel)
    assert np.mean(kernel**2) == pytest.approx(2 / 9, rel=6 * math.sqrt(2 / kernel.size))


def test_without_a_seed_each_call_draws_anew() -> None:
    keras.utils.set_random_seed(1)
    initializer = Variance("relu")
    first, second = initializer((9, 7)), initializer((9, 7))
    assert not np.array_equal(first, second)
    keras.utils.set_random_seed(1)
    assert np.array_equal(Variance("relu")((9, 7)), first)
    seeded = Variance("relu", seed=1)
    assert np.array_equal(seeded((9, 7)), seeded((9, 7)))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: variance("rleu"), "did you mean 'relu'"),
        (lambda: variance("relu", law="cauchy"), "unknown law 'cauchy'"),
        (lambda: variance("relu", slop=1), "relu takes no parameters, got 'slop'"),
        (lambda: variance("relu")(KEY, (3,)), "at least 2 axes"),
        (lambda: variance("relu")(KEY, (3, 0)), "must be at least 1, got 0"),
        (lambda: variance("relu")(KEY, (3, 3), "int32"), "int32 cannot hold weights"),
        (lambda: variance("z*1e7")(KEY, (3, 3), "float16"), "beyond the range of float16"),
        (lambda: variance("relu")(KEY, (3, 3), out_sharding=1), "takes no out_sharding"),
        (lambda: Variance(lambda z: z), "an activation that can be saved is a name"),
        (lambda: Variance("relu")((3,)), "at least 2 axes"),
        (lambda: Variance("relu")((3, 3), "int32"), "a weight of type int32 is not drawn here"),
        (lambda: Variance("z*1e7")((3, 3), "float16"), "beyond the range of float16"),
    ],
)
def test_mistakes_are_told_in_words(call: Any, says: str) -> None:
    with pytest.raises((InvalidInputError, xt.UnknownNameError)) as refused:
        call()
    assert says in str(refused.value) and "\n" not in str(refused.value)
