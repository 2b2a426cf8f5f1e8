"""From a framework's own layer to its fans: finds out whose it is, and asks that adapter."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from xavier_theory.errors import InvalidInputError
from xavier_theory.frameworks.fan_counts import Fans

# the package that a class comes from -> the file here that knows its layers
_ADAPTERS = {"torch": "torch", "keras": "keras", "flax": "jax"}


def framework_of(given: object) -> str | None:
    """The package of ``_ADAPTERS`` that the object's class or its nearest base comes from.

    Nothing is imported for it. Keras' layers on torch are modules of torch as well, but of Keras
    first.
    """
    kind = given if isinstance(given, type) else type(given)
    for base in kind.__mro__:
        package = base.__module__.partition(".")[0]
        if package in _ADAPTERS:
            return package
    return None


def require_layer(given: Any) -> str:
    """The framework of a layer; ``InvalidInputError`` for what is no layer of one."""
    package = framework_of(given)
    if package is not None and not isinstance(given, type):
        return package
    what = f"the class {given.__name__}" if isinstance(given, type) else repr(given)
    if hasattr(given, "shape"):
        what = f"an array; give its shape, {tuple(given.shape)}"
    raise InvalidInputError(
        "fans are those of a shape such as (64, 3, 3, 3), or of a layer of torch, Keras or "
        f"Flax; got {' '.join(what.split())[:60]}"
    )


def layer_fans(layer: Any, parameter: str | None, input_size: Any) -> Fans:
    """The fans of a layer's weight; ``InvalidInputError`` for what is no layer with one."""
    adapter = import_module(f"xavier_theory.frameworks.{_ADAPTERS[require_layer(layer)]}")
    found: Fans = adapter.layer_fans(layer, parameter, input_size)
    return found


def chosen(name: str, weights: dict[str, Any], parameter: str | None, asked: str) -> str:
    """The name of the weight that is meant: the only one, or the one that ``parameter`` names.

    Raises ``InvalidInputError`` where there is none, several, or none of that name; ``asked``
    says what a layer of this framework without weights may be.
    """
    if not weights:
        raise InvalidInputError(f"{name} has no weight of at least 2 axes of its own{asked}")
    if parameter is None and len(weights) == 1:
        return next(iter(weights))
    names = ", ".join(weights)
    if parameter is None:
        raise InvalidInputError(f"{name} has several weights; choose with parameter=: {names}")
    if parameter not in weights:
        raise InvalidInputError(f"{name} has no weight {parameter!r}; its weights: {names}")
    return parameter
