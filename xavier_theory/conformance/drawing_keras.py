"""Draws from ``keras.initializers`` on the backend that Keras runs on, and from a user's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xavier_theory.conformance.documented import Entry
from xavier_theory.conformance.drawing import Array, RefusedError, narrowed
from xavier_theory.errors import MissingExtraError
from xavier_theory.frameworks.layouts import Shape

try:
    import keras
except ImportError:
    raise MissingExtraError("conformance of keras", "keras") from None

dtypes = ("float64", "float32", "float16", "bfloat16", "complex64")


def public(framework: str) -> Mapping[str, Any]:
    """The classes of ``keras.initializers``, without the base of all."""
    base = keras.initializers.Initializer
    found = {
        value.__name__: value
        for value in vars(keras.initializers).values()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    return dict(sorted(found.items()))


def drawer(framework: str, entry: Entry) -> KerasDrawer:
    """The class of an entry with its arguments."""
    kind = getattr(keras.initializers, entry.name)
    seeded = "seed" in kind().get_config()
    arguments = entry.arguments

    def made(seed: Any) -> Any:
        return kind(**arguments, seed=seed) if seeded else kind(**arguments)

    return KerasDrawer(made, repeats=True)


def drawer_of(initializer: Any) -> KerasDrawer:
    """A user's initializer, ``(shape, dtype)``, made anew from its configuration and a seed."""
    if not isinstance(initializer, keras.initializers.Initializer):
        return KerasDrawer(lambda seed: initializer, repeats=False, global_seed=True)
    config = initializer.get_config()
    if "seed" not in config:
        return KerasDrawer(lambda seed: initializer, repeats=False, global_seed=True)

    def made(seed: Any) -> Any:
        return type(initializer)(**{**config, "seed": seed})

    return KerasDrawer(made, repeats=True)


class KerasDrawer:
    """An initializer made from a whole number, or for calls that go on from a ``SeedGenerator``."""

    def __init__(self, made: Any, repeats: bool, global_seed: bool = False) -> None:
        self._made, self.repeats, self._global = made, repeats, global_seed

    def calls(self, seed: int, shape: Shape, dtype: str, count: int) -> list[Array]:
        """``count`` calls of one initializer with a ``SeedGenerator``."""
        if self._global:
            return self.once(seed, shape, dtype, count)
        initializer = self._made(keras.random.SeedGenerator(seed))
        return [_plain(self._array(initializer, shape, dtype)) for _ in range(count)]

    def once(self, seed: int, shape: Shape, dtype: str, count: int = 1) -> list[Array]:
        """``count`` calls of one initializer with a whole number as its seed."""
        if self._global:
            keras.utils.set_random_seed(seed)
        initializer = self._made(seed)
        return [_plain(self._array(initializer, shape, dtype)) for _ in range(count)]

    def given_dtype(self, shape: Shape, dtype: str) -> str:
        """The type that comes."""
        return str(keras.backend.standardize_dtype(self._array(self._made(0), shape, dtype).dtype))

    def _array(self, initializer: Any, shape: Shape, dtype: str) -> Any:
        try:
            if keras.backend.backend() == "jax":
                import jax

                with jax.enable_x64(dtype == "float64"):
                    return jax.block_until_ready(initializer(shape, dtype=dtype))
            return initializer(shape, dtype=dtype)
        except Exception as error:  # noqa: BLE001 (it is told)
            raise RefusedError(f"{type(error).__name__}: {error}") from None


def _plain(found: Any) -> Array:
    if keras.backend.backend() == "torch":
        import torch

        found = found.detach()
        if not found.is_complex():
            found = found.to(torch.float64 if found.dtype == torch.float64 else torch.float32)
        return narrowed(found.numpy())
    values = np.asarray(found)
    return narrowed(values.astype(np.float32) if values.dtype.kind == "V" else values)
