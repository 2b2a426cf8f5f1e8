"""A dispatch mode that sees every op of torch, and writes down those of the forward pass.

It sees them below autograd, also those of C++ and of custom functions; module hooks only name them.
The node that autograd made for an op bears the sequence number that was current just before the op
was dispatched.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.weak import WeakTensorKeyDictionary

from xavier_theory.audit import axes as ax
from xavier_theory.audit import borders
from xavier_theory.audit.of_torch.measuring import (
    convolution_facts,
    convolution_fans,
    matrix_facts,
    measured,
)
from xavier_theory.audit.of_torch.preserving import Preserved
from xavier_theory.audit.of_torch.translating import Translation, translate
from xavier_theory.audit.records import Op, WeightFacts
from xavier_theory.audit.states import State

_HERE = __name__.rpartition(".")[0].replace(".", "/")
_WEIGHTED = ("linear", "convolution")
_SAME = ("detach", "alias", "lift_fresh")  # another name for the same numbers
_FRESH = ("empty_like", "zeros_like", "ones_like", "full_like", "rand_like", "randn_like",
          "new_empty", "new_zeros", "new_ones", "new_full")  # fmt: skip


class Recorder(TorchDispatchMode):  # type: ignore[misc]
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

    def made(self, tensor: torch.Tensor) -> int | None:
        """The op that made a tensor."""
        found: int | None = self._made.get(tensor)
        return found

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
        before = {id(t): self._made.get(t) for t in tree_flatten(named)[0] if is_tensor(t)}
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
        tensors = [t for t in tree_flatten(named)[0] if is_tensor(t)]
        results = [t for t in tree_flatten(out)[0] if is_tensor(t)]
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
        told = translate(base, named, out, lambda t: is_tensor(t) and t in self._names)
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
        operands = [t for t in (tensors if told is None else told.operands) if is_tensor(t)]
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
        op.weight = self._facts(told, attributes)
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
        same = first is not None and torch.Size(first.shape).numel() == out.numel()
        if kind in ("view", "masked") and same and first is not None:
            profile = borders.kept(first.profile, axes)
            return replace(first, shape=shape, axes=axes, profile=profile)
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

    def _facts(self, told: Translation | None, attributes: dict[str, Any]) -> WeightFacts | None:
        """Of a weighted op; how many products are summed goes to its attributes."""
        if told is None or told.kind not in _WEIGHTED or told.weight.layout != torch.strided:
            return None
        names = self._named(told.weight), self._named(told.bias)
        if told.kind == "linear":
            swapped = told.told is not None and told.told["transposed"]
            weight = told.weight.t() if swapped else told.weight
            attributes |= {"fan": weight.shape[1], "fan_back": weight.shape[0]}
            return matrix_facts(weight, told.bias, *names)
        geometry = told.told or {}
        fans = convolution_fans(tuple(told.weight.shape), **geometry)
        attributes |= {"fan": fans[0], "fan_back": fans[1], "groups": geometry["groups"]}
        if not geometry["transposed"]:
            attributes["windows"] = tuple(
                zip(geometry["input_size"], told.weight.shape[2:], geometry["stride"],
                    geometry["padding"], geometry["dilation"], strict=True)
            )  # fmt: skip
        return convolution_facts(told.weight, told.bias, *names, geometry)

    def _named(self, tensor: Any) -> str | None:
        if tensor is None:
            return None
        name = self._names.get(tensor)
        return None if name is None else str(name)

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


def is_tensor(given: Any) -> bool:
    """Whether it is a tensor of torch."""
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
