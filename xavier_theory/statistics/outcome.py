"""What a test reports: one of three verdicts, and everything needed to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.rates import ErrorRates

__all__ = ["Guarantee", "Outcome", "Verdict"]

Guarantee = Literal["exact", "finite-sample bound", "asymptotic", "deterministic"]
"""How the error rates are known.

exact: from the statistic's own law. finite-sample bound: from an inequality that holds at every
sample size. asymptotic: only in the limit. deterministic: nothing is random.
"""


class Verdict(StrEnum):
    """The three things that a test can say."""

    CONSISTENT = "consistent"
    """Shown to lie within δ of the prediction."""
    REFUTED = "refuted"
    """Shown to differ from the prediction."""
    UNDECIDED = "undecided"
    """Neither was shown."""


@dataclass(frozen=True)
class Outcome:
    """A verdict with its evidence.

    `lower`, `upper`: confidence limits; together they miss θ with probability at most
    min(α, β). Infinite where the sample gives no limit; equal to the estimate for a
    deterministic check.
    `n`: number of scalars used. `rates`: None for a deterministic check (α = β = 0).
    `law`: name of the test. `powered`: whether n suffices for the promise made by β; without it
    only the wrong claims are bounded (by α), and `undecided` may be frequent.
    """

    verdict: Verdict
    estimate: float
    lower: float
    upper: float
    prediction: Hypothesis
    n: int
    rates: ErrorRates | None
    law: str
    guarantee: Guarantee
    powered: bool

    @property
    def passed(self) -> bool:
        """Whether the prediction was shown to be right within δ."""
        return self.verdict is Verdict.CONSISTENT
