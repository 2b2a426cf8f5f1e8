"""Keras: the fans of its layers, and an initializer.

What Keras takes is ``compute_fans`` of a kernel's shape: the last two axes times the positions,
whatever the layer; EinsumDense tells it which axes its equation sums.
"""

from __future__ import annotations

import math
from typing import Any

from xavier_theory.activations.framework_objects import recognized
from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.initialization import (
    Initialization,
    matrix,
    remembered,
    truncated_std,
)
from xavier_theory.frameworks.layers import chosen

try:
    import keras
    from keras import layers, ops
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


@keras.saving.register_keras_serializable(package="xavier_theory")
class Variance(keras.initializers.Initializer):  # type: ignore[misc]
    """An initializer for Keras: mean 0, Var(W) = g²/fan with the fan that is really summed.

    Arguments as in ``xt.initialization``; ``further`` has the layer's ``groups``, ``stride``,
    ``kind``, ``equation``, … and the activation's parameters. The activation is a name or text, so
    that the initializer can be saved, or an activation of a framework that is known by name. It
    draws in single precision or better and rounds last. As with Keras' own, a ``seed`` gives the
    same values at every call; without one each call draws anew. Raises as
    ``xt.initialization`` does.
    """

    def __init__(
        self,
        activation: Any,
        law: str = "normal",
        mode: str = "fan_in",
        seed: int | None = None,
        **further: Any,
    ) -> None:
        if not isinstance(activation, str):
            known = recognized(activation)
            if known is None:
                raise InvalidInputError(
                    "an activation that can be saved is a name, a text in z, or one of a "
                    f"framework's that is known by name; got {activation!r:.60}"
                )
            activation, parameters = known
            further = {name: float(value) for name, value in parameters.items()} | further
        self.activation, self.law, self.mode, self.seed = activation, law, mode, seed
        self.further = further
        self._seed = keras.random.SeedGenerator() if seed is None else seed

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Draw a weight of that shape."""
        kind = keras.backend.standardize_dtype(dtype)
        if kind not in _PRECISIONS:
            raise InvalidInputError(f"a weight of type {kind} is not drawn here; {_KINDS}")
        told = {"layout": "keras", **self.further}
        found = remembered(self.activation, tuple(shape), self.law, self.mode, told)
        least, most = _PRECISIONS[kind]
        if not least <= found.std <= most:
            raise InvalidInputError(
                f"a standard deviation of {found.std:.3g} is beyond the range of {kind}"
            )
        wide = "float64" if kind == "float64" else "float32"
        return ops.cast(self._drawn(found, wide), kind)

    def _drawn(self, found: Initialization, kind: str) -> Any:
        shape, told = found.fans.shape, {"dtype": kind, "seed": self._seed}
        if self.law == "uniform":
            return keras.random.uniform(shape, -(found.bound or 0), found.bound or 0, **told)
        if self.law == "truncated-normal":
            before = found.std / truncated_std(2)
            return keras.random.truncated_normal(shape, 0.0, before, **told)
        if self.law == "normal":
            return keras.random.normal(shape, 0.0, found.std, **told)
        rows, columns = matrix("keras", shape)
        q, r = ops.qr(keras.random.normal((max(rows, columns), min(rows, columns)), **told))
        # The signs that QR leaves open are drawn with the matrix: Mezzadri (2007), section 5.
        q = q * ops.sign(ops.diagonal(r))
        scale = math.sqrt(found.variance * max(rows, columns))
        return ops.reshape(scale * (q if rows >= columns else ops.transpose(q)), shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments, for Keras to save."""
        told = {"activation": self.activation, "law": self.law, "mode": self.mode}
        return told | {"seed": self.seed} | self.further


# the least and largest standard deviation that each type holds without losing more than rounding
_PRECISIONS = {
    "float16": (2.0**-14, 65504 / 8),
    "bfloat16": (2.0**-126, 3e37),
    "float32": (2.0**-126, 3e37),
    "float64": (1e-300, 1e300),
}
_KINDS = "known: " + ", ".join(_PRECISIONS)
