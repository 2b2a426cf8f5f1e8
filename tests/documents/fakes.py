"""A small stand-in for a verification report: the same shape, made without sampling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from xavier_theory.theorems import theorems
from xavier_theory.training.experiments import EXPERIMENTS

NO_DETAIL: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class FakeCheck:
    kind: str
    name: str
    verdict: str = "consistent"
    expected: str = "consistent"
    passed: bool = True
    detail: Mapping[str, Any] = field(default_factory=lambda: NO_DETAIL)
    estimate: float | None = None


@dataclass(frozen=True)
class FakeTheoremReport:
    name: str
    checks: tuple[FakeCheck, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


@dataclass(frozen=True)
class FakeReport:
    theorems: tuple[FakeTheoremReport, ...]
    seed: int = 0
    data_checks: tuple[FakeCheck, ...] = ()
    false_alarm_probability: float = 1e-6
    training: tuple[FakeTheoremReport, ...] = ()

    @property
    def checks(self) -> tuple[FakeCheck, ...]:
        parts = (*self.theorems, *self.training)
        return (*(c for part in parts for c in part.checks), *self.data_checks)

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "seed": self.seed,
            "false_alarm_probability": self.false_alarm_probability,
            "theorems": [
                {
                    "name": theorem.name,
                    "passed": theorem.passed,
                    "checks": [
                        {"kind": c.kind, "name": c.name, "verdict": c.verdict}
                        for c in theorem.checks
                    ],
                }
                for theorem in self.theorems
            ],
        }


STEPS = FakeCheck("finite-model", "every step", detail={"models": 300, "steps": {"exact": 7}})
SAMPLED = FakeCheck(
    "monte-carlo", "two uniform | variables", detail={"delta": 0.01, "alpha": 1e-6}, estimate=1.0034
)
CONTROL = FakeCheck("monte-carlo", "normal: 1 % off", "refuted", "refuted", detail={"delta": 0.01})
WRONG = FakeCheck("monte-carlo", "it fails", "refuted", passed=False)


def report_for(
    *names: str, checks: tuple[FakeCheck, ...] = (STEPS, SAMPLED, CONTROL)
) -> FakeReport:
    """Of the theorems called ``names`` (all by default), and of every experiment on training."""
    training = tuple(FakeTheoremReport(found.name, (SAMPLED, CONTROL)) for found in EXPERIMENTS)
    reports = tuple(FakeTheoremReport(name, checks) for name in names or theorems())
    return FakeReport(reports, training=training)
