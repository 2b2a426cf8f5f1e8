"""The errors that users meet. Each is an ``XavierTheoryError`` whose text is one clear line."""

from __future__ import annotations

from collections.abc import Iterable

from xavier_theory.symbolic.errors import (
    CertificateError,
    IllFormedTermError,
    KernelError,
    MissingAssumptionError,
    RuleRefusedError,
    XavierTheoryError,
    hint,
)
from xavier_theory.symbolic.errors import closest as closest

__all__ = [
    "CertificateError",
    "IllFormedTermError",
    "InvalidInputError",
    "KernelError",
    "MissingAssumptionError",
    "MissingExtraError",
    "RuleRefusedError",
    "UnknownNameError",
    "XavierTheoryError",
]


class InvalidInputError(XavierTheoryError, ValueError):
    """A value that a user gave is out of its range, of the wrong shape or of the wrong kind."""


class UnknownNameError(XavierTheoryError, LookupError):
    """A name that is not on the list; the text suggests the nearest one that is."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} {name!r}; {hint(name, known)}")
        self.name = name


class MissingExtraError(XavierTheoryError, ImportError):
    """An optional part is used whose packages are not installed; the text names the extra."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional part: pip install 'xavier_theory[{extra}]'")
        self.extra = extra
