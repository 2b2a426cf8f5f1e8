"""Fans of Flax's layers, against JAX on ones, its gradients and its initializers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen, nnx
from jax._src.nn.initializers import _compute_fans

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError

RNGS = nnx.Rngs(0)


def average(values: Any) -> Fraction:
    return Fraction(round(float(np.sum(values))), int(np.size(values)))


def counted(layer: Any, *inputs: int) -> tuple[Any, Any]:
    """The products of each output and each gradient entry: all weights and inputs are 1."""
    ones = jnp.ones((1, *inputs))
    layer.kernel[...] = jnp.ones(layer.kernel.shape)
    return np.asarray(layer(ones)), np.asarray(jax.grad(lambda x: jnp.sum(layer(x)))(ones))


CONVOLUTIONS: list[tuple[Any, tuple[int, ...]]] = [
    (nnx.Conv(4, 6, 3, strides=2, feature_group_count=2, rngs=RNGS), (9, 4)),
    (nnx.Conv(3, 6, (3, 5), strides=(2, 1), padding="VALID", rngs=RNGS), (8, 7, 3)),
    (nnx.Conv(3, 6, (3, 4), padding=1, rngs=RNGS), (8, 7, 3)),
    (nnx.Conv(3, 6, (3, 4), padding=((0, 2), (1, 1)), rngs=RNGS), (8, 7, 3)),
    (nnx.Conv(3, 6, (4, 3), padding="CIRCULAR", kernel_dilation=(1, 2), rngs=RNGS), (8, 7, 3)),
    (nnx.Conv(3, 6, (4, 3), padding="REFLECT", strides=2, rngs=RNGS), (8, 7, 3)),
    (nnx.Conv(3, 6, (4,), padding="CAUSAL", kernel_dilation=2, rngs=RNGS), (9, 3)),
    (nnx.ConvTranspose(4, 6, 3, strides=2, rngs=RNGS), (5, 4)),
    (nnx.ConvTranspose(4, 6, 2, strides=3, rngs=RNGS), (5, 4)),
    (nnx.ConvTranspose(4, 6, (3, 4), strides=2, padding="VALID", rngs=RNGS), (5, 4, 4)),
    (nnx.ConvTranspose(4, 6, (3, 4), strides=2, padding=1, rngs=RNGS), (5, 4, 4)),
    (nnx.ConvTranspose(4, 6, (3,), strides=2, padding=((2, 1),), rngs=RNGS), (5, 4)),
    (nnx.ConvTranspose(4, 6, 3, strides=2, transpose_kernel=True, rngs=RNGS), (5, 4)),
    (nnx.ConvTranspose(4, 6, 3, kernel_dilation=2, padding="SAME", rngs=RNGS), (8, 4)),
]


def name_of(value: Any) -> str:
    return type(value).__name__ if isinstance(value, nnx.Module) else str(value)


@pytest.mark.parametrize(("layer", "inputs"), CONVOLUTIONS, ids=name_of)
def test_effective_fans_of_convolutions_are_products_of_ones(
    layer: Any, inputs: tuple[int, ...]
) -> None:
    made, gradient = counted(layer, *inputs)
    fans = xt.fans(layer, input_size=inputs[:-1])
    assert fans.output_size == tuple(made.shape[1:-1])
    assert (fans.effective_in, fans.effective_out) == (average(made), average(gradient))
    assert fans.range_in == (round(made.min()), round(made.max()))
    assert fans.range_out == (round(gradient.min()), round(gradient.max()))
    assert fans.shape == layer.kernel.shape
    assert (fans.fan_in, fans.fan_out) == _compute_fans(layer.kernel.shape)


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (nnx.Linear(7, 5, rngs=RNGS), (7,)),
        (nnx.LinearGeneral((2, 4), (3, 5), axis=(-2, -1), rngs=RNGS), (6, 2, 4)),
        (nnx.LinearGeneral(4, (3, 5), rngs=RNGS), (6, 4)),
        (nnx.Einsum("btd,dhk->bthk", (8, 2, 4), rngs=RNGS), (6, 8)),
    ],
    ids=name_of,
)
def test_effective_fans_of_dense_layers_are_products_of_ones(layer: Any, inputs: Any) -> None:
    made, gradient = counted(layer, *inputs)
    fans = xt.fans(layer)
    assert (fans.effective_in, fans.effective_out) == (average(made), average(gradient))


def weight_of(layer: Any) -> Any:
    return (layer.embedding if isinstance(layer, nnx.Embed) else layer.kernel)[...]


@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize(
    ("make", "axes"),
    [
        (lambda init: nnx.LinearGeneral((20, 4), (30, 5), axis=(-2, -1), kernel_init=init,
                                        rngs=RNGS), {}),
        (lambda init: nnx.LinearGeneral((20,), (30,), batch_axis={0: 40}, kernel_init=init,
                                        rngs=RNGS), {}),
        (lambda init: nnx.Einsum("btd,dhk->bthk", (40, 20, 30), kernel_init=init, rngs=RNGS), {}),
        (lambda init: nnx.Embed(200, 100, embedding_init=init, rngs=RNGS), {"out_axis": 0}),
    ],
)  # fmt: skip
def test_what_flax_takes_is_what_its_initializers_are_told(make: Any, axes: Any, mode: str) -> None:
    """An initializer of variance 1/fan is told the fan that is read off the weight's variance."""
    layer = make(jax.nn.initializers.variance_scaling(1.0, mode, "normal", **axes))
    measured = 1 / float(np.var(np.asarray(weight_of(layer))))
    fans = xt.fans(layer)
    # at least 12,000 draws: within 6 · √(2/12000) = 7.8 % but once in 5e8 times
    assert measured == pytest.approx(getattr(fans, mode), rel=0.078)


def bound(module: Any, *inputs: int, told: tuple[str, ...] = ()) -> Any:
    ones = jnp.ones((1, *inputs))
    return module.bind(module.init(jax.random.key(0), ones, *told))


def test_linen_modules_are_read_when_bound() -> None:
    convolution = bound(linen.Conv(6, (3, 3), strides=2, feature_group_count=2), 9, 8, 4)
    ours = xt.fans(convolution, input_size=(9, 8))
    again = nnx.Conv(4, 6, (3, 3), strides=2, feature_group_count=2, rngs=RNGS)
    assert ours == xt.fans(again, input_size=(9, 8))
    assert xt.fans(bound(linen.Dense(5), 7)).effective_in == 7
    general = xt.fans(bound(linen.DenseGeneral((3, 5), axis=(-2, -1)), 6, 2, 4))
    assert (general.effective_in, general.fan_in, general.fan_out) == (8, 8, 15)
    transposed = xt.fans(bound(linen.ConvTranspose(6, (3,), strides=(2,)), 5, 4))
    assert transposed.effective_in == 6
    einsum = xt.fans(bound(linen.Einsum((8, 2, 4), "btd,dhk->bthk", use_bias=False), 6, 8))
    assert (einsum.effective_in, einsum.fan_in) == (8, 16)
    embed = linen.Embed(100, 8)
    embed = embed.bind(embed.init(jax.random.key(0), jnp.zeros(1, int)))
    assert (xt.fans(embed).fan_in, xt.fans(embed).effective_in) == (8, 1)


def test_an_attention_has_parts() -> None:
    attention = nnx.MultiHeadAttention(2, 8, rngs=RNGS)
    assert (xt.fans(attention.query).effective_in, xt.fans(attention.out).effective_in) == (8, 8)
    with pytest.raises(InvalidInputError, match="give one of its parts: query, key, value, out"):
        xt.fans(attention)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (linen.Dense(3), "a Linen Dense has no shape before it is bound"),
        (nnx.LayerNorm(3, rngs=RNGS), "LayerNorm has no weight of at least 2 axes"),
        (nnx.Conv(3, 3, 3, input_dilation=2, rngs=RNGS), "input_dilation=(2,) is not counted"),
        (nnx.Conv, "got the class Conv"),
        (nnx.Linear(2, 3, rngs=RNGS).kernel, "of a Param give tuple(weight.shape)"),
        (bound(linen.Einsum((8, 2, 4), use_bias=False), 6, 8, told=("btd,dhk->bthk",)),
         "Einsum is not known here; give its kernel's shape (8, 2, 4), with an equation"),
    ],
)  # fmt: skip
def test_layers_without_one_fan_are_refused_in_words(given: Any, says: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        xt.fans(given)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_borders_that_are_not_counted_are_refused() -> None:
    around = nnx.ConvTranspose(4, 6, 3, padding="CIRCULAR", rngs=RNGS)
    assert xt.fans(around).effective_in == 12
    with pytest.raises(InvalidInputError, match="circular transposed convolution"):
        xt.fans(around, input_size=5)
    with pytest.raises(InvalidInputError, match="Linear has none"):
        xt.fans(nnx.Linear(2, 3, rngs=RNGS), input_size=5)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((8, 4), {}), ((3, 3, 8, 4), {}), ((8, 4, 6), {"in_axis": (0, 1)}),
     ((5, 8, 4), {"batch_axis": 0}), ((8, 4), {"out_axis": 0}),
     ((2, 8, 4), {"in_axis": 1, "out_axis": (2,), "batch_axis": (0,)})],
)  # fmt: skip
def test_jaxs_fans_are_those_of_its_function(shape: Any, axes: Any) -> None:
    fans = xt.fans(shape, layout="jax", **axes)
    assert (fans.fan_in, fans.fan_out) == _compute_fans(shape, **axes)
