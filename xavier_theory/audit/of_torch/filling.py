"""Parameters of a torch model drawn anew, and put back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from xavier_theory.audit.records import Op
from xavier_theory.frameworks.torch import orthogonal_, truncated_normal_


def fill(
    model: nn.Module, wanted: Mapping[str, tuple[float, Op]], law: str, seed: int
) -> tuple[Callable[[], None], dict[str, str]]:
    """Draw each named parameter with its variance; 0 sets it to 0.

    Returns what puts all back as it was, and the names that were left alone with the reason.
    """
    there = dict(model.named_parameters())
    refused: dict[str, str] = {}
    kept: dict[str, torch.Tensor] = {}
    generators: dict[torch.device, torch.Generator] = {}

    def undo() -> None:
        with torch.no_grad():
            for name, before in kept.items():
                there[name].copy_(before)
        kept.clear()

    try:
        for name, (variance, op) in wanted.items():
            if name not in there or "parametrizations" in name.split("."):
                refused[name] = "what is applied is computed from it"
                continue
            parameter = there[name]
            kept[name] = parameter.detach().clone()
            generator = generators.setdefault(
                parameter.device, torch.Generator(parameter.device).manual_seed(seed)
            )
            _draw(parameter, variance, op, law, generator)
    except BaseException:
        undo()
        raise
    return undo, refused


def _draw(
    parameter: torch.Tensor, variance: float, op: Op, law: str, generator: torch.Generator
) -> None:
    std = math.sqrt(variance)
    with torch.no_grad():
        if std == 0:
            parameter.zero_()
        elif law == "orthogonal":
            groups = int(op.attributes.get("groups", 1))
            sides = parameter.shape[0] // groups, math.prod(parameter.shape[1:])
            orthogonal_(parameter, std * math.sqrt(max(sides)), groups=groups, generator=generator)
        elif law == "truncated-normal":
            truncated_normal_(parameter, std, generator=generator)
        elif law == "uniform":
            bound = math.sqrt(3) * std
            parameter.uniform_(-bound, bound, generator=generator)
        else:
            parameter.normal_(0, std, generator=generator)
