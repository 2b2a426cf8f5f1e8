"""How a sample is drawn from an initializer, whatever its framework: the interface, and the choice.

An adapter (``drawing_torch``, ``drawing_keras``, ``drawing_jax``) imports its framework, and is
imported only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from xavier_theory.conformance.documented import Entry
from xavier_theory.frameworks.layouts import Shape

Array = NDArray[np.inexact]
_ADAPTERS = {"torch": "torch", "keras": "keras", "jax": "jax", "flax": "jax"}


class RefusedError(Exception):
    """The initializer raised an error of its own; the text is the error's."""


class Drawer(Protocol):
    """One initializer with its arguments, made anew for every method called.

    Arrays come as float64 or complex128, or as float32 where that holds every value. A draw that
    fails raises ``RefusedError``; ``dtype`` is a name such as ``bfloat16``.
    """

    repeats: bool
    """Whether one object with a whole number as its seed is documented to repeat itself."""

    def calls(self, seed: int, shape: Shape, dtype: str, count: int) -> list[Array]:
        """``count`` calls of one object that go on from where the last one stopped."""

    def once(self, seed: int, shape: Shape, dtype: str, count: int = 1) -> list[Array]:
        """``count`` calls of one object that was given the whole number ``seed``."""

    def given_dtype(self, shape: Shape, dtype: str) -> str:
        """The type of what comes when ``dtype`` is asked for."""


class Adapter(Protocol):
    """What a framework's file here offers."""

    def public(self, framework: str) -> Mapping[str, Any]:
        """Every public initializer of the framework by name."""

    def drawer(self, framework: str, entry: Entry) -> Drawer:
        """The initializer of an entry."""

    def drawer_of(self, initializer: Any) -> Drawer:
        """An initializer that a user gave."""

    dtypes: tuple[str, ...]


def adapter(framework: str) -> Adapter:
    """The framework's file here; ``MissingExtraError`` where the framework is not installed."""
    name = _ADAPTERS[framework]
    found: Any = import_module(f"xavier_theory.conformance.drawing_{name}")
    return found


def narrowed(values: NDArray[Any]) -> Array:
    """A sample in float32 if its type is no wider, else in double precision."""
    if np.iscomplexobj(values):
        return values.astype(np.complex128)
    if values.dtype.itemsize <= 4:
        return values.astype(np.float32)
    return values.astype(np.float64)
