"""torch: the fans of its layers, and initializers to use in place of ``torch.nn.init``.

What torch takes is ``torch.nn.init._calculate_fan_in_and_fan_out``: axis 1 and axis 0 times the
positions, whatever the layer. So transposed convolutions have them swapped, and groups are left out
of fan_out (pytorch/pytorch#23854). The initializers here divide by what is really summed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xavier_theory.activations.plain_numbers import positive_integer
from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.initialization import remembered, truncated_std
from xavier_theory.frameworks.layers import chosen

try:
    import torch
    from torch import nn
    from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
    from torch.nn.parameter import UninitializedParameter
except ImportError:
    raise MissingExtraError("xavier_theory.frameworks.torch", "torch") from None

_NORMALIZATIONS = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._NormBase)


def layer_fans(layer: Any, parameter: str | None, input_size: Any) -> Fans:
    """The fans of a module's weight, in torch's layout.

    Linear, convolutions, transposed convolutions, embeddings; of LSTM, GRU, RNN, their cells and
    MultiheadAttention the weight that ``parameter`` names. Raises ``InvalidInputError`` for others.
    """
    name = type(layer).__name__
    if not isinstance(layer, nn.Module):
        raise InvalidInputError(
            f"fans are those of a module or of a shape; of a {name} give tuple(weight.shape)"
        )
    if isinstance(layer, nn.Bilinear):
        raise InvalidInputError("Bilinear has two inputs, and so no one fan for its gradient")
    if isinstance(layer, nn.EmbeddingBag):
        raise InvalidInputError("EmbeddingBag sums the rows of a bag, as many as the input says")
    if isinstance(layer, _NORMALIZATIONS):
        raise InvalidInputError(f"{name} scales each entry; its weight sums nothing")
    weights = _weights(layer)
    asked = f"; give one of its parts, such as {_first_part(layer)}" if _first_part(layer) else ""
    key = chosen(name, weights, parameter, asked)
    weight = weights[key]
    if isinstance(weight, UninitializedParameter):
        raise InvalidInputError(f"{name} takes its shape from the first input; call it on one")
    shape = tuple(weight.shape)
    if isinstance(layer, _ConvNd):
        return _convolution(layer, shape, input_size)
    if isinstance(layer, nn.Embedding):
        return shape_fans(shape, layout="torch", kind="embedding", input_size=input_size)
    return shape_fans(shape, layout="torch", input_size=input_size, remarks=_fused(layer, key))


def _weights(layer: nn.Module) -> dict[str, Any]:
    """The layer's own weights by name; a parametrized one (weight_norm) as it is applied."""
    own = dict(layer.named_parameters(recurse=False))
    for key in getattr(layer, "parametrizations", {}):
        own[key] = getattr(layer, key)
    return {key: value for key, value in own.items() if "bias" not in key and _is_weight(value)}


def _is_weight(value: Any) -> bool:
    return isinstance(value, UninitializedParameter) or value.dim() >= 2


def _first_part(layer: nn.Module) -> str:
    return next((key for key, part in layer.named_modules() if key and _weights(part)), "")


def _fused(layer: nn.Module, key: str) -> tuple[str, ...]:
    """What a weight that holds several maps side by side makes of its fan_out."""
    if isinstance(layer, nn.MultiheadAttention) and key == "in_proj_weight":
        return (
            "query, key and value are 3 maps drawn as one: the gradient's fan is that of "
            "self-attention, and a third of it for one of them alone",
        )
    gates = {nn.LSTM: 4, nn.LSTMCell: 4, nn.GRU: 3, nn.GRUCell: 3}
    for kind, count in gates.items():
        if isinstance(layer, kind) and key.startswith("weight_") and "weight_hr" not in key:
            return (f"{count} gates are drawn as one: the gradient's fan is that of all of them",)
    return ()


def _convolution(layer: _ConvNd, shape: tuple[int, ...], input_size: Any) -> Fans:
    at_borders: dict[str, Any] = {}
    if input_size is not None:
        padding = layer.padding
        at_borders = {"input_size": input_size, "padding": padding}
        if isinstance(layer, _ConvTransposeNd):
            at_borders["output_padding"] = tuple(layer.output_padding)
        else:
            at_borders["padding_mode"] = layer.padding_mode
    return shape_fans(
        shape,
        layout="torch",
        groups=layer.groups,
        transposed=isinstance(layer, _ConvTransposeNd),
        stride=tuple(layer.stride),
        dilation=tuple(layer.dilation),
        **at_borders,
    )


def variance_(
    tensor: Any,
    activation: Any,
    *,
    law: str = "normal",
    mode: str = "fan_in",
    fans: Fans | None = None,
    generator: Any = None,
    **further: Any,
) -> Any:
    """Fill a weight with mean 0 and Var(W) = g²/fan, the fan that is really summed.

    Parameters
    ----------
    tensor: a real or complex floating-point tensor; complex entries have E|W|² = g²/fan and
        independent parts. It is drawn in single precision or better, and rounded last.
    activation, law, mode: as in ``xt.initialization``, and so is ``further``: the layer's
        ``groups``, ``stride``, …, the activation's parameters.
    fans: in place of the layer's numbers, ``xt.fans(layer)``.
    generator: a ``torch.Generator``, which alone decides what is drawn.

    Returns ``tensor``. Raises ``InvalidInputError`` where its type is too narrow for the values.
    """
    shape = _checked_shape(tensor)
    if fans is not None and tuple(fans.shape) != shape:
        raise InvalidInputError(f"the fans are of a weight {fans.shape}, the tensor is {shape}")
    found = remembered(activation, shape if fans is None else fans, law, mode, further)
    if law == "orthogonal":
        groups = found.fans.groups if found.fans.kind != "einsum" else 1
        sides = shape[0] // groups, math.prod(shape[1:])
        return orthogonal_(
            tensor, math.sqrt(found.variance * max(sides)), groups=groups, generator=generator
        )
    if law == "truncated-normal":
        return truncated_normal_(tensor, found.std, generator=generator)
    if law == "uniform":
        bound = math.sqrt(3) * _part(tensor, found.std)
        return _filled(
            tensor, found.std, lambda to: to.uniform_(-bound, bound, generator=generator)
        )
    std = _part(tensor, found.std)
    return _filled(tensor, found.std, lambda to: to.normal_(0, std, generator=generator))


def truncated_normal_(
    tensor: Any, std: float = 1.0, *, cut: float = 2.0, generator: Any = None
) -> Any:
    """Fill with a normal law cut at ``cut`` of its own standard deviations on both sides.

    ``std`` is that of what is drawn, after cutting: the law is widened so much before. (The cut of
    ``torch.nn.init.trunc_normal_`` is absolute, and its std is that before cutting.) Returns
    ``tensor``; raises like ``variance_``.
    """
    _checked_shape(tensor)
    before = _part(tensor, std) / truncated_std(cut)
    end = math.erf(cut / math.sqrt(2))

    def draw(to: Any) -> None:
        # beyond 4 deviations single precision knows too few numbers below 1
        exact = torch.empty(to.shape, dtype=torch.float64, device=to.device) if cut > 4 else to
        exact.uniform_(-end, end, generator=generator).erfinv_().mul_(math.sqrt(2) * before)
        to.copy_(exact.clamp_(-cut * before, cut * before))

    return _filled(tensor, std, draw)


def orthogonal_(tensor: Any, gain: float = 1.0, *, groups: int = 1, generator: Any = None) -> Any:
    """Fill with ``gain`` times a matrix of orthonormal rows or columns, Haar-distributed.

    The matrix is (axis 0, all others), as in ``torch.nn.init.orthogonal_``; with ``groups`` each
    group of axis 0 is one, as each maps channels of its own. In any floating-point type: the matrix
    is found in single precision or better. Returns ``tensor``; raises like ``variance_``.
    """
    shape = _checked_shape(tensor)
    if len(shape) < 2:
        raise InvalidInputError(f"an orthogonal weight has at least 2 axes, got shape {shape}")
    if shape[0] % positive_integer(groups, "groups"):
        raise InvalidInputError(f"axis 0 of {shape} cannot be split into {groups} groups")
    rows, columns = shape[0] // groups, math.prod(shape[1:])
    kind = torch.promote_types(tensor.dtype, torch.float32)
    _check_range(tensor, gain / math.sqrt(max(rows, columns)))
    with torch.no_grad():
        tall = torch.empty(
            groups, max(rows, columns), min(rows, columns), dtype=kind, device=tensor.device
        )
        q, r = torch.linalg.qr(tall.normal_(generator=generator))
        # The signs that QR leaves open are drawn with the matrix: Mezzadri (2007), section 5.
        q = q * torch.diagonal(r, dim1=-2, dim2=-1).sgn().unsqueeze(-2)
        wide = q if rows >= columns else q.transpose(-2, -1)
        return tensor.copy_((gain * wide).reshape(shape))


def _filled(tensor: Any, std: float, draw: Callable[[Any], Any]) -> Any:
    """Draw into the tensor, or where it is narrow or complex, beside it, and round."""
    _check_range(tensor, std)
    with torch.no_grad():
        parts = torch.view_as_real(tensor) if tensor.is_complex() else tensor
        if parts.dtype in (torch.float32, torch.float64):
            draw(parts)
        else:
            wide = torch.empty(parts.shape, dtype=torch.float32, device=parts.device)
            draw(wide)
            parts.copy_(wide)
    return tensor


def _part(tensor: Any, std: float) -> float:
    """The standard deviation of a real part: half of the variance where there are two."""
    return std / math.sqrt(2) if tensor.is_complex() else std


def _checked_shape(tensor: Any) -> tuple[int, ...]:
    if not isinstance(tensor, torch.Tensor):
        raise InvalidInputError(f"only a tensor can be filled, got {type(tensor).__name__}")
    if isinstance(tensor, UninitializedParameter):
        raise InvalidInputError("the weight takes its shape from the first input; call the layer")
    if not (tensor.is_floating_point() or tensor.is_complex()):
        raise InvalidInputError(f"a tensor of {tensor.dtype} cannot hold weights")
    return tuple(tensor.shape)


def _check_range(tensor: Any, std: float) -> None:
    """Refuse a type in which more than rounding would be lost."""
    if not (math.isfinite(std) and std > 0):
        raise InvalidInputError(f"a standard deviation is positive and finite, got {std!r}")
    range_ = torch.finfo(tensor.dtype)
    if std < range_.smallest_normal or 8 * std > range_.max:
        raise InvalidInputError(
            f"a standard deviation of {std:.3g} is beyond the range of {tensor.dtype}, whose "
            f"normal numbers go from {range_.smallest_normal:.3g} to {range_.max:.3g}"
        )
