"""What is seen in most networks, as checks: exact binomial tests on networks from fresh seeds."""

from __future__ import annotations

import numpy as np

from xavier_theory.errors import MissingExtraError
from xavier_theory.monte_carlo.observed import Observed
from xavier_theory.statistics import ErrorRates, ProportionTest, Tolerance
from xavier_theory.verification.budget import check_rates, seed_sequence
from xavier_theory.verification.reports import Check

__all__ = ["observed_checks"]

_DELTA = 0.4
"""Absolute: "in nine of ten at least" is told apart from "in every second one"."""


def observed_checks(experiment: Observed, seed: int, place: str = "training") -> list[Check]:
    """One check for each predicted outcome, and one control for each planted interval.

    ``place`` is the theorem that it belongs to, or training.

    Without scikit-learn, which brings the data, the only check is ``undecided`` and says so.
    """
    rates = check_rates(_DELTA)
    test = ProportionTest(Tolerance("absolute", unit=1.0))
    intervals = [*experiment.predicted.values(), *experiment.wrong.values()]
    networks = max(test.sample_size(rates, interval) for interval in intervals)
    entropy = seed_sequence(seed, place, experiment.name).generate_state(1)[0]
    try:
        found = experiment.run(int(entropy), networks)
    except MissingExtraError as error:
        detail = {"reason": str(error)}
        return [Check("monte-carlo", experiment.name, "undecided", detail=detail)]
    right = [
        _check(test, name, name, found[name], interval, rates, "consistent")
        for name, interval in experiment.predicted.items()
    ]
    planted = [
        _check(test, f"{name}: {_said(interval)}", name, found[name], interval, rates, "refuted")
        for name, interval in experiment.wrong.items()
    ]
    return right + planted


def _said(interval: tuple[float, float]) -> str:
    return f"probability in [{interval[0]:g}, {interval[1]:g}]"


def _check(
    test: ProportionTest,
    label: str,
    outcome: str,
    successes: np.ndarray,
    interval: tuple[float, float],
    rates: ErrorRates,
    expected: str,
) -> Check:
    judged = test.judge(int(np.sum(successes)), len(successes), interval, rates)
    detail = {
        "prediction": list(interval),
        "samples": len(successes),
        "delta": rates.delta,
        "alpha": rates.alpha,
        "beta": rates.beta,
        "guarantee": judged.guarantee,
    }
    return Check(
        "monte-carlo", label, judged.verdict.value, expected, detail, judged.estimate, judged.n
    )
