"""Whether what sentences name as evidence exists: used on all of them, and on planted ones."""

from __future__ import annotations

import json
from collections.abc import Iterator

from xavier_theory.claims import ledger
from xavier_theory.theorems import derive, theorem_folder, theorems
from xavier_theory.theorems.evidence import (
    Computed,
    Evidence,
    Fact,
    Fails,
    Proved,
    Sampled,
    Trained,
    misprint,
)
from xavier_theory.training.experiments import EXPERIMENTS


def sentences() -> Iterator[tuple[str, Fact]]:
    """Every sentence that is printed, with the theorem that says it; the ledger's with none."""
    for name in theorems():
        for fact in theorem_folder(name).statement.facts:
            yield name, fact
    for claim in ledger():
        for fact in claim.findings:
            yield "", fact


def faults(speaker: str, fact: Fact) -> list[str]:
    """What is missing or wrong among the evidence of a sentence; empty if it holds."""
    found = [_fault(shown, getattr(shown, "theorem", "") or speaker) for shown in fact.evidence]
    return [fault for fault in found if fault is not None]


def _fault(shown: Evidence, name: str) -> str | None:
    if isinstance(shown, Trained):
        known = {experiment.name for experiment in EXPERIMENTS}
        return None if shown.experiment in known else f"no training experiment {shown.experiment}"
    if isinstance(shown, Proved | Fails | Sampled | Computed) and name not in theorems():
        return f"no theorem {name}"
    match shown:
        case Proved():
            results = {*derive(name).results, "conclusion"}
            return None if shown.result in results else f"{name} has no result {shown.result}"
        case Sampled():
            known = set(theorem_folder(name).sampled_names)
            return None if shown.experiment in known else f"{name} samples no {shown.experiment}"
        case Computed():
            numbers = theorem_folder(name).numbers
            if shown.phrase not in numbers:
                return f"{name} computes no {shown.phrase}"
            return misprint(shown.phrase, numbers[shown.phrase]())
        case Fails():
            broken = _broken(name)
            return (
                None if shown.assumption in broken else f"{name}: {shown.assumption} breaks nothing"
            )
    return None


def _broken(name: str) -> set[str]:
    """The assumptions of a theorem without which a counterexample is known."""
    stored = json.loads(theorem_folder(name).counterexamples.read_text(encoding="utf-8"))
    return {answer["assumption"] for answer in stored if "counterexample" in answer["kind"]}
