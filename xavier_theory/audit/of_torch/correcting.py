"""A forward pass in which each weight is scaled as it is met, so that q behind it is as planned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.translating import WEIGHTED_OPS


def corrected(
    model: nn.Module,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    targets: Mapping[str, float],
    seed: int,
) -> dict[str, float]:
    """Scale the named weights in place, in the order in which forward takes them; the factors.

    What follows a weight sees it scaled, whatever stands between: so one pass is enough (as in
    LSUV: Mishkin & Matas 2016, with the targets of the plan). All else is as before.
    """
    with Preserved(model), torch.no_grad():
        torch.manual_seed(seed)
        mode = _Correcting(model, targets)
        with mode:
            model(*arguments, **keywords)
    return mode.factors


class _Correcting(TorchDispatchMode):  # type: ignore[misc]
    def __init__(self, model: nn.Module, targets: Mapping[str, float]) -> None:
        super().__init__()
        self.factors: dict[str, float] = {}
        self._targets = targets
        self._named = {
            p.untyped_storage().data_ptr(): (name, p)
            for name, p in model.named_parameters()
            if name in targets
        }

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func.overloadpacket.__name__ not in WEIGHTED_OPS:
            return out
        for tensor in tree_flatten((args, kwargs))[0]:
            if not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided:
                continue
            name, parameter = self._named.get(tensor.untyped_storage().data_ptr(), ("", None))
            if parameter is None or name in self.factors:
                continue
            q = float(out.double().square().mean())
            if q > 0 and math.isfinite(q):
                self.factors[name] = math.sqrt(self._targets[name] / q)
                parameter.mul_(self.factors[name])
                return func(*args, **kwargs)
        return out
