"""Draws from ``torch.nn.init``, and from functions of a user's that fill a tensor alike."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from xavier_theory.conformance.documented import Entry
from xavier_theory.conformance.drawing import Array, RefusedError, narrowed
from xavier_theory.errors import InvalidInputError, MissingExtraError
from xavier_theory.frameworks.layouts import Shape

try:
    import torch
except ImportError:
    raise MissingExtraError("conformance of torch", "torch") from None

dtypes = ("float64", "float32", "float16", "bfloat16", "complex64", "complex128")


def public(framework: str) -> Mapping[str, Any]:
    """The functions of ``torch.nn.init`` that fill a tensor."""
    found = {name: getattr(torch.nn.init, name) for name in torch.nn.init.__all__}
    return {name: value for name, value in found.items() if name != "calculate_gain"}


def drawer(framework: str, entry: Entry) -> TorchDrawer:
    """The function of an entry with its arguments."""
    return TorchDrawer(getattr(torch.nn.init, entry.name), entry.arguments)


def drawer_of(initializer: Any) -> TorchDrawer:
    """A user's function ``fill(tensor, ..., generator=...)``."""
    return TorchDrawer(initializer, {})


@contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread: of thousands of small matrices, threads that wait cost the most."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class TorchDrawer:
    """A function that fills its first argument; without ``generator`` the global one is seeded."""

    repeats = False

    def __init__(self, function: Any, arguments: Mapping[str, Any]) -> None:
        self._function, self._arguments, self._asked = function, dict(arguments), 0
        try:
            self._takes_generator = "generator" in inspect.signature(function).parameters
        except (TypeError, ValueError):
            raise InvalidInputError(f"{function!r:.60} has no signature to call it by") from None

    def calls(self, seed: int, shape: Shape, dtype: str, count: int) -> list[Array]:
        """``count`` calls with one generator."""
        with one_thread(), torch.random.fork_rng(devices=[]):
            if self._takes_generator:
                # what is drawn from the global generator all the same differs from call to call
                self._asked += 1
                torch.manual_seed(self._asked)
                generator = torch.Generator().manual_seed(seed)
                return [self._filled(shape, dtype, generator=generator) for _ in range(count)]
            torch.manual_seed(seed)
            return [self._filled(shape, dtype) for _ in range(count)]

    def once(self, seed: int, shape: Shape, dtype: str, count: int = 1) -> list[Array]:
        """The same: in torch the generator is the seed."""
        return self.calls(seed, shape, dtype, count)

    def given_dtype(self, shape: Shape, dtype: str) -> str:
        """That of the tensor, which is filled in place."""
        return dtype

    def _filled(self, shape: Shape, dtype: str, **told: Any) -> Array:
        tensor = torch.empty(shape, dtype=getattr(torch, dtype))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what it warns of is held against its sample
                self._function(tensor, **self._arguments, **told)
        except Exception as error:  # noqa: BLE001 (it is told)
            raise RefusedError(f"{type(error).__name__}: {error}") from None
        if tensor.is_complex():
            return np.asarray(tensor.to(torch.complex128).numpy())
        wide = torch.float64 if tensor.dtype == torch.float64 else torch.float32
        return narrowed(tensor.to(wide).numpy())
