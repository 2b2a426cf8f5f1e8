"""Perturbed conclusions: every mutant is killed, proved to be no mistake, or named as a survivor.

python -m xavier_theory.finite_models.mutants [--theorem NAME] [--examples N]
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
from sympy import Integer

from xavier_theory.finite_models.choices import LENGTH
from xavier_theory.finite_models.claims import Claim
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.groups import Failure, Group
from xavier_theory.finite_models.mutant_predictions import predictions
from xavier_theory.finite_models.mutant_proofs import is_instance, proof_of
from xavier_theory.finite_models.mutations import Mutant, mutants
from xavier_theory.finite_models.reports import Counterexample, StepReport
from xavier_theory.finite_models.search import Bounds, smallest_counterexample
from xavier_theory.finite_models.theory import Solved
from xavier_theory.symbolic.assumptions import CONTINUOUS
from xavier_theory.theorems import derive, theorem_module, theorems

KINDS = ("killed", "equivalent", "weaker", "needs sampling", "survived")
NEAR = Bounds(sizes=2, atoms=2, height=4, work=6_000)
"""How far small models are enumerated for a mutant that random models did not refute."""


@dataclass(frozen=True)
class MutantReport:
    """What became of one mutant.

    Attributes
    ----------
    kind: ``killed`` by a finite model; ``equivalent`` or ``weaker``, proved by the kernel; ``needs
        sampling``: no finite model satisfies its assumptions; or ``survived``.
    detail: the model, the proving rule, or why it survived.
    parameters, original, mutated: where sampling is needed, the values of the two formulas there.
    """

    mutant: Mutant
    kind: str
    detail: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    original: float | None = None
    mutated: float | None = None


@dataclass(frozen=True)
class MutationReport:
    """What became of all mutants of some theorems."""

    mutants: tuple[MutantReport, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """For each theorem, how many mutants came out in each way."""
        found = Counter((report.mutant.theorem, report.kind) for report in self.mutants)
        names = dict.fromkeys(report.mutant.theorem for report in self.mutants)
        return {name: {kind: found[name, kind] for kind in KINDS} for name in names}

    @property
    def survivors(self) -> tuple[MutantReport, ...]:
        """Those that nothing refuted or proved."""
        return self.of_kind("survived")

    @property
    def needs_sampling(self) -> tuple[MutantReport, ...]:
        """Those that only a continuous law can refute, with what to tell apart."""
        return self.of_kind("needs sampling")

    def of_kind(self, kind: str) -> tuple[MutantReport, ...]:
        """The reports of one kind."""
        return tuple(report for report in self.mutants if report.kind == kind)


def run_mutants(
    names: Iterable[str] | None = None,
    examples: int = 48,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    near: Bounds | None = NEAR,
) -> MutationReport:
    """Perturb all results of the theorems called ``names`` (by default all); try to refute them.

    ``examples``: how many random models a mutant is checked in, if none refutes it. ``near``: how
    far small models are enumerated then; None not to.
    """
    reports: list[MutantReport] = []
    for name in names or theorems():
        if progress is not None:
            progress(name)
        reports += Judge(name, examples, seed, near).reports()
    return MutationReport(tuple(reports))


def check_in_models(
    claims: Sequence[Claim], examples: int, seed: int, solved: Solved
) -> list[StepReport]:
    """One report for each claim: like ``check_claims``, without shrinking the counterexamples.

    The models are few at first; more are drawn only for claims that hold in those.
    """
    reports = [StepReport(number, claim.label) for number, claim in enumerate(claims, 1)]
    source = random.Random(seed)
    done, batch = 0, 3
    while done < examples:
        count = min(batch, examples - done)
        waiting = [n for n, r in enumerate(reports) if r.counterexample is None and not r.reason]
        for group in _groups(claims, waiting, solved):
            found: dict[int, Failure] = {}
            for _ in range(count):
                for failure in group.examine(source.randbytes(LENGTH)):
                    found.setdefault(failure.claim, failure)
            for number, report in group.reports():
                reports[number] = _added(reports[number], report, found.get(number))
        done, batch = done + count, 3 * batch
    return reports


def _added(known: StepReport, more: StepReport, failure: Failure | None) -> StepReport:
    """Two reports about one claim as one."""
    return replace(
        more,
        held=known.held + more.held,
        undefined=known.undefined + more.undefined,
        counterexample=Counterexample(*failure.described) if failure is not None else None,
    )


def _groups(claims: Sequence[Claim], numbers: Sequence[int], solved: Solved) -> list[Group]:
    """The claims with these numbers, by their assumptions."""
    found: dict[Any, list[int]] = {}
    for number in numbers:
        found.setdefault((claims[number].context, claims[number].declared), []).append(number)
    return [
        Group(context, declared, places, [claims[place] for place in places], solved)
        for (context, declared), places in found.items()
    ]


class Judge:
    """Judges the mutants of one theorem."""

    def __init__(self, name: str, examples: int, seed: int, near: Bounds | None) -> None:
        self._derivation = derive(name)
        self._solved: Solved = getattr(theorem_module(name), "SOLVED", None) or {}
        self._examples, self._seed, self._near = examples, seed, near

    def reports(self) -> list[MutantReport]:
        """What becomes of each mutant."""
        derivation = self._derivation
        population = list(mutants(derivation))
        originals = [Claim.of(s, derivation.context) for s in derivation.results.values()]
        claims = [*originals, *(mutant.claim for mutant in population)]
        checked = check_in_models(claims, self._examples, self._seed, self._solved)
        known = zip(derivation.results, checked, strict=False)
        defined = {result for result, report in known if not report.undefined}
        return [
            self._judged(mutant, report, mutant.result in defined)
            for mutant, report in zip(population, checked[len(originals) :], strict=True)
        ]

    def _judged(self, mutant: Mutant, report: StepReport, defined: bool) -> MutantReport:
        if "next index" in mutant.change and is_instance(mutant, self._derivation):
            return MutantReport(mutant, "weaker", "an instance of the result")
        if report.verdict == "failed":
            return MutantReport(mutant, "killed", str(report.counterexample))
        if report.undefined and defined:
            return MutantReport(mutant, "killed", "it has no value in a model of the assumptions")
        proved = proof_of(mutant, self._derivation)
        if proved is not None:
            return MutantReport(mutant, proved[0], f"by the rule {proved[1].rule}")
        if report.verdict == "not finite":
            return _unsampled(mutant, self._derivation)
        model = _refuted_nearby(mutant, self._near) if self._near is not None else ""
        if model:
            return MutantReport(mutant, "killed", model)
        return MutantReport(mutant, "survived", self._explained(mutant))

    def _explained(self, mutant: Mutant) -> str:
        """Why a mutant is not refuted: the slack of an inequality may only have grown."""
        claim, original = mutant.claim, self._derivation.results[mutant.result]
        if claim.relation != "<=":
            return "unexplained: an equation that no model refutes"
        slack = (claim.right - claim.left) - (original.right - original.left)
        safer = Claim("slack", "<=", Integer(0), slack, claim.assumptions, claim.context)
        report = check_in_models([safer], self._examples, self._seed, self._solved)[0]
        if report.verdict == "held":
            return f"a weaker inequality in all of {report.held} instances; that is not proved"
        return "another inequality, neither weaker nor stronger, and true in every model tried"


def _refuted_nearby(mutant: Mutant, bounds: Bounds) -> str:
    """The smallest model that refutes a mutant, as text; empty if no small one does."""
    kept = [a for a in mutant.claim.assumptions if a.kind != "distinct"]
    if any(a.kind in (*CONTINUOUS, "minimises") for a in kept):
        return ""
    ordered = sorted(kept, key=lambda a: a.text)
    try:
        found, _ = smallest_counterexample(mutant.claim, ordered, None, bounds)
    except FiniteModelError:
        return ""
    return (
        ""
        if found is None
        else f"left = {found.left}, right = {found.right}\n{found.model.table()}"
    )


def _unsampled(mutant: Mutant, derivation: Any) -> MutantReport:
    """What sampling must tell apart, if anything."""
    found = list(predictions(mutant, derivation))
    apart = [item for item in found if item[2] is None or item[1] != item[2]]
    if not apart:
        return MutantReport(mutant, "survived", "unexplained: it predicts what the result does")
    if mutant.claim.relation == "<=" and all(is_safe for *_, is_safe in apart):
        return MutantReport(mutant, "survived", "a weaker inequality at all parameters tried")
    parameters, original, mutated, _ = next((x for x in apart if not x[3]), apart[0])
    return MutantReport(mutant, "needs sampling", "no finite model", parameters, original, mutated)


@click.command()
@click.option("--theorem", "names", multiple=True, help="Perturb the results of this theorem only.")
@click.option("--examples", default=48, show_default=True, help="Random models of each mutant.")
def main(names: Sequence[str], examples: int) -> None:
    """Perturb every result of every theorem, and print what became of the mutants."""
    report = run_mutants(
        names or None, examples, progress=lambda name: click.echo(f"{name} …", err=True)
    )
    click.echo("theorem".ljust(22) + "".join(kind.rjust(16) for kind in KINDS))
    for name, counts in report.counts().items():
        click.echo(name.ljust(22) + "".join(str(counts[kind]).rjust(16) for kind in KINDS))
    for survivor in report.survivors:
        click.echo(f"survived: {survivor.mutant.name} ({survivor.detail})")


if __name__ == "__main__":
    main()
