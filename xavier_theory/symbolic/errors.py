"""What the trusted core says when it refuses.

Every refusal is an exception that names the rule, what it met, and what would have been right. None
is an ``assert``: ``python -O`` drops those, and a kernel without its refusals proves anything.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, names: Iterable[str], cutoff: float = 0.4) -> list[str]:
    """The nearest of ``names``, or one that it begins, at most one: capitals do not count."""
    by_lower = {known.lower(): known for known in names}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=cutoff)
    if not near and len(name) > 1:
        near = [known for known in by_lower if known.startswith(name.lower())][:1]
    return [by_lower[found] for found in near]


def hint(name: str, names: Iterable[str]) -> str:
    """What was probably meant, or else what there is."""
    known = list(names)
    near = closest(name, known)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(known)}" if known else "there is none"


class XavierTheoryError(Exception):
    """Base of every error that this package raises on purpose; its text is one clear line."""


class KernelError(XavierTheoryError):
    """Base of the trusted core's refusals."""


class IllFormedTermError(KernelError):
    """An expression contains something that the core's language does not have."""


class RuleRefusedError(KernelError):
    """A rule was applied where one of its side conditions fails."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"rule {rule} refuses: {reason}")
        self.rule = rule
        self.reason = reason


class MissingAssumptionError(RuleRefusedError):
    """A rule needs an assumption that the theorem has not declared; the text names it."""

    def __init__(self, rule: str, assumption: str) -> None:
        super().__init__(rule, f"it needs the assumption {assumption}, which is not declared")
        self.assumption = assumption


class CertificateError(KernelError):
    """A certificate does not replay; the text names the step where it fails."""
