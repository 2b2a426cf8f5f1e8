"""Perturbed conclusions: every slip is refuted, proved to be no mistake, or named as a survivor.

Those that no finite model can judge are left to ``continuous``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tools.slips.changes import Slip, slips
from tools.slips.proofs import next_instances, proof_of
from tools.slips.slack import elementary_slack
from xavier_theory.finite_models.checking.claims import Claim, reach
from xavier_theory.finite_models.checking.groups import Failure, Group
from xavier_theory.finite_models.checking.reports import Counterexample, StepReport
from xavier_theory.finite_models.drawing.choices import LENGTH
from xavier_theory.finite_models.drawing.theory import Solved
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.search.smallest import Bounds, smallest_counterexample
from xavier_theory.symbolic.assumptions import CONTINUOUS
from xavier_theory.theorems import derive, theorem_module, theorems

NEAR = Bounds(sizes=2, atoms=2, height=3, work=12_000)
"""How far small models are enumerated for a slip that random models did not refute."""


@dataclass(frozen=True)
class SlipReport:
    """What became of one slip.

    Attributes
    ----------
    kind: ``refuted`` by a model; ``equivalent`` or ``weaker``, proved by the kernel; ``implied`` by
        the result through an elementary inequality; ``not finite``: no finite model satisfies its
        assumptions; ``unjudged``: no model that was drawn speaks of the result itself; or
        ``survived``.
    detail: the model, the proving rule, the inequality, or why it survived.
    """

    slip: Slip
    kind: str
    detail: str = ""


def run_slips(
    names: Iterable[str] | None = None,
    examples: int = 300,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    near: Bounds | None = NEAR,
) -> list[SlipReport]:
    """Perturb all results of the theorems called ``names`` (by default all); try to refute them.

    ``examples``: how many random models a slip is checked in, if none refutes it. ``near``: how
    far small models are enumerated then; None not to.
    """
    reports: list[SlipReport] = []
    for name in names or theorems():
        if progress is not None:
            progress(name)
        reports += Judge(name, examples, seed, near).reports()
    return reports


def check_in_models(
    claims: Sequence[Claim], examples: int, seed: int, solved: Solved
) -> list[StepReport]:
    """One report for each claim: like ``check_claims``, without shrinking the counterexamples.

    The models are few at first; more are drawn only for claims that hold in those. Claims of which
    no model is small enough are parted by how far their indices go beyond the sizes.
    """
    reports = [StepReport(number, claim.label) for number, claim in enumerate(claims, 1)]
    source = random.Random(seed)
    parts = _together(claims)
    done, batch = 0, 3
    while done < examples:
        count = min(batch, examples - done)
        place = 0
        while place < len(parts):
            if _examined(claims, parts[place], solved, source, count, reports):
                place += 1
            else:
                parts[place : place + 1] = _by_reach(claims, parts[place])
        done, batch = done + count, 3 * batch
    return reports


def _examined(
    claims: Sequence[Claim],
    part: Sequence[int],
    solved: Solved,
    source: random.Random,
    count: int,
    reports: list[StepReport],
) -> bool:
    """Examine the claims of ``part``, which share their assumptions, in ``count`` models.

    Those that were refuted already are left out. False, and nothing reported, if the rest has no
    models and had better be parted.
    """
    waiting = [n for n in part if reports[n].counterexample is None and not reports[n].reason]
    if not waiting:
        return True
    first = claims[waiting[0]]
    chosen = [claims[number] for number in waiting]
    group = Group(first.context, first.declared, waiting, chosen, solved)
    found: dict[int, Failure] = {}
    for _ in range(count):
        for failure in group.examine(source.randbytes(LENGTH)):
            found.setdefault(failure.claim, failure)
    examined = dict(group.reports())
    refused = any(report.reason for report in examined.values())
    if refused and _is_finite(first) and len(_by_reach(claims, part)) > 1:
        return False
    for number, report in examined.items():
        reports[number] = _added(reports[number], report, found.get(number))
    return True


def _added(known: StepReport, more: StepReport, failure: Failure | None) -> StepReport:
    """Two reports about one claim as one."""
    return replace(
        more,
        held=known.held + more.held,
        undefined=known.undefined + more.undefined,
        counterexample=Counterexample(*failure.described) if failure is not None else None,
    )


def _together(claims: Sequence[Claim]) -> list[list[int]]:
    """The numbers of the claims, by their assumptions."""
    found: dict[Any, list[int]] = {}
    for number, claim in enumerate(claims):
        found.setdefault((claim.context, claim.declared), []).append(number)
    return list(found.values())


def _is_finite(claim: Claim) -> bool:
    """Whether nothing in a claim's assumptions needs a continuous law."""
    return not any(a.kind in (*CONTINUOUS, "minimises") for a in claim.declared)


def _by_reach(claims: Sequence[Claim], numbers: Sequence[int]) -> list[list[int]]:
    """The claims with these numbers, by how far their indices go beyond the sizes."""
    found: dict[int, list[int]] = {}
    for number in numbers:
        found.setdefault(reach([claims[number]]), []).append(number)
    return [found[far] for far in sorted(found)]


class Judge:
    """Judges the slips of one theorem."""

    def __init__(self, name: str, examples: int, seed: int, near: Bounds | None) -> None:
        self._derivation = derive(name)
        self._solved: Solved = getattr(theorem_module(name), "SOLVED", None) or {}
        self._examples, self._seed, self._near = examples, seed, near

    def reports(self) -> list[SlipReport]:
        """What becomes of each slip."""
        derivation = self._derivation
        population = list(slips(derivation))
        originals = [Claim.of(s, derivation.context) for s in derivation.results.values()]
        claims = [*originals, *(slip.claim for slip in population)]
        checked = check_in_models(claims, self._examples, self._seed, self._solved)
        known = dict(zip(derivation.results, checked, strict=False))
        self._silent = {result for result, report in known.items() if not report.held}
        defined = {result for result, report in known.items() if not report.undefined}
        return [
            self._judged(slip, report, slip.result in defined)
            for slip, report in zip(population, checked[len(originals) :], strict=True)
        ]

    def _judged(self, slip: Slip, report: StepReport, defined: bool) -> SlipReport:
        if report.verdict == "failed":
            return SlipReport(slip, "refuted", str(report.counterexample))
        if report.undefined and defined:
            return SlipReport(slip, "refuted", "it has no value in a model of the assumptions")
        # Continuous laws refute most of those without finite models, and sooner than a proof fails.
        thorough = report.verdict != "not finite"
        proved = proof_of(slip, self._derivation, thorough)
        if proved is not None:
            return SlipReport(slip, proved[0], f"by the rule {proved[1].rule}")
        slack = self._slack(slip)
        if slack:
            return SlipReport(slip, "implied", slack)
        model = _refuted_nearby(slip, self._near, defined) if self._near is not None else ""
        if model:
            return SlipReport(slip, "refuted", model)
        if report.verdict == "not finite":
            return SlipReport(slip, "not finite", report.reason)
        if slip.result in self._silent:
            return SlipReport(slip, "unjudged", "the result was evaluated in no model")
        return SlipReport(slip, "survived", "no model refutes it")

    def _slack(self, slip: Slip) -> str:
        """Why a slip follows from its result, or from that at the next value of an index."""
        result = self._derivation.results[slip.result]
        if slip.claim.relation != "<=":
            return ""
        found = elementary_slack(slip.claim, result)
        if found:
            return found
        for value, instance in next_instances(self._derivation, result).items():
            found = elementary_slack(slip.claim, instance)
            if found:
                return f"at {value}: {found}"
        return ""


def _refuted_nearby(slip: Slip, bounds: Bounds, defined: bool) -> str:
    """The smallest model that refutes a slip, as text; empty if no small one does.

    ``defined``: the result that was perturbed has a value in every model, so the slip must.
    """
    if not _is_finite(slip.claim):
        return ""
    kept = [a for a in slip.claim.assumptions if a.kind != "distinct"]
    ordered = sorted(kept, key=lambda a: a.text)
    try:
        found, _ = smallest_counterexample(slip.claim, ordered, None, bounds, defined)
    except FiniteModelError:
        return ""
    return (
        ""
        if found is None
        else f"left = {found.left}, right = {found.right}\n{found.model.table()}"
    )
