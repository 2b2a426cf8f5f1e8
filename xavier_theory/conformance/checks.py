"""One check of an initializer: what its documentation says, what was sampled, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["conforms", "deviates", "refuses", "undocumented"]
VERDICTS: tuple[Verdict, ...] = ("conforms", "deviates", "refuses", "undocumented")


@dataclass(frozen=True)
class Finding:
    """What one quantity of one sample came to.

    ``documented``: the least and the largest value that the documentation and the type's rounding
    allow; ``sampled`` the estimate, ``interval`` the values that the sample leaves possible at the
    check's level. ``what`` says in words what the numbers are.
    """

    quantity: str
    documented: tuple[float, float]
    sampled: float
    interval: tuple[float, float]
    verdict: Verdict
    what: str = ""


@dataclass(frozen=True)
class Check:
    """A finding, and of what: initializer, shape, type. ``n`` is the number of entries drawn."""

    framework: str
    initializer: str
    case: str
    shape: tuple[int, ...]
    dtype: str
    n: int
    finding: Finding

    @property
    def quantity(self) -> str:
        """What was held against the documentation, such as ``variance``."""
        return self.finding.quantity

    @property
    def documented(self) -> tuple[float, float]:
        """The least and the largest value that the documentation and rounding allow."""
        return self.finding.documented

    @property
    def sampled(self) -> float:
        """The estimate."""
        return self.finding.sampled

    @property
    def interval(self) -> tuple[float, float]:
        """What the sample leaves possible."""
        return self.finding.interval

    @property
    def verdict(self) -> Verdict:
        """One of ``VERDICTS``."""
        return self.finding.verdict

    def to_dict(self) -> dict[str, Any]:
        """The check as data for JSON; an infinite end is text."""
        found = self.finding
        return {
            "framework": self.framework, "initializer": self.initializer, "case": self.case,
            "shape": list(self.shape), "dtype": self.dtype, "n": self.n,
            "quantity": found.quantity, "documented": [_number(x) for x in found.documented],
            "sampled": _number(found.sampled), "interval": [_number(x) for x in found.interval],
            "verdict": found.verdict, "what": found.what,
        }  # fmt: skip


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def judged(
    quantity: str,
    documented: tuple[float, float],
    sampled: float,
    interval: tuple[float, float],
    what: str = "",
) -> Finding:
    """Conforms unless no value in ``interval`` is documented."""
    apart = interval[0] > documented[1] or interval[1] < documented[0]
    return Finding(
        quantity, documented, sampled, interval, "deviates" if apart else "conforms", what
    )


def exactly(quantity: str, documented: float, sampled: float, what: str = "") -> Finding:
    """A number that is not estimated: it is the documented one or is not."""
    return judged(quantity, (documented, documented), sampled, (sampled, sampled), what)


def refused(what: str) -> Finding:
    """The initializer raised an error; ``what`` is its text."""
    nothing = (-math.inf, math.inf)
    return Finding("a sample", nothing, math.nan, nothing, "refuses", what)


def undocumented(
    quantity: str, sampled: float, interval: tuple[float, float], what: str
) -> Finding:
    """A number of which the documentation says nothing."""
    return Finding(quantity, (-math.inf, math.inf), sampled, interval, "undocumented", what)
