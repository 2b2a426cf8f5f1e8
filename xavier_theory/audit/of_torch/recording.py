"""One forward and backward pass of a torch model, op by op.

Hooks on autograd's nodes see the gradient of each op's result; nothing of it is kept but its
moments.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import _disable_current_modes
from torch.utils._pytree import tree_flatten

from xavier_theory.audit.of_torch.measuring import measured
from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.recorder import Recorder, is_tensor
from xavier_theory.audit.records import Recording


class ForwardError(Exception):
    """The model raised; ``module`` is the path of the module that did."""

    def __init__(self, module: str, kind: str) -> None:
        super().__init__(module)
        self.module, self.kind = module, kind


@dataclass
class Run:
    """A recording, and the mean square of each parameter's gradient (None: none reached it)."""

    recording: Recording
    gradients: dict[str, float | None] = field(default_factory=dict)
    nonfinite: list[int] = field(default_factory=list)
    changed: tuple[str, ...] = ()


def record(
    model: nn.Module,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any],
    *,
    seed: int,
    loss: Callable[[Any], Any] | None,
) -> Run:
    """One forward and one backward pass; the model is as before afterwards, whatever happens.

    Without ``loss`` each entry of each output is multiplied by its own N(0, 1) number: the gradient
    by the outputs is then white noise. Raises ``ForwardError`` from the model's own error.
    """
    with Preserved(model) as kept, torch.enable_grad(), _eager():
        recorder = Recorder(model, kept)
        torch.manual_seed(seed)
        given = [t for t in tree_flatten((arguments, keywords))[0] if is_tensor(t)]
        for tensor in given:
            recorder.take_input(tensor)
        with recorder.following_modules(), recorder:
            try:
                result = model(*arguments, **keywords)
            except Exception as error:
                raise ForwardError(*recorder.module) from error
            finally:
                recorder.recording = False
            run = _backward(model, recorder, result, seed, loss)
    run.changed = kept.changed
    return run


def _backward(model: nn.Module, recorder: Recorder, result: Any, seed: int, loss: Any) -> Run:
    remarks: list[str] = []
    outputs = [t for t in tree_flatten(_plain_tree(result))[0] if is_tensor(t)]
    ends = [t for t in outputs if t.is_floating_point() and t.requires_grad and t.numel()]
    made = (recorder.made(t) for t in outputs)
    recording = Recording(
        recorder.ops, tuple(i for i in made if i is not None), frozenset(recorder.used)
    )
    run = Run(recording, nonfinite=recorder.nonfinite)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not ends or not trained:
        what = "no parameter is trained" if ends or not trained else "no output needs a gradient"
        recording.remarks = (f"gradients are left out: {what}",)
        return run
    generator = torch.Generator().manual_seed(seed)
    if loss is None:
        starts: list[Any] = [
            torch.randn(t.shape, generator=generator, dtype=torch.float32).to(t) for t in ends
        ]
    else:
        value = loss(result)
        ends, starts = [value], [torch.ones_like(value)]
    _hook_nodes(recorder, ends)
    try:
        found = torch.autograd.grad(ends, list(trained.values()), starts, allow_unused=True)
    except RuntimeError as error:
        if "checkpoint" not in str(error).lower():
            raise
        remarks.append("gradients are left out: reentrant checkpoints allow none to be asked for")
        found = ()
    for name, gradient in zip(trained, found, strict=False):
        run.gradients[name] = None if gradient is None else _mean_square(gradient)
    recording.remarks = tuple(remarks)
    return run


def _mean_square(tensor: Any) -> float:
    x = tensor.coalesce().values() if tensor.is_sparse else tensor
    if not x.numel():
        return 0.0
    x = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    norms = torch.linalg.vector_norm(x.reshape(x.shape[0] if x.dim() else 1, -1), dim=1)
    return float(norms.double().square().sum()) / tensor.numel()


def _hook_nodes(recorder: Recorder, ends: list[Any]) -> None:
    """Measure what arrives at the node of each op."""

    def hook(index: int, place: int) -> Callable[[Any], None]:
        op = recorder.ops[index]

        def see(gradients: Any) -> None:
            gradient = gradients[place] if place < len(gradients) else None
            if gradient is not None and tuple(gradient.shape) == op.shape and op.gradient is None:
                with _disable_current_modes():
                    op.gradient = measured(gradient, op.axes)

        return see

    waiting = [end.grad_fn for end in ends]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
        number = node._sequence_nr()
        of_ops = recorder.nodes.get(number, [])
        if isinstance(node, torch.autograd.function.BackwardCFunction) and of_ops:
            of_ops = [(recorder.inner[number], 0)]
        for index, place in of_ops:
            node.register_prehook(hook(index, place))


def _plain_tree(result: Any) -> Any:
    """Dataclasses and objects with ``to_tuple`` as their contents, which pytree does not open."""
    if hasattr(result, "__dataclass_fields__") and not isinstance(result, dict | type):
        return [getattr(result, name) for name in result.__dataclass_fields__]
    return result


@contextmanager
def _eager() -> Iterator[None]:
    """Compiled parts run as they are written, op by op."""
    if "torch._dynamo" in sys.modules:
        with torch.compiler.set_stance("force_eager"), warnings.catch_warnings():
            # nothing is compiled here, and that the hooks fire once more does no harm
            warnings.filterwarnings("ignore", message="Using `torch.compile.module.` when there")
            yield
    else:
        yield


def record_signals(
    model: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Recording:
    """A forward pass alone, with the random numbers that come next; all is put back afterwards."""
    with Preserved(model) as kept, torch.no_grad(), _eager():
        recorder = Recorder(model, kept)
        for tensor in tree_flatten((arguments, keywords))[0]:
            if is_tensor(tensor):
                recorder.take_input(tensor)
        with recorder.following_modules(), recorder:
            model(*arguments, **keywords)
    return Recording(recorder.ops, (), frozenset(recorder.used))
