"""What every test offers: run it, how many samples it needs, what it can detect.

Public methods validate; the private ones that a test implements trust what they are given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import (
    Hypothesis,
    Prediction,
    Tolerance,
    as_hypothesis,
)
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.rates import ErrorRates, probability
from xavier_theory.statistics.samples import Moments, as_block, as_count
from xavier_theory.statistics.search import smallest_sample

__all__ = ["MomentsRun", "MomentsTest", "Run", "StatisticalTest"]


def _outwards(delta: float) -> float:
    """Return a detectable error rounded up, by more than the rounding of the quantiles."""
    return max(delta, 0.0) * (1 + 1e-9) + 1e-13


class Run(Protocol):
    """One test under way: blocks in, a verdict out. Only running summaries are held."""

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""

    def update(self, block: ArrayLike) -> None:
        """Take in one block of any shape; refuse NaN, infinities and values out of range."""

    @property
    def finished(self) -> bool:
        """Whether the verdict is reached and no more scalars are wanted (sequential tests)."""

    def outcome(self) -> Outcome:
        """Judge what has been taken in."""


class StatisticalTest(ABC):
    """A test of one scalar quantity against a prediction, with rates proven in `decision`."""

    law: str
    guarantee: Guarantee
    least_n: int = 1
    tolerance: Tolerance = Tolerance()

    def start(self, prediction: Prediction, rates: ErrorRates, planned: int | None = None) -> Run:
        """Return a run that takes the sample in blocks.

        `planned` is the number of scalars that will be taken (default: `sample_size`); tests
        that tune themselves do it for that number, and stay valid at any other.
        """
        hypothesis, planned = self._prepare(prediction, rates, planned)
        return self._start(hypothesis, rates, planned)

    def run(self, sample: ArrayLike, prediction: Prediction, rates: ErrorRates) -> Outcome:
        """Judge a sample that is held whole, of any shape; planned for its own size."""
        values = as_block(sample)
        run = self.start(prediction, rates, int(values.size))
        run.update(values)
        return run.outcome()

    def sample_size(self, rates: ErrorRates, prediction: Prediction = 1.0) -> int:
        """Return the number of scalars at which all four promises of `rates` hold.

        The prediction matters only where the law does not scale with it.
        """
        hypothesis = self._hypothesis(prediction, rates.delta)

        def ratio(n: int) -> float:
            return self._ratio(n, rates, hypothesis)

        return smallest_sample(ratio, self.least_n, self._guess(rates, hypothesis))

    def detectable(self, n: int, alpha: float, beta: float, prediction: Prediction = 1.0) -> float:
        """Return the smallest δ for which n scalars keep all four promises at (α, β).

        Raises `InvalidInputError` when no δ below 1 can be promised.
        """
        hypothesis = self._hypothesis(prediction, 0.5)
        alpha, beta = probability("alpha", alpha), probability("beta", beta)
        delta = self._least_delta(as_count(n, self.least_n, self.law), alpha, beta, hypothesis)
        if not delta < 1.0:
            raise InvalidInputError(
                f"{n} samples detect no error below delta = 1 at alpha = {alpha:g}, "
                f"beta = {beta:g} ({self.law})"
            )
        return _outwards(delta)

    def _hypothesis(self, prediction: Prediction, delta: float) -> Hypothesis:
        """Return the prediction as an interval that the test can judge, or refuse it."""
        hypothesis = as_hypothesis(prediction)
        self._check_prediction(hypothesis)
        self.tolerance.widen(hypothesis, delta)  # refuses a relative tolerance about 0
        return hypothesis

    def _prepare(
        self, prediction: Prediction, rates: ErrorRates, planned: int | None
    ) -> tuple[Hypothesis, int]:
        """Return the valid arguments of a run."""
        hypothesis = self._hypothesis(prediction, rates.delta)
        if planned is None:
            planned = self.sample_size(rates, hypothesis)
        return hypothesis, as_count(planned, self.least_n, self.law)

    @abstractmethod
    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        """Refuse a prediction that the quantity cannot take."""

    def _ratio(self, n: int, rates: ErrorRates, hypothesis: Hypothesis) -> float:
        """Return the error that n scalars detect over the one promised; at most 1 suffices."""
        least = self._least_delta(n, rates.alpha, rates.beta, hypothesis)
        return _outwards(least) / rates.delta

    def _is_powered(self, n: int, rates: ErrorRates, hypothesis: Hypothesis) -> bool:
        """Whether n scalars keep the promises made by β."""
        return self._ratio(n, rates, hypothesis) <= 1.0

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int | None:
        """Return a sample size from which to search; by default the least."""
        return None

    @abstractmethod
    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> Run:
        """Return a run; arguments are valid."""

    @abstractmethod
    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        """Return the smallest δ at which (a)–(d) of `decision` hold; inf when there is none."""


class MomentsTest(StatisticalTest):
    """A fixed-size test that needs only the running moments of its sample."""

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> Run:
        return MomentsRun(self, hypothesis, rates, planned)

    def _check_block(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values to be averaged, refusing any that the law cannot produce."""
        return values

    @abstractmethod
    def _judge_moments(
        self, moments: Moments, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> Outcome:
        """Judge a whole sample; refuse one that the law cannot produce."""


class MomentsRun:
    """Running moments of a sample, judged by a `MomentsTest`."""

    finished = False

    def __init__(
        self, test: MomentsTest, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> None:
        self._test = test
        self._hypothesis = hypothesis
        self._rates = rates
        self._planned = planned
        self._moments = Moments()

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""
        return self._moments.n

    def update(self, block: ArrayLike) -> None:
        """Take in one block of any shape."""
        self._moments.update(self._test._check_block(as_block(block)))

    def outcome(self) -> Outcome:
        """Judge what has been taken in; raises `InvalidInputError` on too few samples."""
        as_count(self.n, self._test.least_n, self._test.law)
        return self._test._judge_moments(
            self._moments, self._hypothesis, self._rates, self._planned
        )
