"""A test that is one of several methods, chosen when it is made."""

from __future__ import annotations

from numpy.typing import ArrayLike

from xavier_theory.statistics.base import Run, StatisticalTest
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction
from xavier_theory.statistics.outcome import Outcome
from xavier_theory.statistics.rates import ErrorRates

__all__ = ["DelegatingTest"]


class DelegatingTest(StatisticalTest):
    """Passes every question on to `inner`, whose law, guarantee and tolerance it shows."""

    def __init__(self, inner: StatisticalTest) -> None:
        self.inner = inner
        self.tolerance = inner.tolerance
        self.law, self.guarantee, self.least_n = inner.law, inner.guarantee, inner.least_n

    def run(self, sample: ArrayLike, prediction: Prediction, rates: ErrorRates) -> Outcome:
        """Judge a sample held whole, as the method does."""
        return self.inner.run(sample, prediction, rates)

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> Run:
        return self.inner._start(hypothesis, rates, planned)

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        self.inner._check_prediction(hypothesis)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int | None:
        return self.inner._guess(rates, hypothesis)

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        return self.inner._least_delta(n, alpha, beta, hypothesis)
