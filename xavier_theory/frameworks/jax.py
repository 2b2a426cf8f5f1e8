"""JAX and Flax: the fans of Flax's layers, of NNX and of Linen, and an initializer.

What JAX takes is ``_compute_fans`` of ``jax.nn.initializers``: axes −2 and −1 times the others,
unless an initializer is told its axes. DenseGeneral and LinearGeneral draw a flattened kernel; an
Einsum does not, and its heads are taken for positions.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import replace
from string import ascii_lowercase
from typing import Any

from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.fans import fans as shape_and_layer_fans
from xavier_theory.frameworks.initialization import (
    CUT,
    Initialization,
    initialization,
    matrix,
    remembered,
    truncated_std,
)
from xavier_theory.frameworks.layers import chosen

try:
    import jax
    from flax import linen, nnx
    from jax import numpy as jnp
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


def variance(
    activation: Any, *, law: str = "normal", mode: str = "fan_in", **further: Any
) -> Callable[..., Any]:
    """An initializer for JAX and Flax: mean 0, Var(W) = g²/fan with the fan that is really summed.

    Arguments as in ``xt.initialization``; ``further`` has the layer's ``groups``, ``stride``,
    ``equation``, … and the activation's parameters. Returns ``init(key, shape, dtype=None)``, for
    ``kernel_init`` of NNX and Linen alike. It draws in single precision or better and rounds last;
    complex entries have E|W|² = g²/fan and independent parts. ``init`` raises
    ``InvalidInputError`` where the type is too narrow for the values.
    """
    told = {"layout": "jax", **further}
    initialization(activation, (1, 1), law=law, mode=mode, **_of_activation(further))

    def init(key: Any, shape: Any, dtype: Any = None, out_sharding: Any = None) -> Any:
        if out_sharding is not None:
            raise InvalidInputError("this initializer takes no out_sharding; reshard its result")
        found = remembered(activation, tuple(shape), law, mode, told)
        kind = jnp.dtype(dtype if dtype is not None else jnp.result_type(float))
        _check_range(kind, found.std)
        wide = jnp.promote_types(kind, jnp.float32)
        if law == "orthogonal":
            drawn = _orthogonal(key, found, wide)
        elif jnp.issubdtype(wide, jnp.complexfloating):
            part = jnp.finfo(wide).dtype
            halves, std = jax.random.split(key), found.std / math.sqrt(2)
            drawn = jax.lax.complex(*(_drawn(half, found, part, std) for half in halves))
        else:
            drawn = _drawn(key, found, wide, found.std)
        return drawn.astype(kind)

    return init


def _of_activation(further: dict[str, Any]) -> dict[str, Any]:
    """What is not about the layer, and so can be checked before there is a shape."""
    about_layers = set(inspect.signature(shape_and_layer_fans).parameters)
    return {name: value for name, value in further.items() if name not in about_layers}


def _drawn(key: Any, found: Initialization, kind: Any, std: float) -> Any:
    shape = found.fans.shape
    if found.law == "uniform":
        end = math.sqrt(3) * std
        return jax.random.uniform(key, shape, kind, -end, end)
    if found.law == "truncated-normal":
        return jax.random.truncated_normal(key, -CUT, CUT, shape, kind) * (std / truncated_std(CUT))
    return jax.random.normal(key, shape, kind) * std


def _orthogonal(key: Any, found: Initialization, kind: Any) -> Any:
    shape = found.fans.shape
    rows, columns = matrix("jax", shape)
    tall = jax.random.normal(key, (max(rows, columns), min(rows, columns)), kind)
    q, r = jnp.linalg.qr(tall)
    # The signs that QR leaves open are drawn with the matrix: Mezzadri (2007), section 5.
    q = q * jnp.sign(jnp.diagonal(r))
    scale = math.sqrt(found.variance * max(rows, columns))
    return (scale * (q if rows >= columns else q.T)).reshape(shape)


def _check_range(kind: Any, std: float) -> None:
    """Refuse a type that holds no weights, and one in which more than rounding would be lost."""
    if not jnp.issubdtype(kind, jnp.inexact):
        raise InvalidInputError(f"an array of {kind} cannot hold weights")
    range_ = jnp.finfo(kind)
    if std < float(range_.smallest_normal) or 8 * std > float(range_.max):
        raise InvalidInputError(
            f"a standard deviation of {std:.3g} is beyond the range of {kind}, whose normal "
            f"numbers go from {float(range_.smallest_normal):.3g} to {float(range_.max):.3g}"
        )
