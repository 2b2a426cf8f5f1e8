"""The model as it was: parameters, buffers, gradients, modes, hooks and random states.

Buffers are copied beforehand, as batch norm writes them in a way that no schema declares.
Parameters and gradients are copied only when an op is about to write them, so that a model that
leaves them alone costs nothing. What forward does to Python attributes cannot be undone; it is
noticed where it shows in a module's own attributes.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import nn

_PARTS = (
    "_parameters", "_buffers", "_modules", "_non_persistent_buffers_set", "_forward_hooks",
    "_forward_pre_hooks", "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
    "_forward_hooks_always_called", "_backward_hooks", "_backward_pre_hooks", "_state_dict_hooks",
    "_state_dict_pre_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks",
)  # fmt: skip
_PLAIN = (int, float, complex, bool, str, bytes, type(None))


class Preserved:
    """A context in which a model may run, and after which it is as it was.

    Also after an exception or Ctrl-C. ``about_to_write`` is to be called before an op writes a
    tensor. ``changed`` names the Python attributes that forward has changed for good.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.changed: tuple[str, ...] = ()

    def __enter__(self) -> Preserved:
        self._modules = [(name, one) for name, one in self.model.named_modules()]
        self._modes = [(one, one.training) for _, one in self._modules]
        self._parts = [(part, _copied(part)) for _, one in self._modules for part in _parts_of(one)]
        self._plain = [(name, one, _plain(one)) for name, one in self._modules]
        tensors = _unique([*_own(self._modules, "_parameters"), *_own(self._modules, "_buffers")])
        self._flags = [(tensor, tensor.requires_grad, tensor.grad) for tensor in tensors]
        self._places = [
            (tensor, tensor.untyped_storage(), tensor.storage_offset(), tensor.size(),
             tensor.stride())
            for tensor in tensors if _is_dense(tensor)
        ]  # fmt: skip
        gradients = [tensor.grad for tensor in tensors if tensor.grad is not None]
        self._guarded = {
            one.untyped_storage().data_ptr(): one.untyped_storage()
            for one in [*tensors, *gradients] if _is_dense(one)
        }  # fmt: skip
        self._saved: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}
        for buffer in _own(self._modules, "_buffers"):
            self.about_to_write(buffer)
        self._random = _random_states()
        return self

    def about_to_write(self, tensor: Any) -> None:
        """Copy the memory of a parameter, buffer or gradient, once, before it is written."""
        if not isinstance(tensor, torch.Tensor) or not _is_dense(tensor):
            return
        key = tensor.untyped_storage().data_ptr()
        if key in self._guarded and key not in self._saved:
            storage = self._guarded[key]
            self._saved[key] = storage, storage.clone()

    def __exit__(self, *error: object) -> None:
        self.changed = tuple(
            f"{name or type(one).__name__}.{key}"
            for name, one, before in self._plain
            for key in _differences(before, _plain(one))
        )
        for part, copy in self._parts:
            _restore(part, copy)
        for one, training in self._modes:
            one.training = training
        with torch.no_grad():
            for tensor, storage, offset, size, stride in self._places:
                if tensor.untyped_storage().data_ptr() != storage.data_ptr():
                    there = torch.empty(0, dtype=tensor.dtype, device=tensor.device)
                    tensor.data = there.set_(storage, offset, size, stride)
            for storage, saved in self._saved.values():
                storage.copy_(saved)
            for tensor, needed, gradient in self._flags:
                if tensor.requires_grad != needed and tensor.is_leaf:
                    tensor.requires_grad_(needed)
                if tensor.grad is not gradient:
                    tensor.grad = gradient
        _set_random_states(self._random)


def _own(modules: list[tuple[str, nn.Module]], part: str) -> list[torch.Tensor]:
    return [
        tensor
        for _, one in modules
        for tensor in getattr(one, part, {}).values()
        if isinstance(tensor, torch.Tensor)
    ]


def _unique(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    return list({id(tensor): tensor for tensor in tensors}.values())


def _is_dense(tensor: torch.Tensor) -> bool:
    if isinstance(tensor, nn.parameter.UninitializedTensorMixin):
        return False
    return tensor.layout == torch.strided and tensor.device.type != "meta"


def _parts_of(module: nn.Module) -> list[Any]:
    own = vars(module)
    return [own[name] for name in _PARTS if isinstance(own.get(name), dict | set)]


def _copied(part: Any) -> Any:
    return set(part) if isinstance(part, set) else dict(part)


def _restore(part: Any, copy: Any) -> None:
    same = part == copy if isinstance(part, set) else _same_items(part, copy)
    if not same:
        part.clear()
        part.update(copy)


def _same_items(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return list(one) == list(other) and all(one[key] is other[key] for key in one)


def _plain(module: nn.Module) -> dict[str, object]:
    """Attributes whose change can be seen: numbers and texts, tensors, how long lists are."""
    found: dict[str, object] = {}
    for name, value in vars(module).items():
        if name in _PARTS or name == "training":
            continue
        if isinstance(value, _PLAIN):
            found[name] = value
        elif isinstance(value, torch.Tensor):
            found[name] = id(value)
        elif isinstance(value, list | dict | set):
            found[name] = len(value)
    return found


def _differences(before: dict[str, object], after: dict[str, object]) -> list[str]:
    missing = object()
    return [
        name
        for name in {**before, **after}
        if before.get(name, missing) is not after.get(name, missing)
        and before.get(name, missing) != after.get(name, missing)
    ]


def _random_states() -> tuple[Any, ...]:
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    numpy_state = np.random.get_state()  # noqa: NPY002 - the user's, which forward may draw from
    return torch.get_rng_state(), cuda, random.getstate(), numpy_state


def _set_random_states(states: tuple[Any, ...]) -> None:
    cpu, cuda, python, numpy_state = states
    torch.set_rng_state(cpu)
    if cuda is not None:
        torch.cuda.set_rng_state_all(cuda)
    random.setstate(python)
    np.random.set_state(numpy_state)  # noqa: NPY002 - as above
