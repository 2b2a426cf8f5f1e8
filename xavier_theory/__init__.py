"""The theory of weight initialization, executable.

Public names load their module on first use, so that ``import xavier_theory`` stays quick. Inside
the package, import from the module that defines a name, never from here.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xavier_theory.activations import gain, phase, variance
    from xavier_theory.api import (
        axioms,
        check,
        claims,
        derive,
        derive_he_variance,
        derive_identity_chain,
        derive_layer_variance,
        derive_xavier_variance,
        theorems,
        verify,
    )
    from xavier_theory.audit.auditing import assert_healthy, audit
    from xavier_theory.audit.initializing import initialize
    from xavier_theory.conformance.report import Conformance
    from xavier_theory.conformance.run import conformance
    from xavier_theory.errors import (
        CertificateError,
        IllFormedTermError,
        InvalidInputError,
        KernelError,
        MissingAssumptionError,
        MissingExtraError,
        RuleRefusedError,
        UnknownNameError,
        XavierTheoryError,
    )
    from xavier_theory.frameworks.fan_counts import Fans
    from xavier_theory.frameworks.fans import fans
    from xavier_theory.frameworks.initialization import Initialization, initialization
    from xavier_theory.frameworks.installed import frameworks
    from xavier_theory.monte_carlo.sample_networks import sample

__all__ = [
    "CertificateError",
    "Conformance",
    "Fans",
    "IllFormedTermError",
    "Initialization",
    "InvalidInputError",
    "KernelError",
    "MissingAssumptionError",
    "MissingExtraError",
    "RuleRefusedError",
    "UnknownNameError",
    "XavierTheoryError",
    "assert_healthy",
    "audit",
    "axioms",
    "check",
    "claims",
    "conformance",
    "derive",
    "derive_he_variance",
    "derive_identity_chain",
    "derive_layer_variance",
    "derive_xavier_variance",
    "fans",
    "frameworks",
    "gain",
    "initialization",
    "initialize",
    "phase",
    "sample",
    "theorems",
    "variance",
    "verify",
]

_HOME = {
    "CertificateError": "xavier_theory.errors",
    "Conformance": "xavier_theory.conformance.report",
    "Fans": "xavier_theory.frameworks.fan_counts",
    "IllFormedTermError": "xavier_theory.errors",
    "Initialization": "xavier_theory.frameworks.initialization",
    "InvalidInputError": "xavier_theory.errors",
    "KernelError": "xavier_theory.errors",
    "MissingAssumptionError": "xavier_theory.errors",
    "MissingExtraError": "xavier_theory.errors",
    "RuleRefusedError": "xavier_theory.errors",
    "UnknownNameError": "xavier_theory.errors",
    "XavierTheoryError": "xavier_theory.errors",
    "assert_healthy": "xavier_theory.audit.auditing",
    "audit": "xavier_theory.audit.auditing",
    "axioms": "xavier_theory.api",
    "check": "xavier_theory.api",
    "claims": "xavier_theory.api",
    "conformance": "xavier_theory.conformance.run",
    "derive": "xavier_theory.api",
    "derive_he_variance": "xavier_theory.api",
    "derive_identity_chain": "xavier_theory.api",
    "derive_layer_variance": "xavier_theory.api",
    "derive_xavier_variance": "xavier_theory.api",
    "fans": "xavier_theory.frameworks.fans",
    "frameworks": "xavier_theory.frameworks.installed",
    "gain": "xavier_theory.activations",
    "initialization": "xavier_theory.frameworks.initialization",
    "initialize": "xavier_theory.audit.initializing",
    "phase": "xavier_theory.activations",
    "sample": "xavier_theory.monte_carlo.sample_networks",
    "theorems": "xavier_theory.api",
    "variance": "xavier_theory.activations",
    "verify": "xavier_theory.api",
}


class _Callable(ModuleType):
    """The type of a submodule that is spelled like a public function: it can be called as one.

    So ``xt.theorems()``, ``xt.theorems.he_variance`` and
    ``import xavier_theory.theorems.he_variance as he`` all work, in whatever order.
    """

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the public function of this name."""
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module(_HOME[name]), name)(*arguments, **named)


class _Package(ModuleType):
    """This module's type: a submodule takes a public function's name only as a callable one."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _HOME and isinstance(value, ModuleType):
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name == "__version__":
        value: Any = _installed_version()
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Loading it may have loaded the submodule of that name, which then stands for it.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*__all__, "__version__"])


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("xavier-theory")
    except PackageNotFoundError:
        raise AttributeError(
            "xavier_theory.__version__ is known only once the package is installed: "
            "pip install --editable ."
        ) from None
