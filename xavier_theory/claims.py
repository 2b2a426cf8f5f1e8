"""The ledger of textbook claims, with verdicts that a verification report gives.

The claims, their readings and what was found are data (``claims.toml``). A verdict is never printed
on the ledger's word alone: it stands only if every theorem, and every experiment on training, that
the claim rests on exists and passes in the report.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from xavier_theory.errors import UnknownNameError
from xavier_theory.theorems import theorems
from xavier_theory.theorems.evidence import Fact, evidence_from

if TYPE_CHECKING:
    from xavier_theory.verification import Report

VERIFIED = "verified"
WITHIN_A_BOUND = "verified within a bound"
REFUTED = "refuted as stated"
NOT_YET = "not yet checked"
FAILED = "check failed"
VERDICTS = (VERIFIED, WITHIN_A_BOUND, REFUTED, NOT_YET, FAILED)


@dataclass(frozen=True)
class Claim:
    """A claim as the ledger has it.

    Attributes
    ----------
    id: ``C1`` to ``C21``.
    claim: the claim, in our words.
    literal, charitable: its two readings, where they differ; else empty.
    verdict: the verdict that the evidence gives if it passes; ``NOT_YET`` for a claim without
        evidence.
    findings: the bound, the corrected statement, or what exactly was shown: sentences with their
        evidence.
    evidence: the names of the theorems, and of the experiments on training, that it rests on.
    """

    id: str
    claim: str
    literal: str = ""
    charitable: str = ""
    verdict: str = NOT_YET
    findings: tuple[Fact, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def finding(self) -> str:
        """The findings as one text."""
        return " ".join(found.text for found in self.findings)


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim, the verdict that one report supports, and the evidence found there."""

    claim: Claim
    verdict: str
    evidence: tuple[str, ...]

    @property
    def id(self) -> str:
        """The claim's identifier."""
        return self.claim.id

    def to_dict(self) -> dict[str, object]:
        """The verdict as data for JSON: ``id``, ``verdict``, ``evidence``."""
        return {"id": self.id, "verdict": self.verdict, "evidence": list(self.evidence)}


@functools.cache
def ledger() -> tuple[Claim, ...]:
    """All claims, in order."""
    text = resources.files("xavier_theory").joinpath("claims.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["claims"]
    return tuple(map(_claim, rows))


def _claim(row: dict[str, Any]) -> Claim:
    return Claim(
        **{
            **row,
            "evidence": tuple(row.get("evidence", ())),
            "findings": tuple(map(_found, row.get("findings", ()))),
        }
    )


def _found(table: dict[str, Any]) -> Fact:
    shown = map(evidence_from, table["by"])
    return Fact(table["says"], *shown, given=tuple(table.get("given", ())))


def claim(identifier: str) -> Claim:
    """The claim called ``identifier``; ``UnknownNameError`` if there is none."""
    for found in ledger():
        if found.id == identifier:
            return found
    raise UnknownNameError("claim", identifier, [found.id for found in ledger()])


def theorems_needed() -> list[str]:
    """What some claim rests on, in reading order: theorems, and then experiments on training."""
    from xavier_theory.training.experiments import EXPERIMENTS

    wanted = {name for found in ledger() for name in found.evidence}
    known = [*theorems(), *(experiment.name for experiment in EXPERIMENTS)]
    return [name for name in known if name in wanted]


def judge(report: Report) -> tuple[ClaimVerdict, ...]:
    """The verdict on every claim that ``report`` supports."""
    passed = {part.name: part.passed for part in (*report.theorems, *report.training)}
    return tuple(_judged(found, passed) for found in ledger())


def _judged(found: Claim, passed: dict[str, bool]) -> ClaimVerdict:
    known = tuple(name for name in found.evidence if name in passed)
    if not found.evidence or len(known) < len(found.evidence):
        verdict = NOT_YET
    elif all(passed[name] for name in known):
        verdict = found.verdict
    else:
        verdict = FAILED
    return ClaimVerdict(found, verdict, known)
