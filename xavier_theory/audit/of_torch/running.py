"""From a user's model and batch to what an audit needs, or to one clear line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedTensorMixin
from torch.utils._pytree import tree_flatten

from xavier_theory.audit.of_torch import correcting
from xavier_theory.audit.of_torch.describing import described
from xavier_theory.audit.of_torch.recording import ForwardError, Run, record
from xavier_theory.audit.of_torch.redrawing import redrawn
from xavier_theory.audit.parameters import Parameter
from xavier_theory.audit.records import Recording
from xavier_theory.audit.siblings import Statistics
from xavier_theory.errors import InvalidInputError


@dataclass
class Seen:
    """Parameters, and the run if there was one."""

    parameters: list[Parameter]
    recording: Recording | None = None
    nonfinite: list[int] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def seen(model: nn.Module, batch: Any, *, seed: int, loss: Callable[[Any], Any] | None) -> Seen:
    """Parameters described, and one run recorded where there is a batch.

    Raises ``InvalidInputError`` with what, where and what would be right.
    """
    _check_model(model)
    remarks = list(_left_out(model))
    if batch is None:
        if loss is not None:
            raise InvalidInputError("a loss needs a batch")
        return Seen(described(model, frozenset(), {}), remarks=tuple(remarks))
    arguments, keywords = _arguments(batch)
    bad = _nonfinite_parameters(model)
    if bad:
        remarks.append(f"no run was recorded: {bad[0]} is not finite")
        return Seen(described(model, frozenset(), {}), remarks=tuple(remarks))
    run = _run(model, arguments, keywords, seed, loss)
    parameters = described(model, run.recording.used, run.gradients)
    remarks += run.recording.remarks
    return Seen(parameters, run.recording, run.nonfinite, tuple(remarks), run.changed)


def _check_model(model: nn.Module) -> None:
    named = [*model.named_parameters(), *model.named_buffers()]
    for name, tensor in named:
        if isinstance(tensor, UninitializedTensorMixin):
            raise InvalidInputError(
                f"{name} is lazy: it takes its shape from the first input; run the model once"
            )
        if tensor.device.type == "meta":
            raise InvalidInputError(
                f"{name} is on the meta device and holds no numbers; make the model on a real "
                "device"
            )
    if torch.is_inference_mode_enabled():
        raise InvalidInputError("in inference mode no gradient can be recorded; leave it first")
    if not any(True for _ in model.parameters()):
        raise InvalidInputError(f"{type(model).__name__} has no parameters: nothing to audit")


def _left_out(model: nn.Module) -> list[str]:
    odd = [
        name
        for name, tensor in model.named_parameters()
        if not tensor.is_floating_point() or tensor.layout != torch.strided
    ]
    what = "no dense real floating-point numbers"
    return [f"no statistics of {', '.join(odd[:3])}: {what}"] if odd else []


def _nonfinite_parameters(model: nn.Module) -> list[str]:
    return [
        name
        for name, tensor in model.named_parameters()
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all())
    ]


def _arguments(batch: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    if isinstance(batch, torch.Tensor):
        arguments: tuple[Any, ...] = (batch,)
        keywords: Mapping[str, Any] = {}
    elif isinstance(batch, tuple | list):
        arguments, keywords = tuple(batch), {}
    elif isinstance(batch, Mapping) and all(isinstance(key, str) for key in batch):
        arguments, keywords = (), dict(batch)
    else:
        raise InvalidInputError(
            "the batch is a tensor, a tuple of positional arguments or a dict of arguments by "
            f"name, got {type(batch).__name__}"
        )
    tensors = [t for t in tree_flatten((arguments, keywords))[0] if isinstance(t, torch.Tensor)]
    if not tensors:
        raise InvalidInputError("the batch holds no tensor")
    empty = [tuple(t.shape) for t in tensors if not t.numel()]
    if empty:
        raise InvalidInputError(f"the batch is empty: it has a tensor of shape {empty[0]}")
    return arguments, keywords


def _run(
    model: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any], seed: int, loss: Any
) -> Run:
    try:
        return record(model, arguments, keywords, seed=seed, loss=loss)
    except ForwardError as error:
        cause = error.__cause__
        said = " ".join(str(cause).split())[:300]
        where = f"{error.module} ({error.kind})" if error.module else type(model).__name__
        shown = ", ".join(
            f"{tuple(t.shape)} {str(t.dtype).removeprefix('torch.')}"
            for t in tree_flatten((arguments, keywords))[0]
            if isinstance(t, torch.Tensor)
        )
        raise InvalidInputError(
            f"the model does not run on this batch of {shown}: in {where}: "
            f"{type(cause).__name__}: {said}"
        ) from cause


def redraws(
    model: nn.Module, batch: Any, rows: Sequence[Statistics], recording: Recording, *, times: int,
    seed: int, executor: Executor | None = None,
) -> list[dict[int, float]]:  # fmt: skip
    """log q by op for runs with weights drawn again, as ``redrawing`` says."""
    given = _arguments(batch)
    return redrawn(model, *given, rows, recording, times=times, seed=seed, executor=executor)


def corrected(
    model: nn.Module, batch: Any, targets: Mapping[str, float], seed: int
) -> dict[str, float]:
    """Weights scaled by what the batch shows, as ``correcting`` says."""
    return correcting.corrected(model, *_arguments(batch), targets, seed)


def made(factory: Any, name: str, seed: int) -> Any:
    """The model that a user's function returns, or the model itself; drawn from the seed."""
    if isinstance(factory, nn.Module):
        return factory
    if not callable(factory):
        raise InvalidInputError(f"{name} is neither a function nor a model")
    torch.manual_seed(seed)
    try:
        return factory()
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        raise InvalidInputError(
            f"{name}() does not make a model: {type(error).__name__}: {said}"
        ) from error


def noise(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    """A batch of independent N(0, 1)."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def tokens(
    model: nn.Module, shape: tuple[int, ...], vocabulary: int | None, seed: int
) -> torch.Tensor:
    """A batch of random tokens, as many kinds as the first embedding has unless told."""
    if vocabulary is None:
        sizes = [one.num_embeddings for one in model.modules() if isinstance(one, nn.Embedding)]
        if not sizes:
            raise InvalidInputError("the model has no embedding: say how many tokens there are")
        vocabulary = int(sizes[0])
    return torch.randint(vocabulary, shape, generator=torch.Generator().manual_seed(seed))
