"""The errors that users meet. Each is an ``XavierTheoryError`` whose text is one clear line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from xavier_theory.symbolic.errors import (
    CertificateError,
    IllFormedTermError,
    KernelError,
    MissingAssumptionError,
    RuleRefusedError,
    XavierTheoryError,
)

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


def closest(name: str, names: Iterable[str], cutoff: float) -> list[str]:
    """The nearest of ``names``, at most one: capitals do not count."""
    by_lower = {known.lower(): known for known in names}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=cutoff)
    return [by_lower[found] for found in near]


class UnknownNameError(XavierTheoryError, LookupError):
    """A name that is not on the list; the text suggests the nearest one that is."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        near = closest(name, names, 0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
        super().__init__(f"unknown {kind} {name!r}; {hint}")
        self.name = name


class MissingExtraError(XavierTheoryError, ImportError):
    """An optional part is used whose packages are not installed; the text names the extra."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional part: pip install 'xavier_theory[{extra}]'")
        self.extra = extra
