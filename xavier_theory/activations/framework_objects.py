"""A framework's own object as an activation: recognized, and else sampled as a callable.

Nothing is imported for it: the object's own module tells where it comes from, and that package is
loaded already. What is known by name becomes an activation of the catalogue, certified like any;
a subclass with a body of its own is not taken for its base.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np

from xavier_theory.activations.framework_names import (
    HARMLESS,
    MODULES,
    NOT_ELEMENTWISE,
    PACKAGES,
    Needed,
    plain,
    rule_of,
)
from xavier_theory.errors import InvalidInputError

ArrayFunction = Callable[[np.ndarray], np.ndarray]
# whose arrays a package's functions take
_ARRAYS_OF = {package: package for package in PACKAGES} | {
    "flax": "jax", "timm": "torch", "transformers": "torch",
}  # fmt: skip


def recognized(given: Any) -> tuple[str, dict[str, Any]] | None:
    """The name or text of a framework's activation, with its parameters; None if not known.

    ``given`` is a function, a module or layer, a class (with its defaults) or a
    ``functools.partial`` of one. Raises ``InvalidInputError`` for what is no elementwise function,
    and where a parameter is missing or has several values.
    """
    keywords: Mapping[str, Any] = {}
    if isinstance(given, functools.partial):
        if given.args:
            return None
        given, keywords = given.func, given.keywords
    name, package = origin(given)
    if package is None:
        return None
    if plain(name) in NOT_ELEMENTWISE:
        raise InvalidInputError(
            f"{name} is no elementwise activation: each output depends on several inputs, and so "
            "it has no gain of its own"
        )
    if package == "keras" and plain(name) == "activation" and not isinstance(given, type):
        return recognized(given.activation)
    rule = rule_of(package, name)
    if rule is None and isinstance(given, type):
        raise InvalidInputError(f"the class {name} is no activation known here; give an instance")
    if rule is None or keywords.keys() - rule.defaults.keys() - HARMLESS:
        return None
    values = dict(rule.defaults)
    stated = _stated(given)
    for parameter in rule.defaults:
        if parameter in keywords:
            values[parameter] = keywords[parameter]
        elif _is_made(given) and hasattr(given, parameter):
            values[parameter] = getattr(given, parameter)
        elif parameter in stated:
            if _is_made(given):
                return None  # it takes the parameter, and does not say with which value
            values[parameter] = stated[parameter]
        if values[parameter] is Needed:
            raise InvalidInputError(f"{name} needs its {parameter}; give {name}(…) with one")
    return rule.read({key: _plain_value(name, key, value) for key, value in values.items()})


def package_of(given: Any) -> str | None:
    """The framework whose arrays an object takes, found along its bases; None if it is no one's."""
    if isinstance(given, functools.partial):
        return package_of(given.func)
    kind = given if isinstance(given, type) else type(given)
    modules = [base.__module__ for base in kind.__mro__]
    if not isinstance(given, type):
        modules.insert(0, getattr(given, "__module__", None) or "")
    for module in modules:
        found = _ARRAYS_OF.get(module.partition(".")[0])
        if found is not None:
            return found
    if kind.__name__ == "PjitFunction":  # what jax.jit makes
        return "jax"
    return _package_inside(given) if inspect.isfunction(given) else None


def _package_inside(function: Any) -> str | None:
    """The framework that a function of the user's own names in its body, if any."""
    try:
        used = inspect.getclosurevars(function)
    except (TypeError, ValueError):
        return None
    for value in (*used.nonlocals.values(), *used.globals.values()):
        named = value.__name__ if isinstance(value, ModuleType) else type(value).__module__
        found = _ARRAYS_OF.get(named.partition(".")[0])
        if found is not None:
            return found
        if not isinstance(value, ModuleType) and hasattr(value, "__name__"):
            module = getattr(value, "__module__", None) or ""
            if module.partition(".")[0] in _ARRAYS_OF:
                return _ARRAYS_OF[module.partition(".")[0]]
    return None


def sampled(given: Any) -> ArrayFunction:
    """The object as a function of NumPy arrays, in double precision where the framework can."""
    package = package_of(given)
    if package == "torch":
        return _of_torch(given)
    if package == "keras":
        return _of_keras(given)
    return _of_jax(given) if package == "jax" else given


def origin(given: Any) -> tuple[str, str | None]:
    """The name of a function, class or instance, and the package that knows it by this name."""
    named = hasattr(given, "__name__")
    owner = given if named else type(given)
    # a torch function may have no module of its own, but its class has
    module = getattr(owner, "__module__", None) or type(given).__module__
    package = module.partition(".")[0]
    return owner.__name__, package if module in MODULES.get(package, ()) else None


def _is_made(given: Any) -> bool:
    """Whether it is a module or a layer, which holds its parameters."""
    return not isinstance(given, type) and not hasattr(given, "__name__")


def _stated(given: Any) -> dict[str, Any]:
    """The defaults in the signature of a function or class; those without one are ``Needed``."""
    owner = type(given) if _is_made(given) else given
    try:
        parameters = inspect.signature(owner).parameters
    except (TypeError, ValueError):  # a builtin, which states none
        return {}
    return {
        name: Needed if value.default is inspect.Parameter.empty else value.default
        for name, value in parameters.items()
    }


def _plain_value(name: str, parameter: str, value: Any) -> Any:
    """A parameter as text, truth or exact number; a tensor's equal entries as one."""
    if value is None or isinstance(value, str | bool):
        return value
    values = np.unique(np.asarray(_detached(value), dtype=float))
    if values.size != 1:
        raise InvalidInputError(
            f"{name} has {values.size} values of {parameter}, and so as many activations; give one"
        )
    return Fraction(repr(float(values[0])))


def _detached(value: Any) -> Any:
    if type(value).__module__.partition(".")[0] == "keras":  # a variable, on some backend
        return _detached(value.value)
    if hasattr(value, "detach"):  # a tensor of torch
        return value.detach().cpu()
    return value[...] if hasattr(value, "__getitem__") else value


def _of_torch(given: Any) -> ArrayFunction:
    torch = sys.modules["torch"]

    def function(z: np.ndarray) -> np.ndarray:
        points = torch.from_numpy(np.ascontiguousarray(z, dtype=np.float64))
        with torch.no_grad():
            if isinstance(given, torch.nn.Module):  # left as it is: it runs with doubled weights
                held = {**dict(given.named_parameters()), **dict(given.named_buffers())}
                double = {k: v.double().cpu() for k, v in held.items() if v.is_floating_point()}
                made = torch.func.functional_call(given, double, (points,))
            else:
                made = given(points)
        return made.detach().cpu().numpy()

    return function


def _of_keras(given: Any) -> ArrayFunction:
    operations = sys.modules["keras"].ops

    def function(z: np.ndarray) -> np.ndarray:
        return np.asarray(operations.convert_to_numpy(given(operations.convert_to_tensor(z))))

    return function


def _of_jax(given: Any) -> ArrayFunction:
    jax = sys.modules["jax"]

    def function(z: np.ndarray) -> np.ndarray:
        with jax.enable_x64(True):
            return np.asarray(given(jax.numpy.asarray(z)))

    return function
