"""What becomes of every perturbed result of a theorem: killed, proved, or explained by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from tools.slips.continuous import certified
from tools.slips.finite import NEAR, MutantReport, run_mutants
from tools.slips.proofs import proof_of
from xavier_theory.finite_models.search import Bounds
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.theorems import derive

__all__ = ["EXPLAINED", "KINDS", "explanations", "judge_mutants"]

KINDS = {
    "killed": "refuted by a finite model, or by certified values under a continuous law",
    "equivalent": "the same statement, proved by the kernel",
    "weaker": "a consequence of the result, proved by the kernel",
    "implied": "a consequence by an elementary inequality that is checked by machine",
    "explained": "true: the reason is written out by hand",
    "unjudged": "no model speaks of the result itself: only its samples and planted errors do",
    "survived": "unexplained",
}
"""What may become of a mutant."""

_LEFT_OPEN = ("not finite", "unjudged", "survived")
"""What finite models say of mutants that continuous laws may still refute."""

EXPLAINED = Path(__file__).with_name("explained.toml")


@lru_cache
def explanations() -> dict[str, dict[str, str]]:
    """For each theorem, why mutants that nothing refutes are no mistakes, by ``mutant_key``."""
    return dict(tomllib.loads(EXPLAINED.read_text(encoding="utf-8")))


def mutant_key(report: MutantReport) -> str:
    """A mutant's name within its theorem: its result, its formula."""
    claim = report.mutant.claim
    return f"{report.mutant.result}: {claim.left} {claim.relation} {claim.right}"


def _proved(report: MutantReport, derivation: Derivation) -> MutantReport:
    """A report on what no model refutes, or that the kernel proves it."""
    found = proof_of(report.mutant, derivation)
    if found is None:
        return report
    return replace(report, kind=found[0], detail=f"by the rule {found[1].rule}")


def judge_mutants(
    theorem: str, examples: int = 300, near: Bounds | None = NEAR
) -> Iterator[MutantReport]:
    """Every mutant of a theorem's results, with one of ``KINDS`` as its kind.

    ``examples`` random models for each, and small models enumerated as far as ``near``.
    """
    derivation = derive(theorem)
    known = explanations().get(theorem, {})
    for report in run_mutants([theorem], examples, near=near):
        found = report
        if report.kind in _LEFT_OPEN:
            certain = certified(report, derivation.results[report.mutant.result])
            if report.kind == "not finite" or certain.kind == "killed":
                found = certain
            if report.kind == "not finite" and found.kind != "killed":
                found = _proved(found, derivation)
        if found.kind == "survived" and mutant_key(report) in known:
            found = replace(found, kind="explained", detail=known[mutant_key(report)])
        yield found
