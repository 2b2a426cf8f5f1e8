"""Keras: the fans of its layers.

What Keras takes is ``compute_fans`` of a kernel's shape: the last two axes times the positions,
whatever the layer; EinsumDense tells it which axes its equation sums.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fans import Fans
from xavier_theory.frameworks.layers import chosen

try:
    from keras import layers
except ImportError:
    raise MissingExtraError("xavier_theory.frameworks.keras", "keras") from None

_CONVOLUTIONS = (layers.Conv1D, layers.Conv2D, layers.Conv3D)
_TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
_DEPTHWISE = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
_SEPARABLE = (layers.SeparableConv1D, layers.SeparableConv2D)
_GATES = {"LSTM": 4, "LSTMCell": 4, "GRU": 3, "GRUCell": 3}


def layer_fans(layer: Any, parameter: str | None, input_size: Any) -> Fans:
    """The fans of a built layer's weight, in Keras' layout.

    Dense, EinsumDense, Embedding, convolutions of every kind; of recurrent layers the weight that
    ``parameter`` names. Raises ``InvalidInputError`` for others, and where it is not built yet.
    """
    name = type(layer).__name__
    if not isinstance(layer, layers.Layer):
        raise InvalidInputError(
            f"fans are those of a layer or of a shape; of a {name} give tuple(weight.shape)"
        )
    if not layer.built:
        raise InvalidInputError(f"{name} has no shape before it is built: layer.build(input_shape)")
    weights = _weights(layer)
    key = chosen(name, weights, parameter, _parts(layer))
    shape = tuple(weights[key].shape)
    if isinstance(layer, layers.EinsumDense):
        return shape_fans(shape, layout="keras", equation=layer.equation, input_size=input_size)
    if isinstance(layer, layers.Embedding):
        return shape_fans(shape, layout="keras", kind="embedding", input_size=input_size)
    if isinstance(layer, _CONVOLUTIONS + _TRANSPOSED + _DEPTHWISE + _SEPARABLE):
        return _convolution(layer, key, shape, input_size)
    if len(shape) != 2:
        raise InvalidInputError(
            f"{name} is not known here; give its kernel's shape {shape} with an equation"
        )
    return shape_fans(shape, layout="keras", input_size=input_size, remarks=_fused(name))


def _weights(layer: Any) -> dict[str, Any]:
    own = getattr(layer, "cell", layer)
    held = [*own._trainable_variables, *own._non_trainable_variables]
    return {v.name: v for v in held if len(v.shape) >= 2 and "bias" not in v.name}


def _parts(layer: Any) -> str:
    parts = [part.name for part in layer._flatten_layers(include_self=False) if _weights(part)]
    return f"; give one of its layers: {', '.join(parts[:6])}" if parts else ""


def _fused(name: str) -> tuple[str, ...]:
    if name not in _GATES:
        return ()
    count = _GATES[name]
    return (f"{count} gates are drawn as one: the gradient's fan is that of all of them",)


def _convolution(layer: Any, key: str, shape: tuple[int, ...], input_size: Any) -> Fans:
    if key == "pointwise_kernel":  # 1×1, after the strides of the depthwise one
        return shape_fans(shape, layout="keras", input_size=input_size)
    told: dict[str, Any] = {"stride": tuple(layer.strides), "dilation": tuple(layer.dilation_rate)}
    if isinstance(layer, _TRANSPOSED):
        told["transposed"] = True
    elif isinstance(layer, _CONVOLUTIONS):
        told["groups"] = layer.groups
    else:
        told["kind"] = "depthwise"
    if input_size is not None:
        told |= {"input_size": input_size, "padding": layer.padding}
        if isinstance(layer, _TRANSPOSED):
            told["output_padding"] = layer.output_padding
    return shape_fans(shape, layout="keras", **told)
