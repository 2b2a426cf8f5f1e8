"""``verify``: derive theorems, check every step, sample every conclusion, plant wrong formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.theorems import (
    Theorem,
    also_in,
    derive,
    further_places,
    theorem_folder,
    theorems,
)
from xavier_theory.training.experiments import EXPERIMENTS
from xavier_theory.training.experiments import experiment as named
from xavier_theory.verification.budget import spent, valid_seed
from xavier_theory.verification.data import data_checks
from xavier_theory.verification.finite import step_checks, wrong_checks
from xavier_theory.verification.lemma_checks import lemma_checks
from xavier_theory.verification.necessity_checks import necessity_checks
from xavier_theory.verification.reports import Report, TheoremReport
from xavier_theory.verification.sampled import experiment_checks
from xavier_theory.verification.trained import observed_checks
from xavier_theory.verification.workers import results, valid_workers

__all__ = ["verify"]

IMAGES = "digits through deep networks"
"""The part of a whole run that is no theorem."""

_EXPERIMENTS = tuple(found.name for found in EXPERIMENTS)

Progress = Callable[[str], None]


def verify(
    names: str | Iterable[str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    workers: int = 1,
) -> Report:
    """Check the theorems and the experiments on training called ``names``; by default all.

    A run over all also looks at real images.

    Each theorem's report depends on the seed and the theorem alone, not on what else is run, nor
    in which order, nor in how many ``workers`` (processes); theorems come in reading order, each
    once. ``progress`` gets a line now and then. Raises ``UnknownNameError`` for an unknown name,
    and ``InvalidInputError`` for a seed that is no whole number >= 0, a number of workers that is
    none >= 1, or an empty list of names.
    """
    chosen, whole = _chosen(names), names is None
    seed = valid_seed(seed)
    parts = [*chosen, *([IMAGES] if whole else [])]
    tell = progress or (lambda line: None)
    task = partial(_part, seed, further_places())
    found = results(task, parts, valid_workers(workers), tell)
    images = found.pop().checks if whole else ()
    theorem_reports = tuple(part for part in found if part.name not in _EXPERIMENTS)
    training = tuple(part for part in found if part.name in _EXPERIMENTS)
    made = [check for part in (*theorem_reports, *training) for check in part.checks]
    return Report(seed, theorem_reports, images, spent([*made, *images]), training)


def _part(seed: int, places: tuple[Path, ...], name: str, tell: Progress) -> TheoremReport:
    """The checks of one part; a new process does not know further ``places`` of theorems."""
    tell(name)
    if name == IMAGES:
        return TheoremReport(name, tuple(data_checks(seed)))
    if name in _EXPERIMENTS:
        return TheoremReport(name, tuple(observed_checks(named(name), seed)))
    with also_in(*places):
        return verify_theorem(derive(name), theorem_folder(name), seed, tell)


def verify_theorem(
    derivation: Derivation, folder: Theorem, seed: int, tell: Progress = lambda line: None
) -> TheoremReport:
    """All checks of one derivation, with the experiments and planted formulas of its ``folder``."""
    lemmas = derivation.axioms()
    checks = step_checks(derivation, folder, seed) + wrong_checks(derivation, folder, seed)
    if lemmas:
        tell(f"{derivation.name}: lemmas from the literature")
        checks += lemma_checks(lemmas, derivation.name, seed)
    for experiment in folder.experiments:
        tell(f"{derivation.name}: {experiment.name}")
        checks += experiment_checks(derivation, folder.wrong, experiment, seed)
    for seen in folder.observed:
        tell(f"{derivation.name}: {seen.name}")
        checks += observed_checks(seen, seed, derivation.name)
    checks += necessity_checks(derivation, folder)
    return TheoremReport(derivation.name, tuple(checks))


def _chosen(names: str | Iterable[str] | None) -> list[str]:
    """The theorems to run, in reading order, and then the experiments on training."""
    known = [*theorems(), *_EXPERIMENTS]
    if names is None:
        return known
    asked = [names] if isinstance(names, str) else list(names)
    if not asked:
        raise InvalidInputError(f"name a theorem to verify; known: {', '.join(known)}")
    for name in asked:
        if name not in known:
            raise UnknownNameError("theorem", name, known)
    return [name for name in known if name in asked]
