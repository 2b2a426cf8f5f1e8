"""The theorems, one file each: adding a file here adds a theorem everywhere.

Nothing else lists them. A theorem module has ``STATEMENT``, ``derive()``, ``EXPERIMENTS`` (for
Monte Carlo) and ``WRONG``: deliberately wrong right-hand sides of the conclusion (for a two-sided
bound: pairs), by name, that the checks must refute. It may have ``SOLVED``: for an assumption that
is no plain statement about one base quantity, by name, (base quantity, "=" or "<=" or ">=", value)
such that the assumption holds in every model in which that does, or a tuple of several such;
finite models are built with it, and then check the assumption.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING

from xavier_theory.errors import UnknownNameError

if TYPE_CHECKING:
    from xavier_theory.symbolic.derivations import Derivation

_NOT_THEOREMS = {"statement", "symbols"}


@functools.cache
def _modules() -> dict[str, ModuleType]:
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name not in _NOT_THEOREMS]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    ordered = sorted(found, key=lambda module: module.STATEMENT.order)
    return {module.STATEMENT.name: module for module in ordered}


def theorems() -> list[str]:
    """The names of all theorems, in reading order."""
    return list(_modules())


def theorem_module(name: str) -> ModuleType:
    """The module of the theorem called ``name``; ``UnknownNameError`` if there is none."""
    modules = _modules()
    if name not in modules:
        raise UnknownNameError("theorem", name, modules)
    return modules[name]


@functools.cache
def derive(name: str) -> Derivation:
    """The derivation of the theorem called ``name``; ``UnknownNameError`` if there is none."""
    derivation: Derivation = theorem_module(name).derive()
    return derivation
