"""Check the steps of a derivation, or any conclusion, in random finite models of its assumptions.

Each claim is checked in models of its *own* Γ, not of all that the theorem assumes: a step that
uses an assumption without naming it fails here. Hypothesis chooses the models, deterministically
from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase

from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.finite_models.checking.groups import Failure, Group
from xavier_theory.finite_models.checking.reports import (
    Counterexample,
    DerivationReport,
    StepReport,
)
from xavier_theory.finite_models.drawing.models import BYTES
from xavier_theory.finite_models.drawing.theory import Solved
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.encoding import well_formed
from xavier_theory.symbolic.judgements import Context

MOST_SHRUNK = 3
"""So many failures are shrunk by default: readers look at the first ones."""


def check_derivation(
    derivation: Any, examples: int = 200, seed: int = 0, solved: Solved | None = None
) -> DerivationReport:
    """Check every step of ``derivation`` in ``examples`` models.

    Lemmas and cited theorems have their own reports.
    """
    steps = [Claim.of(step) for step in derivation.steps]
    reports = check_claims(steps, examples, seed, solved)
    return DerivationReport(derivation.name, seed, examples, tuple(reports))


def check_variants(
    derivation: Any,
    variants: Mapping[str, Any],
    examples: int = 200,
    seed: int = 0,
    solved: Solved | None = None,
) -> dict[str, StepReport]:
    """Check the conclusion with other right sides, by name: wrong ones come out ``failed``.

    For a two-sided bound a variant is a pair, (lower, upper), and fails if either side does. They
    are checked in models of the conclusion's Γ.
    """
    claims = [claim for label, v in variants.items() for claim in _variant(derivation, label, v)]
    found: dict[str, StepReport] = {}
    for report in check_claims(claims, examples, seed, solved):
        if report.label not in found or report.verdict == "failed":
            found[report.label] = report
    return found


def _variant(derivation: Any, label: str, variant: Any) -> Iterator[Claim]:
    """The conclusion with another right side, or a two-sided bound with other bounds."""
    values = variant if isinstance(variant, tuple) else (variant,)
    for place, (name, value) in enumerate(zip(derivation.main, values, strict=True)):
        step = derivation.results[name]
        other = well_formed(value)
        lower = len(values) > 1 and place == 0
        sides = (other, step.right) if lower else (step.left, other)
        yield Claim(label, step.relation, *sides, step.assumptions, derivation.context)


def check_step(step: Any, examples: int = 100, seed: int = 0) -> StepReport:
    """Check one step, such as one that a rule under test has made, in models of its Γ."""
    return check_claims([Claim.of(step)], examples, seed)[0]


def check_rule(make_step: Callable[[], Any], examples: int = 100, seed: int = 0) -> StepReport:
    """Check the step that ``make_step`` makes with a rule in random models of its Γ."""
    return check_step(make_step(), examples, seed)


def check_conclusion(
    relation: Any,
    assumptions: Iterable[Assumption],
    context: Context | None = None,
    examples: int = 200,
    seed: int = 0,
    solved: Solved | None = None,
) -> StepReport:
    """Check a sympy relation in models of ``assumptions`` (and of the context's definitions).

    It is an ``Eq``, ``Le`` or ``Ge``, built with ``evaluate=False``.
    A wrong conclusion comes out ``failed``, with the counterexample.
    """
    given = tuple(assumptions)
    known = context or Context(given)
    return check_claims([Claim.from_relation(relation, given, known)], examples, seed, solved)[0]


def check_claims(
    claims: Sequence[Claim],
    examples: int,
    seed: int,
    solved: Solved | None = None,
    most_shrunk: int = MOST_SHRUNK,
) -> list[StepReport]:
    """One report for each claim; ``solved`` says how to satisfy assumptions of unusual form.

    ``most_shrunk``: of how many claims that fail the simplest model is looked for; the others show
    the first.
    """
    groups = _grouped(claims, solved or {})
    failures: dict[int, Failure] = {}

    def examine(data: bytes) -> None:
        for group in groups:
            for failure in group.examine(data):
                failures.setdefault(failure.claim, failure)

    _run(examine, examples, seed, (Phase.generate,))
    reports = dict(pair for group in groups for pair in group.reports())
    for rank, (number, failure) in enumerate(sorted(failures.items())):
        group = next(group for group in groups if number in group.numbers)
        smallest = _shrunk(group, number, examples, seed) if rank < most_shrunk else None
        shown = Counterexample(*(smallest or failure).described)
        reports[number] = replace(reports[number], counterexample=shown)
    return [reports[number] for number in range(len(claims))]


def _grouped(claims: Sequence[Claim], solved: Solved) -> list[Group]:
    """The claims that stand on the same declared assumptions share their models."""
    numbers: dict[Any, list[int]] = {}
    for number, claim in enumerate(claims):
        numbers.setdefault((claim.context, claim.declared), []).append(number)
    return [Group(context, declared, places, [claims[place] for place in places], solved)
            for (context, declared), places in numbers.items()]  # fmt: skip


class _FoundError(Exception):
    """A claim fails in a model; Hypothesis shrinks what raises it."""


def _shrunk(group: Group, number: int, examples: int, seed: int) -> Failure | None:
    """The simplest failure of one claim that Hypothesis finds."""
    smallest: list[Failure] = []

    def examine(data: bytes) -> None:
        for failure in group.examine(data):
            if failure.claim == number:
                smallest.append(failure)
                raise _FoundError

    try:
        _run(examine, examples, seed, (Phase.generate, Phase.shrink))
    except _FoundError:
        return smallest[-1]
    return None


def _run(
    examine: Callable[[bytes], None], examples: int, seed: int, phases: tuple[Phase, ...]
) -> None:
    """Let Hypothesis draw the bytes: the same for the same seed; nothing is kept on disk."""
    state = random.getstate()
    settings = hypothesis.settings(
        max_examples=examples,
        phases=phases,
        database=None,
        derandomize=False,
        print_blob=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    try:
        hypothesis.seed(seed)(settings(hypothesis.given(BYTES)(examine)))()
    finally:
        random.setstate(state)
