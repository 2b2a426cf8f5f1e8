"""One thing that an audit reports, and how findings are ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DEVIATION, HAZARD, BY_DESIGN = "deviation", "hazard", "by design"
KINDS = (DEVIATION, HAZARD, BY_DESIGN)


@dataclass(frozen=True)
class Finding:
    """What, where, how much, why, and what to do.

    ``kind``: a *deviation* from the scheme that the rest of the model follows, a *hazard* that the
    theory says harms, or *by design*: told, not accused. ``size`` is a factor of at least 1, of
    second moments, and infinite where nothing is left. ``theorem`` is None where no theorem of this
    package says it. ``fix`` is a line to paste, ``after`` what is predicted then; both may be
    empty. ``line`` is the user's file and line, where it is known.
    """

    kind: str
    where: str
    what: str
    size: float
    theorem: str | None = None
    fix: str = ""
    after: str = ""
    line: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as data for JSON; an infinite size is null."""
        size = self.size if math.isfinite(self.size) else None
        return {
            "kind": self.kind, "where": self.where, "what": self.what, "size": size,
            "theorem": self.theorem, "fix": self.fix, "after": self.after, "line": self.line,
        }  # fmt: skip


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """By consequence: what accuses by size, deviations first among equals; by design last."""
    return sorted(
        findings, key=lambda one: (one.kind == BY_DESIGN, -one.size, KINDS.index(one.kind))
    )


def factor(ratio: float) -> float:
    """A ratio as a factor of at least 1."""
    if ratio <= 0 or not math.isfinite(ratio):
        return math.inf
    return max(ratio, 1 / ratio)
