"""A theorem's experiments, as checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xavier_theory.monte_carlo.experiments import (
    Experiment,
    ExperimentRun,
    Judged,
    run_experiment,
)
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.verification.budget import check_rates, seed_sequence
from xavier_theory.verification.reports import Check

__all__ = ["experiment_checks"]


def experiment_checks(
    derivation: Derivation,
    wrong: Mapping[str, Any],
    experiment: Experiment,
    seed: int,
) -> list[Check]:
    """The derived prediction and each planted one.

    ``wrong`` are the planted right-hand sides of the theorem's conclusion.
    """
    rates = check_rates(experiment.delta)
    generator = np.random.default_rng(seed_sequence(seed, derivation.name, experiment.name))
    run = run_experiment(derivation, experiment, wrong, rates, generator)
    lost = [_lost(experiment, name) for name in run.too_close if name in experiment.wrong]
    return [*(_check(run, judged) for judged in run.judged), *lost]


def _lost(experiment: Experiment, name: str) -> Check:
    """A planted formula of the experiment's own that it cannot tell apart: it fails the run."""
    detail = {"reason": "within delta of the derived prediction"}
    return Check("monte-carlo", f"{experiment.name}: {name}", "undecided", "refuted", detail)


def _check(run: ExperimentRun, judged: Judged) -> Check:
    experiment, outcome = run.experiment, judged.outcome
    chance = outcome.rates
    detail: dict[str, Any] = {"prediction": _plain(judged.prediction), "samples": judged.planned}
    if chance is not None:
        detail |= {"delta": experiment.delta, "alpha": chance.alpha, "beta": chance.beta}
    detail["guarantee"] = outcome.guarantee
    if run.sampler is not None:
        detail["sampler"] = run.sampler
    if judged.control is None and run.too_close:
        detail["too close to tell apart here"] = list(run.too_close)
    return Check(
        kind="monte-carlo",
        name=experiment.name if judged.control is None else f"{experiment.name}: {judged.control}",
        verdict=outcome.verdict.value,
        expected="consistent" if judged.control is None else "refuted",
        detail=detail,
        estimate=judged.estimate,
        drawn=outcome.n,
    )


def _plain(prediction: Any) -> Any:
    """A prediction as JSON has it: numbers beyond a float, and terms, as text."""
    if isinstance(prediction, tuple):
        return [_plain(side) for side in prediction]
    return prediction if isinstance(prediction, int | float) else str(prediction)
