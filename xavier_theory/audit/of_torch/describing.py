"""Each parameter of a torch model: role, fans, statistics, equals.

A parameter is read about five times: for its sums, its extremes, and to compare units and layers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from xavier_theory.audit.parameters import Parameter
from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.fan_counts import Fans
from xavier_theory.frameworks.torch import layer_fans

_NORMS = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._NormBase)
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
_GRAM_ROWS = 64
_ORTHOGONAL = 1e-3


def described(
    model: nn.Module, used: frozenset[str], gradients: Mapping[str, float | None]
) -> list[Parameter]:
    """All parameters, those that share memory once for each name."""
    owners = {
        f"{path}.{key}" if path else key: (module, key)
        for path, module in model.named_modules(remove_duplicate=False)
        for key in module._parameters
    }
    found: list[Parameter] = []
    places: dict[tuple[int, ...], str] = {}
    marks: dict[tuple[Any, ...], list[tuple[str, Any]]] = {}
    for name, tensor in model.named_parameters(remove_duplicate=False):
        module, key = owners[name]
        place = (tensor.data_ptr(), tensor.storage_offset(), *tensor.shape, *tensor.stride())
        tied = places.get(place) if tensor.numel() else None
        places.setdefault(place, name)
        facts = _statistics(tensor, module, key)
        equals = None
        is_drawn = not facts["constant"] and not facts["nonfinite"]
        if tied is None and is_drawn and tensor.numel() > 15:
            mark = (tuple(tensor.shape), facts["mean"], facts["square"], facts["largest"])
            same = [one for one, other in marks.get(mark, []) if torch.equal(other, tensor)]
            equals = same[0] if same else None
            marks.setdefault(mark, []).append((name, tensor))
        role = _role(module, key, tensor)
        found.append(
            Parameter(
                name=name, module_kind=type(module).__name__, role=role, shape=tuple(tensor.shape),
                kind=str(tensor.dtype).removeprefix("torch."), trained=tensor.requires_grad,
                tied=tied, equals=equals, fans=_fans(module, key, role),
                of=_weight_beside(module, key, name, role), used=tied in used or name in used,
                gradient=gradients.get(name if tied is None else tied), **facts,
            )
        )  # fmt: skip
    return found


def _role(module: nn.Module, key: str, tensor: Any) -> str:
    if "bias" in key:
        return "bias"
    if isinstance(module, _RECURRENT):
        return "recurrent"
    if isinstance(module, nn.Embedding | nn.EmbeddingBag):
        return "embedding"
    if isinstance(module, nn.modules.conv._ConvNd):
        return "convolution"
    if isinstance(module, nn.MultiheadAttention):
        return "attention"
    if isinstance(module, _NORMS) or tensor.dim() < 2 or "Norm" in type(module).__name__:
        return "scale"
    if isinstance(module, nn.Linear):
        return "weight"
    return "other"


def _fans(module: nn.Module, key: str, role: str) -> Fans | None:
    """Of a bias those of the weight beside it."""
    wanted = key
    if role == "bias":
        wanted = key.replace("bias", "weight", 1)
        if wanted not in module._parameters or isinstance(module, _NORMS):
            return None
    if role in ("scale", "other"):
        return None
    try:
        return layer_fans(module, wanted, None)
    except InvalidInputError:
        return None


def _weight_beside(module: nn.Module, key: str, name: str, role: str) -> str | None:
    beside = key.replace("bias", "weight", 1)
    if role != "bias" or beside not in module._parameters:
        return None
    return name.removesuffix(key) + beside


def _statistics(tensor: Any, module: nn.Module, key: str) -> dict[str, Any]:
    x = tensor.detach()
    epsilon = torch.finfo(x.dtype).eps if x.is_floating_point() else 0.0
    facts: dict[str, Any] = {
        "count": x.numel(), "epsilon": epsilon, "constant": False, "nonfinite": 0,
        "mean": 0.0, "square": 0.0, "largest": 0.0,
    }  # fmt: skip
    if not x.numel() or not x.is_floating_point() or x.layout != torch.strided:
        return facts | {"constant": True}
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()
    padding = getattr(module, "padding_idx", None) if key == "weight" else None
    if padding is not None and x.shape[0] > 1 and not bool(x[padding].any()):
        x = torch.cat([x[:padding], x[padding + 1 :]])  # zero by the layer's own rule
        facts["count"] = x.numel()
    flat = x.reshape(x.shape[0] if x.dim() else 1, -1)
    square = torch.linalg.vector_norm(flat, dim=1).double().square().sum()
    if not math.isfinite(float(square)):
        facts["nonfinite"] = int((~torch.isfinite(x)).sum())
        if facts["nonfinite"]:
            return facts
        square = x.double().square().sum()
    low, high = (float(v) for v in torch.aminmax(x))
    facts["zeros"] = x.numel() - int(torch.count_nonzero(x))
    facts["mean"] = float(flat.sum(1).double().sum()) / x.numel()
    facts["square"] = float(square) / x.numel()
    facts["largest"] = max(abs(low), abs(high))
    facts["least"] = _least(x, facts)
    if low == high and x.numel() > 0:
        return facts | {"constant": True, "mean": low, "square": low * low}
    if x.dim() >= 2:
        facts |= _of_matrix(x.reshape(x.shape[0], -1))
    return facts


def _least(x: Any, facts: dict[str, Any]) -> float:
    """The smallest |w| that is not 0, asked for only where it can be far below the others."""
    values = x.abs()
    if facts["zeros"]:
        values = values[values > 0]
    return float(values.min()) if values.numel() else 0.0


def _of_matrix(x: Any) -> dict[str, Any]:
    rows, columns = x.shape
    facts: dict[str, Any] = {"twins": _twins(x) if rows > 1 and columns > 1 else 0}
    if rows == columns:
        facts["identity"] = bool(torch.equal(x, torch.eye(rows, dtype=x.dtype, device=x.device)))
    short = x if rows <= columns else x.t()
    if min(rows, columns) > 1:
        part = short[:_GRAM_ROWS].double()
        gram = part @ part.t()
        square = float(gram.diagonal().mean())
        apart = gram - square * torch.eye(len(gram), device=x.device)
        if square > 0 and float(apart.abs().max()) < _ORTHOGONAL * square:
            facts["scale"] = math.sqrt(square)
    return facts


def _twins(x: Any) -> int:
    """How many rows equal an earlier one: found by two sums, then compared entry by entry."""
    weights = torch.arange(1, x.shape[1] + 1, dtype=torch.float64, device=x.device).sqrt()
    marks = (x.double() @ weights).cpu().tolist() if x.numel() < 2**22 else _in_parts(x, weights)
    seen: dict[float, list[int]] = {}
    count = 0
    for index, mark in enumerate(marks):
        earlier = seen.setdefault(mark, [])
        if any(torch.equal(x[other], x[index]) for other in earlier) and bool(x[index].any()):
            count += 1
        elif len(earlier) < 4:
            earlier.append(index)
    return count


def _in_parts(x: Any, weights: Any) -> list[float]:
    """The same without a copy of it all in double precision."""
    return [float(m) for part in x.split(1024) for m in (part.double() @ weights).cpu()]
