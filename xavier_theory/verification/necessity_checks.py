"""Every assumption has an answer to "what breaks without it?", and each counterexample is one."""

from __future__ import annotations

from typing import Any

from xavier_theory.finite_models.search.necessity import NecessityResult, every_assumption
from xavier_theory.finite_models.stored.counterexamples import (
    stored_counterexamples,
    verify_counterexample,
)
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.theorems import Theorem
from xavier_theory.verification.reports import Check

__all__ = ["necessity_checks"]


def necessity_checks(derivation: Derivation, folder: Theorem) -> list[Check]:
    """One check for each stored counterexample, re-verified exactly, and one that none is missing.

    Assumptions to which no counterexample was found, or could be searched, are counted in the
    detail of the latter: they are no evidence, and no check of their own.
    """
    stored = stored_counterexamples(folder.counterexamples)
    wanted = [assumption.name for _, assumption in every_assumption(derivation)]
    if not wanted and not stored:
        return []
    answered = {result.assumption for result in stored}
    kinds = sorted({result.kind for result in stored})
    counts = {kind: sum(result.kind == kind for result in stored) for kind in kinds}
    missing = [name for name in wanted if name not in answered]
    detail: dict[str, Any] = {**counts}
    if missing:
        command = f"make ARGS={derivation.name} counterexamples"
        detail |= {"missing": missing, "reason": f"{command} searches for {', '.join(missing)}"}
    complete = Check(
        kind="necessity",
        name="every assumption has an answer",
        verdict="undecided" if missing else "consistent",
        detail=detail,
    )
    return [complete, *(_check(result, derivation, folder) for result in stored if result.needed)]


def _check(result: NecessityResult, derivation: Derivation, folder: Theorem) -> Check:
    holds = verify_counterexample(result, derivation, folder.continuous)
    detail: dict[str, Any] = {"left": result.left, "right": result.right}
    if result.atoms is not None:
        detail["atoms"] = result.atoms
    return Check(
        kind="necessity",
        name=f"a counterexample without {result.assumption.replace('_', ' ')}",
        verdict="consistent" if holds else "refuted",
        detail=detail,
    )
