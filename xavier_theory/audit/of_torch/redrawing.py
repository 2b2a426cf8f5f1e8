"""How much second moments vary by chance: the same run with weights drawn again.

Each weight that was drawn is drawn again with independent entries of the mean square that it has,
or where it deviates from its siblings, of theirs; all else stays. Only the signals are measured.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.recorder import Recorder, is_tensor
from xavier_theory.audit.parameters import WEIGHTS
from xavier_theory.audit.records import Recording
from xavier_theory.audit.siblings import Statistics
from xavier_theory.errors import InvalidInputError

_PARTS = 16  # of all redraws, each a task of an executor


def redrawn(
    model: nn.Module,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    rows: Sequence[Statistics],
    recording: Recording,
    *,
    times: int,
    seed: int,
    executor: Executor | None = None,
) -> list[dict[int, float]]:
    """log q by op, once per redraw; a run whose ops are others than the recording's is left out.

    The model and all random states are as before afterwards. A redraw is seeded by its number, so
    that it does not matter which worker of an ``executor`` makes it; each gets the model pickled.
    """
    told = _Told(
        arguments,
        dict(keywords),
        {
            row.parameter.name: (row.intended or row.parameter).square
            for row in rows
            if row.parameter.drawn and row.parameter.role in WEIGHTS and row.parameter.scale is None
        },
        tuple(op.kind for op in recording.ops),
        seed,
    )
    if executor is None:
        found = _redraws(told, model, range(times))
    else:
        packed = _packed((told, model))
        parts = [range(first, times, _PARTS) for first in range(min(_PARTS, times))]
        done = executor.map(partial(_of_packed, packed), parts)
        found = [one for some in done for one in some]
    return [values for _, values in sorted(found, key=lambda one: one[0])]


class _Told(NamedTuple):
    """What a worker needs besides the model; ``squares`` are the variances to draw with."""

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    squares: dict[str, float]
    kinds: tuple[str, ...]
    seed: int


def _packed(what: Any) -> bytes:
    try:
        return pickle.dumps(what)
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        raise InvalidInputError(
            f"an executor's workers get the model pickled, and this one cannot be: {said}"
        ) from error


def _of_packed(packed: bytes, numbers: Sequence[int]) -> list[tuple[int, dict[int, float]]]:
    told, model = pickle.loads(packed)  # made by _packed in this very run
    torch.set_num_threads(1)
    return _redraws(told, model, numbers)


def _redraws(
    told: _Told, model: nn.Module, numbers: Sequence[int]
) -> list[tuple[int, dict[int, float]]]:
    there = {name: p for name, p in model.named_parameters() if name in told.squares}
    found: list[tuple[int, dict[int, float]]] = []
    with Preserved(model) as kept, torch.no_grad():
        for parameter in there.values():
            kept.about_to_write(parameter)
        for number in numbers:
            generators: dict[torch.device, torch.Generator] = {}
            for name, parameter in there.items():
                generator = generators.setdefault(
                    parameter.device,
                    torch.Generator(parameter.device).manual_seed(told.seed + 1 + number),
                )
                parameter.normal_(0, math.sqrt(told.squares[name]), generator=generator)
            torch.manual_seed(told.seed)
            values = _measured(told, model, kept)
            if values is not None:
                found.append((number, values))
    return found


def _measured(told: _Told, model: nn.Module, kept: Preserved) -> dict[int, float] | None:
    recorder = Recorder(model, kept)
    for tensor in tree_flatten((told.arguments, told.keywords))[0]:
        if is_tensor(tensor):
            recorder.take_input(tensor)
    with recorder.following_modules(), recorder:
        model(*told.arguments, **told.keywords)
    if tuple(op.kind for op in recorder.ops) != told.kinds:
        return None
    return {
        op.index: math.log(op.state.q)
        for op in recorder.ops
        if op.state is not None and op.state.q > 0
    }
