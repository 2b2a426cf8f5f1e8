"""torch: the fans of its layers.

What torch takes is ``torch.nn.init._calculate_fan_in_and_fan_out``: axis 1 and axis 0 times the
positions, whatever the layer. So transposed convolutions have them swapped, and groups are left out
of fan_out (pytorch/pytorch#23854).
"""

from __future__ import annotations

from typing import Any

from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.counting import shape_fans
from xavier_theory.frameworks.fans import Fans
from xavier_theory.frameworks.layers import chosen

try:
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
    if isinstance(layer, _NORMALIZATIONS):
        raise InvalidInputError(f"{name} scales each entry; its weight sums nothing")
    weights = _weights(layer)
    asked = f"; give one of its parts, such as {_part(layer)}" if _part(layer) else ""
    key = chosen(name, weights, parameter, asked)
    weight = weights[key]
    if isinstance(weight, UninitializedParameter):
        raise InvalidInputError(f"{name} takes its shape from the first input; call it on one")
    shape = tuple(weight.shape)
    if isinstance(layer, _ConvNd):
        return _convolution(layer, shape, input_size)
    if isinstance(layer, nn.Embedding | nn.EmbeddingBag):
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


def _part(layer: nn.Module) -> str:
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
