"""What ``verify`` reports: checks, by theorem, and the run as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xavier_theory.shown import Shown

__all__ = ["Check", "Report", "TheoremReport"]


@dataclass(frozen=True)
class Check:
    """One check and its verdict.

    Attributes
    ----------
    kind: ``finite-model``, ``certified``, ``monte-carlo`` or ``necessity``.
    name: what was checked.
    verdict: ``consistent``, ``refuted`` or ``undecided``.
    expected: ``consistent``, or ``refuted`` for a control: a wrong formula planted on purpose.
    detail: what else is known, as JSON has it; it depends on the seed and the inputs alone, and
        holds no sampled figure.
    estimate: the sampled figure, whose last digits may differ between machines; None without one.
    drawn: how many scalars a test needed before it knew, at most the ``samples`` of the detail;
        None where nothing is sampled.
    """

    kind: str
    name: str
    verdict: str
    expected: str = "consistent"
    detail: Mapping[str, Any] = field(default_factory=dict)
    estimate: float | None = None
    drawn: int | None = None

    @property
    def passed(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected

    def to_dict(self) -> dict[str, Any]:
        """Plain values by name, the detail's among them."""
        return {
            "kind": self.kind,
            "name": self.name,
            "verdict": self.verdict,
            "expected": self.expected,
            "passed": self.passed,
            "estimate": self.estimate,
            "drawn": self.drawn,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True)
class TheoremReport:
    """The checks of one theorem, or of one experiment on training."""

    name: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether there are checks and all of them passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain values by name."""
        return {
            "name": self.name,
            "passed": self.passed,
            "checks": [check.to_dict() for check in self.checks],
        }


@dataclass(frozen=True, repr=False)
class Report(
    Shown,
    text="xavier_theory.verification.report_text:report_text",
    html="xavier_theory.verification.report_text:report_html",
):
    """A run of ``verify``.

    Attributes
    ----------
    seed: what all sampling depends on.
    theorems: one report for each theorem, in reading order.
    data_checks: real images through sampled networks, each layer given the one before.
    training: one report for each experiment on training, in reading order.
    false_alarm_probability: a bound on the probability that chance alone keeps this run from
        passing: that a true formula is not shown consistent, or a planted wrong one not refuted.
    """

    seed: int
    theorems: tuple[TheoremReport, ...]
    data_checks: tuple[Check, ...]
    false_alarm_probability: float
    training: tuple[TheoremReport, ...] = ()

    def __repr__(self) -> str:
        passed = sum(check.passed for check in self.checks)
        return f"Report(seed={self.seed}, {passed} of {len(self.checks)} checks passed)"

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the run."""
        parts = (*self.theorems, *self.training)
        found = [check for part in parts for check in part.checks]
        return (*found, *self.data_checks)

    @property
    def passed(self) -> bool:
        """Whether every theorem, every experiment and every check on data passed."""
        whole = all(part.passed for part in (*self.theorems, *self.training))
        return whole and all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """The documented form: plain values by name."""
        return {
            "passed": self.passed,
            "seed": self.seed,
            "false_alarm_probability": self.false_alarm_probability,
            "theorems": [theorem.to_dict() for theorem in self.theorems],
            "data": [check.to_dict() for check in self.data_checks],
            "training": [part.to_dict() for part in self.training],
        }

    def to_json(self) -> str:
        """``to_dict`` as JSON; a number that JSON does not have is refused."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
