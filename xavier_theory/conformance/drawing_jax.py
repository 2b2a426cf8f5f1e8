"""Draws from ``jax.nn.initializers``, what Flax hands on of it, and functions of a user's."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from xavier_theory.conformance.documented import Entry
from xavier_theory.conformance.drawing import Array, RefusedError, narrowed
from xavier_theory.errors import MissingExtraError
from xavier_theory.frameworks.layouts import Shape

try:
    import jax
    from flax import linen, nnx
except ImportError:
    raise MissingExtraError("conformance of jax and flax", "jax") from None

dtypes = ("float64", "float32", "float16", "bfloat16", "complex64", "complex128")
_READY = ("zeros", "ones")  # initializers themselves; the others make one


def public(framework: str) -> Mapping[str, Any]:
    """The initializers of ``jax.nn.initializers``, or of Flax' modules of that name."""
    if framework == "jax":
        return _functions(jax.nn.initializers)
    return {**_functions(linen.initializers), **_functions(nnx.initializers)}


def _functions(module: Any) -> dict[str, Any]:
    """A module's functions, but for types."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def drawer(framework: str, entry: Entry) -> JaxDrawer:
    """The initializer of an entry; Flax' is taken from NNX, and Linen's must be the same object."""
    if framework == "jax":
        return JaxDrawer(_made(getattr(jax.nn.initializers, entry.name), entry))
    return JaxDrawer(_made(getattr(nnx.initializers, entry.name), entry))


def _made(found: Any, entry: Entry) -> Any:
    if entry.name in _READY:
        return found
    return found(**entry.arguments)


def drawer_of(initializer: Any) -> JaxDrawer:
    """A user's function ``init(key, shape, dtype)``."""
    return JaxDrawer(initializer)


class JaxDrawer:
    """An initializer function; its calls get keys split from one."""

    repeats = False

    def __init__(self, function: Any) -> None:
        self._function = function

    def calls(self, seed: int, shape: Shape, dtype: str, count: int) -> list[Array]:
        """``count`` calls with keys split from that of the seed."""
        keys = jax.random.split(jax.random.key(seed), count + 1)[1:]
        return [_plain(self._array(key, shape, dtype)) for key in keys]

    def once(self, seed: int, shape: Shape, dtype: str, count: int = 1) -> list[Array]:
        """Calls with the seed's own key, which all give the same."""
        return [_plain(self._array(jax.random.key(seed), shape, dtype)) for _ in range(count)]

    def given_dtype(self, shape: Shape, dtype: str) -> str:
        """The type that comes, with 64 bits enabled."""
        return str(self._array(jax.random.key(0), shape, dtype).dtype)

    def _array(self, key: Any, shape: Shape, dtype: str) -> Any:
        try:
            with jax.enable_x64(dtype in ("float64", "complex128")):
                return jax.block_until_ready(self._function(key, shape, dtype))
        except Exception as error:  # noqa: BLE001 (it is told)
            raise RefusedError(f"{type(error).__name__}: {error}") from None


def _plain(found: Any) -> Array:
    values = np.asarray(found)
    # the narrow types of ml_dtypes are no NumPy types: single precision holds their values
    return narrowed(values.astype(np.float32) if values.dtype.kind == "V" else values)
