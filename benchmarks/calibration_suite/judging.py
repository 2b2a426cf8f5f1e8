"""Observed rates against promised ones, by exact one-sided binomial bounds.

With `hits` in `runs` independent runs, the promise "probability at most r" is *broken* when
P(Binomial(runs, r) ≥ hits) is below the level of the comparison, *shown* when the Clopper–Pearson
upper limit at that level lies below r, and *compatible* otherwise. The level is the suite's
family-wise error over the number of comparisons (union bound), so that the chance that a suite
of promises that are all kept reports any as broken is at most that error, however the runs of
different comparisons depend on each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xavier_theory.statistics import ErrorRates, Verdict

__all__ = ["PROMISES", "TRUTHS", "Comparison", "Verdicts", "compare", "tail", "upper_limit"]

TRUTHS = ("true", "above", "below")
"""The formula is exactly true; the truth is off by +δ; by −δ."""

Verdicts = Mapping[str, NDArray[np.str_]]
"""For each of `TRUTHS` that is simulated, the verdicts of all runs, shape `(runs,)`."""

PROMISES = {
    "false refutation": "a true formula is called refuted",
    "truth not shown": "a true formula is not called consistent",
    "wrong consistent": "a formula off by δ is called consistent",
    "missed error": "a formula off by δ is not called refuted",
}


@dataclass(frozen=True)
class Comparison:
    """One promise at one truth: `hits` of `runs`, against a probability of at most `promised`."""

    promise: str
    truth: str
    promised: float
    hits: int
    runs: int

    @property
    def rate(self) -> float:
        """The observed rate."""
        return self.hits / self.runs

    def status(self, level: float) -> str:
        """Return "broken", "shown" or "compatible" at the comparison's level."""
        if tail(self.hits, self.runs, self.promised) < level:
            return "broken"
        shown = upper_limit(self.hits, self.runs, level) <= self.promised
        return "shown" if shown else "compatible"


def tail(hits: int, runs: int, probability: float) -> float:
    """Return P(Binomial(runs, probability) ≥ hits) exactly."""
    return 1.0 if hits <= 0 else float(special.betainc(hits, runs - hits + 1, probability))


def upper_limit(hits: int, runs: int, level: float) -> float:
    """Return the Clopper–Pearson limit that a true rate exceeds with probability ≤ `level`."""
    return 1.0 if hits >= runs else float(special.betainccinv(hits + 1, runs - hits, level))


def compare(verdicts: Verdicts, rates: ErrorRates) -> list[Comparison]:
    """Return one comparison for each promise and each truth that was simulated."""
    found: list[Comparison] = []
    for truth in TRUTHS:
        if truth not in verdicts:
            continue
        values = verdicts[truth]
        refuted = int((values == Verdict.REFUTED.value).sum())
        consistent = int((values == Verdict.CONSISTENT.value).sum())
        runs = int(values.size)
        if truth == "true":
            found.append(Comparison("false refutation", truth, rates.alpha, refuted, runs))
            found.append(Comparison("truth not shown", truth, rates.beta, runs - consistent, runs))
        else:
            found.append(Comparison("wrong consistent", truth, rates.alpha, consistent, runs))
            found.append(Comparison("missed error", truth, rates.beta, runs - refuted, runs))
    return found
