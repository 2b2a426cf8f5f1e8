"""Every step of a derivation in finite models, or, where those do not exist, in continuous ones."""

from __future__ import annotations

from typing import Any

from xavier_theory.continuous_models import ContinuousModel, holds, models
from xavier_theory.finite_models.checking.check import check_claims, check_derivation
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.checking.reports import StepReport
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.encoding import well_formed
from xavier_theory.symbolic.errors import IllFormedTermError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.theorems import Theorem
from xavier_theory.verification.budget import seed_sequence
from xavier_theory.verification.reports import Check

__all__ = ["MODELS", "step_checks", "wrong_checks"]

MODELS = 150
"""How many finite models the steps of each theorem are checked in."""

WRONG_MODELS = 50
"""How many are drawn to refute a planted conclusion; mostly the first one does."""

MORE_MODELS = 400
"""How many more, where all of those were too mild."""


def step_checks(derivation: Derivation, folder: Theorem, seed: int) -> list[Check]:
    """Every step: in finite models, and the others in certified continuous ones."""
    report = check_derivation(
        derivation, MODELS, _hypothesis_seed(seed, derivation.name, "steps"), folder.solved
    )
    pairs = list(zip(derivation.steps, report.steps, strict=True))
    continuous = [(step, found) for step, found in pairs if found.verdict == "not finite"]
    return [_finite(derivation, report.steps), *_continuous(continuous, folder)]


def _finite(derivation: Derivation, found: tuple[StepReport, ...]) -> Check:
    finite = [step for step in found if step.verdict != "not finite"]
    verdicts = {step.verdict for step in finite}
    detail: dict[str, Any] = {
        "steps": len(found),
        "exact": sum(step.verdict == "held" and step.method == "exact" for step in finite),
        "with balls": sum(step.verdict == "held" and step.method != "exact" for step in finite),
        "not finite": len(found) - len(finite),
        "models": MODELS,
        "vacuous": sum(step.vacuous for step in finite),
        "undefined": sum(step.undefined for step in finite),
    }
    wrong = [step for step in finite if step.verdict != "held"]
    if wrong:
        detail["first wrong step"] = f"{wrong[0].number}, {wrong[0].label}: {wrong[0].verdict}"
        if wrong[0].counterexample is not None:
            detail["counterexample"] = str(wrong[0].counterexample)
    verdict = "consistent" if verdicts <= {"held"} else "undecided"
    return Check(
        "finite-model",
        "steps",
        "refuted" if "failed" in verdicts else verdict,
        "consistent",
        detail,
    )


def _continuous(steps: list[tuple[Step, StepReport]], folder: Theorem) -> list[Check]:
    """The steps that no finite model satisfies: one check for each reason."""
    checks = []
    for reason in dict.fromkeys(report.reason for _, report in steps):
        chosen = [step for step, report in steps if report.reason == reason]
        results = [(step, _models(step, folder)) for step in chosen]
        found = [_in_all(step.relation, step.left, step.right, given) for step, given in results]
        verdict = "consistent"
        if None in found:
            verdict = "undecided"
        if False in found:
            verdict = "refuted"
        detail = {
            "reason": reason,
            "steps": len(chosen),
            "certified": found.count(True),
            "models": max(len(given) for _, given in results),
        }
        checks.append(Check("certified", "steps with a continuous law", verdict, detail=detail))
    return checks


def _models(step: Step | Claim, folder: Theorem) -> list[ContinuousModel]:
    asked = (step.context, step.assumptions, (step.left, step.right))
    return [*models(*asked), *folder.models(*asked)]


def _in_all(relation: str, left: Any, right: Any, given: list[ContinuousModel]) -> bool | None:
    """Whether a relation holds in all models; False if it fails in one, None without a model."""
    found = [holds(relation, left, right, model) for model in given]
    if False in found:
        return False
    return None if None in found or not found else True


def wrong_checks(derivation: Derivation, folder: Theorem, seed: int) -> list[Check]:
    """Every wrong right side of the conclusion: a control, which models must refute."""
    claims = [
        claim
        for name, formula in folder.wrong.items()
        for claim in _wrong_claims(derivation, name, formula)
    ]
    hypothesis_seed = _hypothesis_seed(seed, derivation.name, "wrong")
    reports = _verdicts(claims, WRONG_MODELS, hypothesis_seed, folder)
    missed = [place for place, report in enumerate(reports) if report.verdict == "held"]
    if missed:  # few models may all be mild: what is wrong everywhere shows in more of them
        chosen = [claims[place] for place in missed]
        again = _verdicts(chosen, MORE_MODELS, hypothesis_seed + 1, folder)
        for place, report in zip(missed, again, strict=True):
            reports[place] = report
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in folder.wrong}
    for claim, report in zip(claims, reports, strict=True):
        found[claim.label].append(_wrong_verdict(folder, claim, report))
    return [_control(name, verdicts) for name, verdicts in found.items()]


def _verdicts(claims: list[Claim], models: int, seed: int, folder: Theorem) -> list[StepReport]:
    """Reports of which only the verdicts are read: no model in them is the simplest one."""
    return check_claims(claims, models, seed, folder.solved, most_shrunk=0)


def _wrong_claims(derivation: Derivation, name: str, formula: Any) -> list[Claim]:
    """One claim, or two for a pair of wrong bounds."""
    sides = formula if isinstance(formula, tuple) else (formula,)
    claims = []
    try:
        sides = tuple(map(well_formed, sides))
    except IllFormedTermError as error:
        raise IllFormedTermError(f"WRONG[{name!r}] of {derivation.name}: {error}") from None
    for result, side in zip(derivation.main, sides, strict=len(sides) > 1):
        step = derivation.results[result]
        lower = len(sides) > 1 and result == derivation.main[0]
        pair = (side, step.right) if lower else (step.left, side)
        claims.append(Claim(name, step.relation, *pair, step.assumptions, derivation.context))
    return claims


def _wrong_verdict(folder: Theorem, claim: Claim, report: StepReport) -> tuple[str, str]:
    """The kind of the models that judged, and the verdict."""
    if report.verdict != "not finite":
        verdicts = {"failed": "refuted", "held": "consistent"}
        return "finite-model", verdicts.get(report.verdict, "undecided")
    verdict = {True: "consistent", False: "refuted", None: "undecided"}
    given = _models(claim, folder)
    return "certified", verdict[_in_all(claim.relation, claim.left, claim.right, given)]


def _control(name: str, verdicts: list[tuple[str, str]]) -> Check:
    """A pair of wrong bounds is refuted when one of them is."""
    for kind, verdict in verdicts:
        if verdict == "refuted":
            return Check(kind, f"wrong conclusion: {name}", verdict, "refuted")
    kind, verdict = verdicts[0]
    return Check(kind, f"wrong conclusion: {name}", verdict, "refuted")


def _hypothesis_seed(seed: int, *names: str) -> int:
    return int(seed_sequence(seed, *names).generate_state(1)[0])
