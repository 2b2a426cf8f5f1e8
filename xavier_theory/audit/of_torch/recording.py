"""One forward and backward pass of a torch model, op by op.

A dispatch mode sees every op below autograd, also those of C++ and of custom functions; module
hooks only name them. The node that autograd made for an op bears the sequence number that was
current just before the op was dispatched; hooks on the nodes then see each op's gradient, and
nothing of it is kept but its moments.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_flatten
from torch.utils.weak import WeakTensorKeyDictionary

from xavier_theory.audit import axes as ax
from xavier_theory.audit.of_torch.measuring import convolution_facts, matrix_facts, measured
from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.translating import Translation, translate
from xavier_theory.audit.records import Op, Recording, WeightFacts
from xavier_theory.audit.states import State

_HERE = __name__.rpartition(".")[0].replace(".", "/")
_WEIGHTED = ("linear", "convolution")
_SAME = ("detach", "alias", "lift_fresh")  # another name for the same numbers
_FRESH = ("empty_like", "zeros_like", "ones_like", "full_like", "rand_like", "randn_like",
          "new_empty", "new_zeros", "new_ones", "new_full")  # fmt: skip


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


class _Recorder(TorchDispatchMode):  # type: ignore[misc]
    """Sees every op; writes down those of forward, and guards the model in both passes."""

    def __init__(self, model: nn.Module, kept: Preserved) -> None:
        super().__init__()
        self.ops: list[Op] = []
        self.recording = True
        self.nodes: dict[int, list[tuple[int, int]]] = {}  # sequence number -> (op, output)
        self.inner: dict[int, int] = {}  # the last op of a custom function
        self.nonfinite: list[int] = []
        self.used: set[str] = set()
        self._kept = kept
        self._made: Any = WeakTensorKeyDictionary()
        self._names: Any = WeakTensorKeyDictionary()
        for name, parameter in model.named_parameters(remove_duplicate=False):
            self._names.setdefault(parameter, name)
        self._paths: dict[int, str] = {}
        for name, module in model.named_modules(remove_duplicate=False):
            self._paths.setdefault(id(module), name)
        self._stack: list[tuple[nn.Module, str]] = []
        self._number = torch.autograd._get_sequence_nr()

    def take_input(self, tensor: torch.Tensor) -> None:
        """The model's input: what predictions start from."""
        axes = ax.usual(tuple(tensor.shape), not tensor.is_floating_point())
        self._made[tensor] = self._add("input", "input", (), axes, measured(tensor, axes), tensor)

    @contextmanager
    def following_modules(self) -> Iterator[None]:
        """Keep the path of the module that runs; by hooks on no module of the model."""
        before = register_module_forward_pre_hook(self._enter)
        after = register_module_forward_hook(self._leave)
        try:
            yield
        finally:
            before.remove()
            after.remove()

    @property
    def module(self) -> tuple[str, str]:
        """The path and class of the innermost module that runs."""
        if not self._stack:
            return "", ""
        module, path = self._stack[-1]
        return path, type(module).__name__

    def _enter(self, module: nn.Module, arguments: Any) -> None:
        outer = self._stack[-1][1] if self._stack else ""
        self._stack.append((module, self._paths.get(id(module), outer)))

    def _leave(self, module: nn.Module, arguments: Any, result: Any) -> None:
        while self._stack:
            if self._stack.pop()[0] is module:
                return

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func._schema.is_mutable:
            self._guard(func, args, kwargs)
        if not self.recording:
            return func(*args, **kwargs)
        number = torch.autograd._get_sequence_nr()
        named = _by_name(func, args, kwargs)
        before = {id(t): self._made.get(t) for t in tree_flatten(named)[0] if _is_tensor(t)}
        out = func(*args, **kwargs)
        self._note(func, named, before, out, number)
        return out

    def _guard(self, func: Any, args: Any, kwargs: Any) -> None:
        for place, argument in enumerate(func._schema.arguments):
            written = argument.alias_info is not None and argument.alias_info.is_write
            if written:
                given = args[place] if place < len(args) else kwargs.get(argument.name)
                for tensor in given if isinstance(given, list | tuple) else (given,):
                    self._kept.about_to_write(tensor)

    def _note(
        self, func: Any, named: dict[str, Any], before: dict[int, int | None], out: Any, number: int
    ) -> None:
        tensors = [t for t in tree_flatten(named)[0] if _is_tensor(t)]
        results = [t for t in tree_flatten(out)[0] if _is_tensor(t)]
        for tensor in tensors:
            if tensor in self._names:
                self.used.update(self._names[tensor].split(" "))
        if not results:
            return
        if not any(before.get(id(t)) is not None for t in tensors):
            names = [self._names[t] for t in tensors if t in self._names]
            if names and all(t in self._names for t in tensors):
                for result in results:  # what is made of weights alone is a weight
                    self._names.setdefault(result, names[0])
            if not self._from_table(func, named, results[0], number, given=False):
                self._number = max(self._number, number)
            return
        name = func.overloadpacket.__name__
        if self._from_table(func, named, results[0], number, given=True):
            return
        if name in _FRESH:
            return
        if name in _SAME:
            self._made[results[0]] = before[id(named["self"])]
            return
        base = name if name.startswith("_") or not name.endswith("_") else name[:-1]
        named |= {"_name": base, "_full": name}
        told = translate(base, named, out, lambda t: _is_tensor(t) and t in self._names)
        many = isinstance(out, list)
        for place, result in enumerate(results if many else results[:1]):
            op = self._op(base, told, tensors, before, result, named)
            self._made[result] = op
            self._remember(number, op, place if many else 0)
        self._number = max(self._number, number)

    def _from_table(
        self, func: Any, named: dict[str, Any], out: Any, number: int, *, given: bool
    ) -> bool:
        """An embedding: measured, as predictions start behind it.

        Indices that the model was ``given`` have samples first, its own are of positions.
        """
        if func.overloadpacket.__name__ != "embedding" or named["weight"] not in self._names:
            return False
        indices = named["indices"]
        shape = tuple(indices.shape)
        labels = ax.usual(shape, integers=True) if given else ax.of_weight((*shape, 1))[:-1]
        axes = (*labels, ax.axis("f", out.shape[-1]))
        op = self._add("input", "embedding", (), axes, measured(out, axes), out)
        self.ops[op].trained = True
        self._made[out] = op
        self._remember(number, op, 0)
        self._number = max(self._number, number)
        return True

    def _remember(self, number: int, op: int, place: int) -> None:
        if number > self._number or (place and number == self._number):
            self.nodes.setdefault(number - 1, []).append((op, place))
            self.ops[op].trained = True
        self.inner[number - 1] = op

    def _op(
        self,
        name: str,
        told: Translation | None,
        tensors: list[Any],
        before: dict[int, int | None],
        out: Any,
        named: dict[str, Any],
    ) -> int:
        operands = [t for t in (tensors if told is None else told.operands) if _is_tensor(t)]
        shape = tuple(out.shape)
        peers = [self.ops[i].axes for t in operands if (i := before.get(id(t))) is not None]
        inputs = tuple(self._index(t, before.get(id(t)), peers, shape) for t in operands)
        given = [self.ops[i].axes for i in inputs]
        axes = self._axes(told, given, [self.ops[i].shape for i in inputs], shape)
        attributes = dict(told.attributes) if told else {}
        kind = told.kind if told else "unknown"
        if kind == "product":
            last = given[0][-1]
            kind = "scores" if not last or last[0][0] == ax.FEATURE else "mixture"
        if kind == "mean":
            attributes["gone"] = ax.reduced(given[0], attributes["dims"], attributes["keep"])[1]
        if kind == "batch_norm" and len(given[0]) > 1:
            attributes["alone"] = any(label == ax.SAMPLE for label, _ in given[0][1])
        state = self._state(kind, inputs, axes, shape, out)
        index = self._add(kind, name, inputs, axes, state, out)
        op = self.ops[index]
        op.attributes = attributes
        op.weight = self._facts(told)
        if told is None and any(t in self._names for t in tensors):
            op.attributes = {"takes": [self._names[t] for t in tensors if t in self._names]}
        if told is not None and told.weight is not None and op.weight is None:
            op.attributes |= {"scale": self._named(told.weight)} if kind != "leaky_relu" else {}
        if state is None and out.is_floating_point() and out.numel():
            self._look_for_nonfinite(op, out)
        return index

    def _state(
        self, kind: str, inputs: tuple[int, ...], axes: ax.Axes, shape: ax.Shape, out: Any
    ) -> State | None:
        """Measured; of a view of all entries the same as before."""
        first = self.ops[inputs[0]].state if inputs else None
        if kind == "view" and first is not None and torch.Size(first.shape).numel() == out.numel():
            return replace(first, shape=shape, axes=axes)
        return measured(out, axes)

    def _look_for_nonfinite(self, op: Op, out: Any) -> None:
        clean = all(self.ops[i].state is not None for i in op.inputs)
        if clean and op.inputs and not bool(torch.isfinite(out).all()):
            self.nonfinite.append(op.index)

    def _axes(
        self, told: Translation | None, given: list[ax.Axes], shapes: list[ax.Shape],
        shape: ax.Shape,
    ) -> ax.Axes:  # fmt: skip
        if told is not None and told.axes is not None:
            found = told.axes(given, shape)
            return ax.usual(shape) if found is None else found
        if told is None and not any(one == shape for one in shapes):
            return ax.usual(shape)
        return ax.broadcast(list(zip(given, shapes, strict=True)), shape)

    def _index(self, tensor: Any, known: int | None, peers: list[ax.Axes], shape: ax.Shape) -> int:
        """The op that made an operand; of a weight or constant one that is added now."""
        if known is not None:
            return known
        size = tuple(tensor.shape)
        name = self._names.get(tensor)
        axes = ax.of_weight(size) if name else ax.usual(size)
        if peers and len(peers[0]) >= len(size):
            places = peers[0][len(peers[0]) - len(size) :]
            axes = tuple(
                () if n == 1 else ax.resized(one, n) for one, n in zip(places, size, strict=True)
            )
        kind = "parameter" if name else "constant"
        index = self._add(kind, name or kind, (), axes, measured(tensor, axes), tensor)
        self.ops[index].trained = bool(name)
        return index

    def _facts(self, told: Translation | None) -> WeightFacts | None:
        if told is None or told.kind not in _WEIGHTED or told.weight.layout != torch.strided:
            return None
        names = self._named(told.weight), self._named(told.bias)
        if told.kind == "linear":
            return matrix_facts(told.weight, told.bias, *names)
        return convolution_facts(told.weight, told.bias, *names, told.told)

    def _named(self, tensor: Any) -> str | None:
        if tensor is None:
            return None
        if tensor in self._names:
            return str(self._names[tensor])
        base = tensor._base if tensor._base is not None else None
        return str(self._names[base]) if base is not None and base in self._names else None

    def _add(
        self, kind: str, name: str, inputs: tuple[int, ...], axes: ax.Axes, state: State | None,
        tensor: Any,
    ) -> int:  # fmt: skip
        path, module_kind = self.module
        self.ops.append(
            Op(
                index=len(self.ops), kind=kind, name=name, inputs=inputs,
                shape=tuple(tensor.shape), axes=axes, module=path, module_kind=module_kind,
                line=_users_line(), state=state,
            )
        )  # fmt: skip
        return len(self.ops) - 1


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
        recorder = _Recorder(model, kept)
        torch.manual_seed(seed)
        given = [t for t in tree_flatten((arguments, keywords))[0] if _is_tensor(t)]
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


def _backward(model: nn.Module, recorder: _Recorder, result: Any, seed: int, loss: Any) -> Run:
    remarks: list[str] = []
    outputs = [t for t in tree_flatten(_plain_tree(result))[0] if _is_tensor(t)]
    ends = [t for t in outputs if t.is_floating_point() and t.requires_grad and t.numel()]
    made = (recorder._made.get(t) for t in outputs)
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


def _hook_nodes(recorder: _Recorder, ends: list[Any]) -> None:
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
        with torch.compiler.set_stance("force_eager"):
            yield
    else:
        yield


def _is_tensor(given: Any) -> bool:
    return isinstance(given, torch.Tensor)


def _by_name(func: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    names = [argument.name for argument in func._schema.arguments]
    return dict(zip(names, args, strict=False)) | kwargs


def _users_line() -> str | None:
    """The file and line nearest to the op that is neither torch's nor ours; None if there is none.

    The walk ends at this package: what called the audit did not write the model's forward.
    """
    frame: Any = sys._getframe(2)
    entered = False
    while frame is not None:
        path = frame.f_code.co_filename
        ours = _HERE in path.replace("\\", "/")
        if not ours:
            entered = True
            if "/torch/" not in path.replace("\\", "/") and not path.startswith("<"):
                return f"{path}:{frame.f_lineno}"
        elif entered:
            return None
        frame = frame.f_back
    return None
