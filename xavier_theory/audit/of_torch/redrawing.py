"""How much second moments vary by chance: the same run with weights drawn again.

Each weight that was drawn is drawn again with independent entries of the mean square that it has,
or where it deviates from its siblings, of theirs; all else stays. Only the signals are measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.recorder import Recorder, is_tensor
from xavier_theory.audit.parameters import WEIGHTS
from xavier_theory.audit.records import Recording
from xavier_theory.audit.siblings import Statistics


def redrawn(
    model: nn.Module,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    rows: Sequence[Statistics],
    recording: Recording,
    *,
    times: int,
    seed: int,
) -> list[dict[int, float]]:
    """log q by op, once per redraw; a run whose ops are others than the recording's is left out.

    The model and all random states are as before afterwards.
    """
    squares = {
        row.parameter.name: row.parameter.square if row.intended is None else row.intended.square
        for row in rows
        if row.parameter.drawn and row.parameter.role in WEIGHTS and row.parameter.scale is None
    }
    there = {name: p for name, p in model.named_parameters() if name in squares}
    found: list[dict[int, float]] = []
    with Preserved(model) as kept, torch.no_grad():
        for parameter in there.values():
            kept.about_to_write(parameter)
        for number in range(times):
            generators: dict[torch.device, torch.Generator] = {}
            for name, parameter in there.items():
                generator = generators.setdefault(
                    parameter.device,
                    torch.Generator(parameter.device).manual_seed(seed + 1 + number),
                )
                parameter.normal_(0, math.sqrt(squares[name]), generator=generator)
            torch.manual_seed(seed)
            found += _measured(model, arguments, keywords, kept, recording)
    return found


def _measured(
    model: nn.Module, arguments: Any, keywords: Any, kept: Preserved, recording: Recording
) -> list[dict[int, float]]:
    from torch.utils._pytree import tree_flatten

    recorder = Recorder(model, kept)
    for tensor in tree_flatten((arguments, keywords))[0]:
        if is_tensor(tensor):
            recorder.take_input(tensor)
    with recorder.following_modules(), recorder:
        model(*arguments, **keywords)
    if [op.kind for op in recorder.ops] != [op.kind for op in recording.ops]:
        return []
    return [
        {
            op.index: math.log(op.state.q)
            for op in recorder.ops
            if op.state is not None and op.state.q > 0
        }
    ]
