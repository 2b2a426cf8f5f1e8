"""torch's ops in the words of ``rules``: kind, operands, attributes, and the axes of the result.

An op without a row here is "unknown": what comes after it goes on from its measurement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from xavier_theory.audit import axes as ax
from xavier_theory.audit.of_torch.masks import MASKED, mask_of, rows


@dataclass(frozen=True)
class Translation:
    """What an op is: ``operands`` are the tensors that its rule takes, in order.

    ``weight`` and ``bias`` are the operands of a linear map or convolution that are weights;
    ``told`` is how they are applied. ``axes`` gives those of the result from the
    operands'; None is for elementwise ops, whose axes are broadcast.
    """

    kind: str
    operands: tuple[Any, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    axes: Callable[[list[ax.Axes], ax.Shape], ax.Axes | None] | None = None
    weight: Any = None
    bias: Any = None
    told: Mapping[str, Any] | None = None


Arguments = Mapping[str, Any]
IsWeight = Callable[[Any], bool]


def translate(name: str, a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    """The translation of the op ``name`` with arguments by name; None if it has none."""
    if name in _ELEMENTWISE:
        kind, read = _ELEMENTWISE[name]
        return Translation(kind, (a["self"],), read(a))
    if name in _VIEWS:
        return Translation(
            "view",
            (a["self"],),
            _start(name, a),
            axes=lambda given, shape: _VIEWS[name](a, given[0], shape),
        )
    made = _OTHERS.get(name)
    return None if made is None else made(a, out, is_weight)


def _start(name: str, a: Arguments) -> dict[str, Any]:
    """Where a part of an axis begins."""
    x, dim = a["self"], a.get("dim", 0)
    begin = a.get("index", a.get("start")) if name in ("select", "slice", "narrow") else None
    if begin is None or a.get("step", 1) != 1 or not isinstance(begin, int):
        return {}
    return {"start": min(begin % x.shape[dim] if begin < 0 else begin, x.shape[dim])}


def _nothing(a: Arguments) -> dict[str, Any]:
    return {}


def _these(*names: str) -> Callable[[Arguments], dict[str, Any]]:
    return lambda a: {name: a[name] for name in names if name in a}


def _bounds(a: Arguments) -> dict[str, Any]:
    return {"min": a.get("min", a.get("min_val")), "max": a.get("max", a.get("max_val"))}


def _power_of(exponent: float) -> tuple[str, Callable[[Arguments], dict[str, Any]]]:
    return "power", lambda a: {"exponent": exponent}


_PLAIN = (
    "relu", "silu", "sigmoid", "tanh", "hardswish", "hardsigmoid", "mish", "exp", "log", "abs",
    "erf", "sin", "cos",
)  # fmt: skip
_ELEMENTWISE: dict[str, tuple[str, Callable[[Arguments], dict[str, Any]]]] = {
    **{name: (name, _nothing) for name in _PLAIN},
    "log_sigmoid_forward": ("log_sigmoid", _nothing),
    "hardshrink": ("hardshrink", _these("lambd")),
    "softshrink": ("softshrink", _these("lambd")),
    "sqrt": _power_of(0.5),
    "rsqrt": _power_of(-0.5),
    "reciprocal": _power_of(-1.0),
    "gelu": ("gelu", _these("approximate")),
    "elu": ("elu", _these("alpha", "scale", "input_scale")),
    "celu": ("elu", lambda a: {"alpha": (k := a.get("alpha", 1.0)), "input_scale": 1 / k}),
    "leaky_relu": ("leaky_relu", _these("negative_slope")),
    "softplus": ("softplus", _these("beta")),
    "hardtanh": ("clamp", _bounds),
    "clamp": ("clamp", _bounds),
    "clamp_min": ("clamp", _bounds),
    "neg": ("affine", lambda a: {"scale": -1.0}),
}


def _regrouped(a: Arguments, axes: ax.Axes, shape: ax.Shape) -> ax.Axes | None:
    return ax.reshaped(axes, shape)


def _permuted(a: Arguments, axes: ax.Axes, shape: ax.Shape) -> ax.Axes | None:
    return ax.permuted(axes, [d % len(axes) for d in a["dims"]])


def _swapped(a: Arguments, axes: ax.Axes, shape: ax.Shape) -> ax.Axes | None:
    order = list(range(len(axes)))
    if len(order) > 1:
        first, second = a.get("dim0", 0) % len(order), a.get("dim1", 1) % len(order)
        order[first], order[second] = second, first
    return ax.permuted(axes, order)


def _selected(a: Arguments, axes: ax.Axes, shape: ax.Shape) -> ax.Axes | None:
    gone = a.get("dim", 0) % len(axes)
    return tuple(one for index, one in enumerate(axes) if index != gone)


def _sized(a: Arguments, axes: ax.Axes, shape: ax.Shape) -> ax.Axes | None:
    """The same axes from the right, some longer or shorter."""
    padded = ((),) * (len(shape) - len(axes)) + axes
    return tuple(ax.resized(one, size) for one, size in zip(padded, shape, strict=True))


_VIEWS: dict[str, Callable[[Arguments, ax.Axes, ax.Shape], ax.Axes | None]] = {
    **dict.fromkeys(("view", "_unsafe_view", "reshape", "unsqueeze", "squeeze", "clone", "alias",
                     "detach", "_to_copy", "contiguous", "lift_fresh", "_reshape_alias"),
                    _regrouped),
    "permute": _permuted,
    **dict.fromkeys(("t", "transpose"), _swapped),
    **dict.fromkeys(("select", "unbind"), _selected),
    **dict.fromkeys(("expand", "slice", "split", "split_with_sizes", "chunk", "narrow", "roll",
                     "flip", "upsample_nearest2d"), _sized),
}  # fmt: skip


def _matrix(weight: Any, bias: Any, x: Any, *, transposed: bool) -> Translation:
    """x @ weightᵀ, weight (outputs, inputs), or ``transposed``: x @ weight."""
    return Translation(
        "linear", (x,), axes=lambda given, shape: ax.contracted(given[0], shape[-1]),
        weight=weight, bias=bias, told={"transposed": transposed},
    )  # fmt: skip


def _addmm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    plain = a.get("beta", 1) == 1 and a.get("alpha", 1) == 1
    if not plain or not is_weight(a["mat2"]) or is_weight(a["mat1"]):
        return None
    return (
        _matrix(a["mat2"], a["self"], a["mat1"], transposed=True) if is_weight(a["self"]) else None
    )


def _mm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    if is_weight(a["mat2"]) and not is_weight(a["self"]):
        return _matrix(a["mat2"], None, a["self"], transposed=True)
    return None


def _linear(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    if not is_weight(a["weight"]):
        return None
    return _matrix(a["weight"], a.get("bias"), a["input"], transposed=False)


def _bmm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    x, y = a["self"], a["mat2"]
    if is_weight(x) or is_weight(y):
        return None

    def product(given: list[ax.Axes], shape: ax.Shape) -> ax.Axes | None:
        first, second = given
        positions = tuple(
            (ax.POSITION if label == ax.FEATURE else label, n) for label, n in second[2]
        )
        scored = first[2][:1] and first[2][0][0] == ax.FEATURE
        return first[0], first[1], positions if scored else second[2]

    return Translation("product", (x, y), {"summed": x.shape[-1]}, product)


def _convolution(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    x, w = a["input"], a["weight"]
    if not is_weight(w):
        return None
    places = w.dim() - 2

    def axes(given: list[ax.Axes], shape: ax.Shape) -> ax.Axes:
        return (given[0][0], ax.axis("f", shape[1]), *(ax.axis("p", n) for n in shape[2:]))

    told = {
        "groups": int(a["groups"]), "transposed": bool(a["transposed"]),
        "stride": tuple(a["stride"]), "dilation": tuple(a["dilation"]),
        "padding": tuple(a["padding"]), "input_size": tuple(x.shape[2:]),
    }  # fmt: skip
    told = {k: _per_place(v, places) if isinstance(v, tuple) else v for k, v in told.items()}
    if told["transposed"]:
        told["output_padding"] = _per_place(tuple(a["output_padding"]), places)
    return Translation("convolution", (x,), axes=axes, weight=w, bias=a.get("bias"), told=told)


def _per_place(values: tuple[int, ...], places: int) -> tuple[int, ...]:
    return values * places if len(values) == 1 else values


def _same_axes(given: list[ax.Axes], shape: ax.Shape) -> ax.Axes:
    return given[0]


def _scale_and_shift(weight: Any, bias: Any) -> dict[str, float]:
    def square(x: Any, otherwise: float) -> float:
        return otherwise if x is None else float(x.detach().double().square().mean())

    mean = 0.0 if bias is None else float(bias.detach().double().mean())
    return {"scale_q": square(weight, 1.0), "shift_q": square(bias, 0.0), "shift_mean": mean}


def _batch_norm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    weight, bias, eps = a.get("weight"), a.get("bias"), float(a["eps"])
    attributes: dict[str, Any] = {"eps": eps, "training": bool(a.get("training", True))}
    attributes |= _scale_and_shift(weight, bias)
    if not attributes["training"]:
        variance = a["running_var"].double() + eps
        slope = variance.rsqrt() if weight is None else weight.detach().double() * variance.rsqrt()
        offset = -a["running_mean"].double() * slope
        if bias is not None:
            offset = offset + bias.detach().double()
        attributes |= {
            "slope_q": float(slope.square().mean()), "slope_mean": float(slope.mean()),
            "offset_q": float(offset.square().mean()), "offset_mean": float(offset.mean()),
        }  # fmt: skip
    return Translation("batch_norm", (a["input"],), attributes, _same_axes, weight, bias)


def _layer_norm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    weight, bias = a.get("weight"), a.get("bias")
    kind = "layer_norm" if "layer" in a["_name"] else "rms_norm"
    eps = a.get("eps")
    attributes = {
        "eps": torch.finfo(a["input"].dtype).eps if eps is None else float(eps),
        "features": math.prod(a["normalized_shape"]), "positions": 1,
    }  # fmt: skip
    attributes |= _scale_and_shift(weight, bias)
    return Translation(kind, (a["input"],), attributes, _same_axes, weight, bias)


def _group_norm(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    weight, bias = a.get("weight"), a.get("bias")
    attributes = {
        "eps": float(a["eps"]), "features": int(a["C"]) // int(a["group"]),
        "positions": int(a["HxW"]),
    } | _scale_and_shift(weight, bias)  # fmt: skip
    return Translation("layer_norm", (a["input"],), attributes, _same_axes, weight, bias)


def _added(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    x, y = a["self"], a["other"]
    if (
        isinstance(y, torch.Tensor)
        and y.dim()
        and y.is_floating_point()
        and y.numel()
        and (bool((y <= MASKED).any()))
    ):  # a mask: its entries count no more, and the others are left
        return Translation("masked", (x,), axes=lambda given, shape: given[0])
    sign = -1.0 if a["_name"] == "sub" else 1.0
    alpha = sign * float(a.get("alpha", 1))
    if isinstance(y, torch.Tensor) and y.dim():
        return Translation("add", (x, y), {"alpha": alpha})
    return Translation("affine", (x,), {"shift": alpha * float(y)})


def _filled(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    """masked_fill, where what is filled in takes no part in a softmax."""
    value = a["value"]
    if (isinstance(value, torch.Tensor) and value.numel() != 1) or float(value) > MASKED:
        return None
    return Translation("masked", (a["self"],), axes=lambda given, shape: given[0])


def _reversed(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    if isinstance(a["other"], torch.Tensor):
        return None
    return Translation("affine", (a["self"],), {"scale": -1.0, "shift": float(a["other"])})


def _multiplied(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    x, y = a["self"], a["other"]
    if isinstance(y, torch.Tensor) and y.dim():
        return Translation("multiply", (x, y))
    return Translation("affine", (x,), {"scale": float(y)})


def _divided(a: Arguments, out: Any, is_weight: IsWeight) -> Translation | None:
    y = a["other"]
    if (isinstance(y, torch.Tensor) and y.dim()) or float(y) == 0:
        return None
    return Translation("affine", (a["self"],), {"scale": 1 / float(y)})


def _power(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    return Translation("power", (a["self"],), {"exponent": float(a["exponent"])})


def _mean(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    x = a["self"]
    dims = a.get("dim") or list(range(x.dim()))
    keep = bool(a.get("keepdim", False))
    summed = math.prod(x.shape[d] for d in dims) if a["_name"] == "sum" else 1
    attributes: dict[str, Any] = {"times": float(summed), "dims": tuple(dims), "keep": keep}
    return Translation(
        "mean", (x,), attributes, lambda given, shape: ax.reduced(given[0], dims, keep)[0]
    )


def _pool(kind: str) -> Callable[[Arguments, Any, IsWeight], Translation]:
    def made(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
        x = a["self"]
        result = out[0] if isinstance(out, tuple) else out
        if "kernel_size" in a:
            size = tuple(a["kernel_size"])
            places = 1 if "1d" in a["_full"] else 3 if "3d" in a["_full"] else 2
            window = math.prod(_per_place(size, places))
        else:
            window = max(1, round(math.prod(x.shape) / math.prod(result.shape)))
        return Translation(
            kind, (x,), {"window": window}, lambda given, shape: _sized(a, given[0], shape)
        )

    return made


def _softmax(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    x = a["self"]
    attributes: dict[str, Any] = {"keys": x.shape[a["dim"]]}
    if a["dim"] % x.dim() == x.dim() - 1:
        attributes |= rows(x > MASKED)
    return Translation("softmax", (x,), attributes, _same_axes)


def _attention(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    q, k, v = a["query"], a["key"], a["value"]
    scale = a.get("scale")
    attributes = {
        "keys": k.shape[-2], "summed": q.shape[-1],
        "scale": 1 / math.sqrt(q.shape[-1]) if scale is None else float(scale),
        "dropout": float(a.get("dropout_p", 0)),
    } | mask_of(a)  # fmt: skip
    return Translation(
        "attention", (q, k, v), attributes, lambda given, shape: (*given[0][:-1], given[2][-1])
    )


def _joined(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    parts = tuple(x for x in a["tensors"] if x.numel())  # a cache begins empty

    def axes(given: list[ax.Axes], shape: ax.Shape) -> ax.Axes | None:
        if a["_name"] == "stack":
            place = a.get("dim", 0) % len(shape)
            return (*given[0][:place], ax.axis("p", shape[place]), *given[0][place:])
        return _sized(a, max(given, key=lambda one: sum(map(len, one))), shape)

    return Translation("join", parts, axes=axes)


def _prelu(a: Arguments, out: Any, is_weight: IsWeight) -> Translation:
    slope = float(a["weight"].detach().double().mean())
    return Translation(
        "leaky_relu", (a["self"],), {"negative_slope": slope}, _same_axes, weight=a["weight"]
    )


WEIGHTED_OPS = frozenset({"addmm", "mm", "linear", "convolution"})
_OTHERS: dict[str, Callable[[Arguments, Any, IsWeight], Translation | None]] = {
    "addmm": _addmm, "mm": _mm, "linear": _linear, "bmm": _bmm, "convolution": _convolution,
    **dict.fromkeys(("native_batch_norm", "_native_batch_norm_legit", "cudnn_batch_norm",
                     "_batch_norm_with_update"), _batch_norm),
    **dict.fromkeys(("native_layer_norm", "_fused_rms_norm", "rms_norm"), _layer_norm),
    "native_group_norm": _group_norm,
    **dict.fromkeys(("add", "sub"), _added), "rsub": _reversed, "mul": _multiplied,
    "masked_fill": _filled,
    "div": _divided, "pow": _power, **dict.fromkeys(("mean", "sum"), _mean),
    **dict.fromkeys(("max_pool2d_with_indices", "max_pool3d_with_indices"), _pool("max_pool")),
    **dict.fromkeys(("avg_pool2d", "avg_pool3d", "avg_pool1d", "_adaptive_avg_pool2d",
                     "_adaptive_avg_pool3d"), _pool("average_pool")),
    **dict.fromkeys(("_softmax", "_safe_softmax"), _softmax),
    **dict.fromkeys(("_scaled_dot_product_flash_attention_for_cpu",
                     "_scaled_dot_product_flash_attention",
                     "_scaled_dot_product_efficient_attention"), _attention),
    **dict.fromkeys(("cat", "stack"), _joined), "_prelu_kernel": _prelu,
}  # fmt: skip
