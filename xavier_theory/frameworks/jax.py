"""JAX and Flax: the fans of Flax's layers, of NNX and of Linen.

What JAX takes is ``_compute_fans`` of ``jax.nn.initializers``: axes −2 and −1 times the others,
unless an initializer is told its axes. DenseGeneral and LinearGeneral draw a flattened kernel; an
Einsum does not, and its heads are taken for positions.
"""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase
from typing import Any

from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fans import Fans
from xavier_theory.frameworks.layers import chosen

try:
    from flax import linen, nnx
except ImportError:
    raise MissingExtraError("xavier_theory.frameworks.jax", "jax") from None

_DENSE = (nnx.Linear, linen.Dense)
_GENERAL = (nnx.LinearGeneral, linen.DenseGeneral)
_EINSUM = (nnx.Einsum, linen.Einsum)
_EMBED = (nnx.Embed, linen.Embed)
_CONVOLUTIONS = (nnx.Conv, linen.Conv)
_TRANSPOSED = (nnx.ConvTranspose, linen.ConvTranspose)
_BORDERS = {"CIRCULAR": "circular", "REFLECT": "reflect"}
Shape = tuple[int, ...]


def layer_fans(layer: Any, parameter: str | None, input_size: Any) -> Fans:
    """The fans of a Flax layer's weight, in JAX' layout; a Linen module must be bound.

    Dense, DenseGeneral, LinearGeneral, Einsum, Conv, ConvTranspose, Embed. Raises
    ``InvalidInputError`` for others.
    """
    name = type(layer).__name__
    shapes = _shapes(layer)
    key = chosen(name, shapes, parameter, _parts(layer))
    shape = shapes[key]
    if isinstance(layer, _CONVOLUTIONS):
        return _convolution(layer, shape, input_size)
    if isinstance(layer, _TRANSPOSED):
        return _transposed(layer, shape, input_size)
    if input_size is not None:
        raise InvalidInputError(f"input_size is for kernels with positions; {name} has none")
    if isinstance(layer, _DENSE):
        return shape_fans(shape, layout="jax")
    if isinstance(layer, _EMBED):
        # flax' default embedding initializer is told out_axis=0
        return shape_fans(shape, layout="jax", kind="embedding", out_axis=0)
    if isinstance(layer, _GENERAL):
        return _general(layer, shape)
    if isinstance(layer, _EINSUM) and layer.einsum_str is not None:
        return shape_fans(shape, layout="jax", equation=layer.einsum_str)
    raise InvalidInputError(
        f"{name} is not known here; give its kernel's shape {shape}, with an equation where it "
        "has more than 2 axes"
    )


def _shapes(layer: Any) -> dict[str, Shape]:
    """The layer's own weights with at least 2 axes, by name."""
    if isinstance(layer, nnx.Module):
        own = {k: v for k, v in vars(layer).items() if isinstance(v, nnx.Param)}
    elif isinstance(layer, linen.Module):
        if layer.scope is None:
            raise InvalidInputError(
                f"a Linen {type(layer).__name__} has no shape before it is bound: "
                "layer.bind(layer.init(key, input))"
            )
        held = linen.meta.unbox(layer.variables.get("params", {}))
        own = {k: v for k, v in held.items() if hasattr(v, "shape")}
    else:
        raise InvalidInputError(
            f"fans are those of a layer or of a shape; of a {type(layer).__name__} give "
            "tuple(weight.shape)"
        )
    return {key: tuple(weight.shape) for key, weight in own.items() if _is_kernel(key, weight)}


def _is_kernel(key: str, weight: Any) -> bool:
    return "bias" not in key and len(weight.shape) >= 2


def _parts(layer: Any) -> str:
    if not isinstance(layer, nnx.Module):
        return ""
    parts = [key for key, part in vars(layer).items() if isinstance(part, nnx.Module)]
    return f"; give one of its parts: {', '.join(parts[:6])}" if parts else ""


def _general(layer: Any, shape: Shape) -> Fans:
    """Of shape (*batch, *in, *out); the kernel is drawn as (batch·in, out)."""
    features = layer.out_features if isinstance(layer, nnx.LinearGeneral) else layer.features
    batches = layer.batch_axis if isinstance(layer, nnx.LinearGeneral) else layer.batch_dims
    outs = len(features) if isinstance(features, list | tuple) else 1
    batch = len(batches) if isinstance(batches, list | tuple | dict) else len(tuple(batches))
    axes = ascii_lowercase[: len(shape)]
    shared, given, made = axes[:batch], axes[batch:-outs], axes[-outs:]
    found = tuple(range(len(shape)))
    return shape_fans(
        shape,
        layout="jax",
        equation=f"{shared}...{given},{axes}->{shared}...{made}",
        in_axis=found[:-outs],
        out_axis=found[-outs:],
    )


def _convolution(layer: Any, shape: Shape, input_size: Any) -> Fans:
    stretched = _per_dimension(layer.input_dilation, layer)
    if any(step != 1 for step in stretched):
        raise InvalidInputError(f"input_dilation={stretched} is not counted here")
    told = _windows(layer)
    if input_size is not None:
        padding = layer.padding
        if padding in _BORDERS:  # as flax.linen.Conv and nnx.Conv pad before a valid convolution
            told["padding_mode"] = _BORDERS[padding]
            spans = [
                (size - 1) * step + 1
                for size, step in zip(_sizes(layer), told["dilation"], strict=True)
            ]
            padding = tuple(((span - 1) // 2, span // 2) for span in spans)
        told |= {"input_size": input_size, "padding": padding}
    return shape_fans(shape, layout="jax", groups=layer.feature_group_count, **told)


def _transposed(layer: Any, shape: Shape, input_size: Any) -> Fans:
    told = _windows(layer) | {"transposed": True}
    if input_size is not None:
        if layer.padding == "CIRCULAR":
            raise InvalidInputError(
                "the borders of a circular transposed convolution are not counted here; leave "
                "input_size out"
            )
        told |= {"input_size": input_size, "padding": layer.padding}
    if not layer.transpose_kernel:
        return shape_fans(shape, layout="jax", **told)
    usual = (*shape[:-2], shape[-1], shape[-2])  # (*k, in, out)
    found = shape_fans(usual, layout="jax", in_axis=-1, out_axis=-2, **told)
    return replace(
        found,
        shape=shape,
        shapes={**found.shapes, "jax": shape},
        remarks=(*found.remarks, _SWAPPED),
    )


_SWAPPED = "transpose_kernel: JAX takes fan_in for fan_out, and the other way round"


def _windows(layer: Any) -> dict[str, Any]:
    return {
        "stride": _per_dimension(layer.strides, layer),
        "dilation": _per_dimension(layer.kernel_dilation, layer),
    }


def _sizes(layer: Any) -> Shape:
    size = layer.kernel_size
    return (size,) if isinstance(size, int) else tuple(size)


def _per_dimension(value: Any, layer: Any) -> Shape:
    """As Flax reads it: None is 1."""
    if value is None or isinstance(value, int):
        return (value or 1,) * len(_sizes(layer))
    return tuple(value)
