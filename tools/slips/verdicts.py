"""What becomes of every perturbed result of a theorem: refuted, proved, or explained by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace

from tools.slips.continuous import certified
from tools.slips.finite import NEAR, SlipReport, run_slips
from tools.slips.proofs import proof_of
from xavier_theory.finite_models.search.smallest import Bounds
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.theorems import derive, theorem_folder

__all__ = ["KINDS", "explanations", "judge_slips"]

KINDS = {
    "refuted": "refuted by a finite model, or by certified values under a continuous law",
    "equivalent": "the same statement, proved by the kernel",
    "weaker": "a consequence of the result, proved by the kernel",
    "implied": "a consequence by an elementary inequality that is checked by machine",
    "explained": "true: the reason is written out by hand",
    "unjudged": "no model speaks of the result itself: only its samples and planted errors do",
    "survived": "unexplained",
}
"""What may become of a slip."""

_LEFT_OPEN = ("not finite", "unjudged", "survived")
"""What finite models say of slips that continuous laws may still refute."""


def explanations(theorem: str) -> dict[str, str]:
    """Why slips of a theorem that nothing refutes are no mistakes, by ``slip_key``."""
    path = theorem_folder(theorem).slips
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def slip_key(report: SlipReport) -> str:
    """A slip's name within its theorem: its result, its formula."""
    claim = report.slip.claim
    return f"{report.slip.result}: {claim.left} {claim.relation} {claim.right}"


def _proved(report: SlipReport, derivation: Derivation) -> SlipReport:
    """A report on what no model refutes, or that the kernel proves it."""
    found = proof_of(report.slip, derivation)
    if found is None:
        return report
    return replace(report, kind=found[0], detail=f"by the rule {found[1].rule}")


def judge_slips(
    theorem: str, examples: int = 300, near: Bounds | None = NEAR
) -> Iterator[SlipReport]:
    """Every slip of a theorem's results, with one of ``KINDS`` as its kind.

    ``examples`` random models for each, and small models enumerated as far as ``near``.
    """
    derivation = derive(theorem)
    known = explanations(theorem)
    for report in run_slips([theorem], examples, near=near):
        found = report
        if report.kind in _LEFT_OPEN:
            certain = certified(report, derivation.results[report.slip.result])
            if report.kind == "not finite" or certain.kind == "refuted":
                found = certain
            if report.kind == "not finite" and found.kind != "refuted":
                found = _proved(found, derivation)
        if found.kind == "survived" and slip_key(report) in known:
            found = replace(found, kind="explained", detail=known[slip_key(report)])
        yield found
