"""Fans of Keras' layers, against its own functions, on ones and with JAX' gradients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.initializers.random_initializers import compute_fans

import xavier_theory as xt
from xavier_theory.errors import InvalidInputError


def average(values: Any) -> Fraction:
    return Fraction(round(float(np.sum(np.asarray(values)))), int(np.size(values)))


def counted(layer: Any, *inputs: int) -> tuple[Any, Any]:
    """The products of each output and each gradient entry: all weights and inputs are 1."""
    ones = jnp.ones((1, *inputs))
    layer.build(ones.shape)
    for weight in layer.weights:
        weight.assign(np.full(weight.shape, 0.0 if weight.name == "bias" else 1.0))
    made, gradient = layer(ones), jax.grad(lambda x: jnp.sum(layer(x)))(ones)
    return np.asarray(made), np.asarray(gradient)


CONVOLUTIONS: list[tuple[Any, tuple[int, ...]]] = [
    (layers.Conv1D(6, 3, strides=2, padding="same", groups=2), (9, 4)),
    (layers.Conv1D(6, 4, padding="causal", dilation_rate=2), (9, 4)),
    (layers.Conv2D(6, (3, 5), strides=2, padding="same"), (8, 7, 3)),
    (layers.Conv2D(6, (3, 2), strides=(1, 3), padding="valid"), (8, 9, 3)),
    (layers.Conv2D(8, 3, padding="same", groups=8), (6, 5, 8)),
    (layers.Conv3D(2, 2, strides=2, padding="same"), (5, 4, 3, 2)),
    (layers.DepthwiseConv1D(3, strides=2, padding="same", depth_multiplier=2), (9, 4)),
    (layers.DepthwiseConv2D(3, padding="valid", depth_multiplier=2), (6, 5, 4)),
    (layers.Conv1DTranspose(6, 3, strides=2, padding="same"), (5, 4)),
    (layers.Conv1DTranspose(6, 2, strides=3, padding="same"), (5, 4)),
    (layers.Conv1DTranspose(6, 2, strides=3, padding="valid"), (5, 4)),
    (layers.Conv1DTranspose(6, 3, padding="same", dilation_rate=2), (6, 4)),
    (layers.Conv2DTranspose(6, (3, 4), strides=2, padding="valid"), (5, 4, 3)),
    (layers.Conv2DTranspose(6, 3, strides=2, padding="valid", output_padding=1), (5, 4, 3)),
    (layers.Conv2DTranspose(6, 4, strides=2, padding="same", output_padding=1), (5, 4, 3)),
    (layers.Conv2DTranspose(6, 3, strides=3, padding="same", output_padding=0), (5, 4, 3)),
    (layers.Conv3DTranspose(2, 3, strides=2, padding="same"), (3, 2, 3, 2)),
]


def name_of(value: Any) -> str:
    return value.name if isinstance(value, layers.Layer) else str(value)


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
    assert (fans.fan_in, fans.fan_out) == compute_fans(layer.kernel.shape)


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (layers.Dense(5), (7,)),
        (layers.EinsumDense("abc,cde->abde", (None, 2, 4)), (3, 8)),
        (layers.EinsumDense("...x,xy->...y", 4), (3, 8)),
        (layers.EinsumDense("abc,bcd->abd", (3, 5)), (3, 4)),  # a weight for each b
    ],
    ids=name_of,
)
def test_effective_fans_of_einsums_are_products_of_ones(layer: Any, inputs: Any) -> None:
    made, gradient = counted(layer, *inputs)
    fans = xt.fans(layer)
    assert (fans.effective_in, fans.effective_out) == (average(made), average(gradient))


@pytest.mark.parametrize("equation", ["abc,cde->abde", "abcd,cde->abe", "abc,bcd->abd"])
def test_what_an_einsum_dense_takes_is_what_its_initializer_is_told(equation: str) -> None:
    """The initializer draws a variance of 1/fan_in from which the fan is read off again."""
    shape = {"abc,cde->abde": (None, 20, 30), "abcd,cde->abe": (None, 40), "abc,bcd->abd": (20, 30)}
    given = {"abc,cde->abde": (3, 40), "abcd,cde->abe": (3, 20, 30), "abc,bcd->abd": (20, 40)}
    for mode, taken in (("fan_in", 0), ("fan_out", 1)):
        layer = layers.EinsumDense(
            equation, shape[equation],
            kernel_initializer=keras.initializers.VarianceScaling(1.0, mode, "normal", seed=1),
        )  # fmt: skip
        layer.build((None, *given[equation]))
        fans = xt.fans(layer)
        measured = 1 / float(np.var(np.asarray(layer.kernel)))
        # 24,000 draws: the variance is within 6 · √(2/24000) = 5.5 % but once in 5e8 times
        assert measured == pytest.approx((fans.fan_in, fans.fan_out)[taken], rel=0.055)


def test_recurrent_and_separable_layers_have_several_weights() -> None:
    lstm = layers.LSTM(5)
    lstm.build((None, 7, 3))
    fans = xt.fans(lstm, parameter="kernel")
    assert (fans.effective_in, fans.effective_out) == (3, 20) and "4 gates" in fans.remarks[0]
    assert xt.fans(lstm, parameter="recurrent_kernel").effective_in == 5
    separable = layers.SeparableConv2D(4, 3, strides=2, padding="same")
    separable.build((None, 8, 8, 3))
    depthwise = xt.fans(separable, parameter="depthwise_kernel", input_size=8)
    assert depthwise.output_size == (4, 4) and depthwise.range_in == (4, 9)
    pointwise = xt.fans(separable, parameter="pointwise_kernel")
    assert (pointwise.effective_in, pointwise.effective_out) == (3, 4)


def test_an_embedding_looks_up() -> None:
    layer = layers.Embedding(100, 8)
    layer.build()
    fans = xt.fans(layer)
    assert (fans.fan_in, fans.fan_out) == compute_fans(layer.embeddings.shape) == (100, 8)
    assert (fans.effective_in, fans.effective_out) == (1, None)


def test_attention_names_its_parts_which_have_fans() -> None:
    layer = layers.MultiHeadAttention(2, 4)
    layer.build((None, 6, 8), (None, 6, 8))
    with pytest.raises(InvalidInputError, match="layers: query, key, value, attention_output"):
        xt.fans(layer)
    parts = {part.name: xt.fans(part) for part in layer._flatten_layers() if "kernel" in dir(part)}
    assert {name: (f.effective_in, f.factor_in) for name, f in parts.items()} == dict.fromkeys(
        ("query", "key", "value", "attention_output"), (8, 1)
    )


class Custom(layers.Layer):
    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(2, 3, 4), name="kernel")


@pytest.mark.parametrize(
    ("layer", "shape", "says"),
    [
        (layers.Dense(3), None, "Dense has no shape before it is built: layer.build"),
        (layers.Dropout(0.5), (None, 3), "Dropout has no weight of at least 2 axes"),
        (layers.LSTM(3), (None, 4, 2), "choose with parameter=: kernel, recurrent_kernel"),
        (Custom(), (None, 3), "give its kernel's shape (2, 3, 4) with an equation"),
    ],
    ids=name_of,
)
def test_layers_without_one_fan_are_refused_in_words(layer: Any, shape: Any, says: str) -> None:
    if shape is not None:
        layer.build(shape)
    with pytest.raises(InvalidInputError) as refused:
        xt.fans(layer)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"of a GlorotUniform give tuple\(weight.shape\)"):
        xt.fans(keras.initializers.GlorotUniform())
