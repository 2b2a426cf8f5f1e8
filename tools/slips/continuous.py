"""Slips of results that no finite model satisfies: judged by certified values.

The finite harness leaves them as ``not finite``. Here both sides are evaluated in models with
continuous laws, as balls that enclose them, so that a refutation is a proof, not a verdict with an
error rate.
"""

from __future__ import annotations

from dataclasses import replace

from tools.slips.finite import SlipReport
from xavier_theory.continuous_models import ContinuousModel, NoValueError, holds, models, value
from xavier_theory.finite_models.arithmetic import Number, is_exact
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.judgements import Step
from xavier_theory.theorems import theorem_folder

__all__ = ["certified"]

_CHOICES = 7
"""How many choices of numbers and polynomials for models of standard normals."""


def certified(report: SlipReport, original: Step) -> SlipReport:
    """The report of a slip of ``original``, refuted if a model of the assumptions refutes it.

    One that holds in all models that speak of it comes back as ``survived``, and one of a result
    of which no model speaks as ``unjudged``.
    """
    claim = report.slip.claim
    spoken = 0
    for model in _models(report):
        try:
            verdict = holds(claim.relation, claim.left, claim.right, model)
            shown = ", ".join(_shown(value(side, model)) for side in (claim.left, claim.right))
        except OutsideDomainError:
            if _has_value(original, model):
                return _refuted(report, original, model, "it has no value")
            continue
        except NoValueError:
            continue
        spoken += verdict is True
        if verdict is False:
            return _refuted(report, original, model, f"left, right = {shown}")
    if not any(_has_value(original, model) for model in _models(report)):
        return replace(report, kind="unjudged", detail="no continuous model speaks of the result")
    detail = f"it holds in {spoken} continuous models"
    return replace(report, kind="survived", detail=detail)


def _models(report: SlipReport) -> list[ContinuousModel]:
    claim = report.slip.claim
    asked = (claim.context, claim.assumptions, (claim.left, claim.right))
    return [*models(*asked, count=_CHOICES), *theorem_folder(report.slip.theorem).models(*asked)]


def _has_value(step: Step, model: ContinuousModel) -> bool:
    try:
        return holds(step.relation, step.left, step.right, model) is True
    except (OutsideDomainError, NoValueError):
        return False


def _refuted(report: SlipReport, original: Step, model: ContinuousModel, how: str) -> SlipReport:
    claim = report.slip.claim
    sides = (claim.left, claim.right, original.left, original.right)
    spoken = {symbol for side in sides for symbol in side.free_symbols}
    where = [
        f"{symbol} = {_shown(number)}"
        for symbol, number in sorted(model.scalars.items(), key=lambda item: str(item[0]))
        if symbol in spoken
    ]
    named = (*claim.context.of_kind("derivative"), *claim.context.of_kind("primitive"))
    slopes = {a.parts[1].func.__name__ for a in named}
    where += [
        f"{name}(x) = {meaning.expr}"
        for name, meaning in getattr(model, "meanings", {}).items()
        if name not in slopes
    ]
    return replace(
        report, kind="refuted", detail="; ".join([f"certified: {how}", ", ".join(where)])
    )


def _shown(number: Number) -> str:
    return str(number) if is_exact(number) else str(number.str(12, radius=False))
