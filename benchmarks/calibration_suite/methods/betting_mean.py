"""Bounded means by betting (Waudby-Smith & Ramdas 2024), stopping early.

Law. Let x_i = (X_i − low)/R in [0, 1] have mean θ given the past, and let λ_i ≥ 0 depend on the
past alone. For a candidate m the two capitals of the hedge

    K⁺_n(m) = ∏ (1 + λ⁺_i(m)(x_i − m)),  λ⁺_i(m) = min(λ_i, ¾/m),
    K⁻_n(m) = ∏ (1 − λ⁻_i(m)(x_i − m)),  λ⁻_i(m) = min(λ_i, ¾/(1 − m)),

are nonnegative, and supermartingales when θ ≤ m, respectively θ ≥ m (their §4): each ever reaches
1/γ with probability at most γ (Ville). K⁺ decreases in m, factor by factor: where λ⁺ = λ_i the
slope is −λ_i, where λ⁺ = ¾/m it is −¾x_i/m² ≤ 0. So the largest m at which K⁺ has reached 1/γ is a
limit L with P(θ ≤ L at some n) ≤ γ; K⁻ gives U alike. That is (2) of `sequential`. Only the m on
which the verdict depends (both ends of the prediction and of the widened one) are followed, so
the reported limits are the tightest of those, or infinite.

The bets are the predictable plug-in λ_i = Δ/(s²_{i−1} + Δ²): s² is their running variance
(¼ + Σ(x_j − μ̂_j)²)/(i + 1) with μ̂_j = (½ + Σ x)/(j + 1), and Δ the tolerance over R, the gap
to be detected. Any bets are valid; these only decide how soon the run stops.

Sample size. That of the terminal test at halved rates: Bernstein with a variance bound, Hoeffding
without. Betting itself is given no credit for power, so the promises rest on no asymptotics.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import StatisticalTest
from xavier_theory.statistics.bounded_mean import BoundedMeanTest, Method, SampleRange
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_block
from xavier_theory.statistics.sequential import LOOKS, SequentialRun

__all__ = ["BettingMeanTest", "BettingRun"]

_LARGEST_STAKE = 0.75


class BettingMeanTest(StatisticalTest):
    """Test a bounded mean by betting, ended by a fixed-size test."""

    guarantee: Guarantee = "finite-sample bound"

    def __init__(self, support: SampleRange, tolerance: Tolerance) -> None:
        bound = support.variance_bound
        method: Method = "hoeffding" if bound is None else "bernstein"
        self.support = support
        self.tolerance = tolerance
        self.fixed = BoundedMeanTest(support.low, support.high, bound, method, tolerance)
        self.law = f"bounded mean (betting, then {method})"

    def run(self, sample: ArrayLike, prediction: Prediction, rates: ErrorRates) -> Outcome:
        """Judge a sample held whole, in its order and 256 looks."""
        values = as_block(sample)
        run = self.start(prediction, rates, int(values.size))
        for part in np.array_split(values, min(LOOKS, values.size)):
            run.update(part)
            if run.finished:
                break
        return run.outcome()

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> BettingRun:
        return BettingRun(
            self, hypothesis, rates, planned, self._is_powered(planned, rates, hypothesis)
        )

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        self.support.check_prediction(hypothesis)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int | None:
        return self.fixed._guess(rates, hypothesis)

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        return self.fixed._least_delta(n, alpha / 2, beta / 2, hypothesis)


class BettingRun(SequentialRun):
    """The capitals at the ends of the prediction, judged after each block."""

    def __init__(
        self,
        test: BettingMeanTest,
        hypothesis: Hypothesis,
        rates: ErrorRates,
        planned: int,
        powered: bool,
    ) -> None:
        support = test.support
        widened = _within(test.tolerance.widen(hypothesis, rates.delta), support)
        super().__init__(hypothesis, widened, rates, planned, test.law, powered)
        self._test = test
        self._moments = Moments()
        ends = {hypothesis.lower, hypothesis.upper, widened.lower, widened.upper}
        self._ends = np.array(sorted(m for m in ends if support.low <= m <= support.high))
        self._candidates = (self._ends - support.low) / support.width
        self._gap = test.tolerance.smallest(hypothesis, rates.delta) / support.width
        self._log_capitals = np.zeros((2, self._ends.size))  # of K⁺ and K⁻
        self._highest = np.zeros((2, self._ends.size))
        self._sum, self._deviations = 0.5, 0.25  # the plug-in's running sums, with their priors

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""
        return self._moments.n

    def update(self, block: ArrayLike) -> None:
        """Take in at most `remaining` scalars of a block, and look."""
        self._refuse_finished()
        values = self._test.support.check_values(as_block(block))[: self.remaining]
        if values.size:
            scaled = (values - self._test.support.low) / self._test.support.width
            self._bet(scaled, self._stakes(scaled))
            self._moments.update(values)
        self._look()

    def _stakes(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return λ_i for each scalar of a block, and advance the running sums."""
        count = self.n + 1 + np.arange(scaled.size)
        sums = self._sum + np.cumsum(scaled)
        deviations = self._deviations + np.cumsum(np.square(scaled - sums / (count + 1)))
        past = np.concatenate(([self._deviations], deviations[:-1])) / count
        self._sum, self._deviations = float(sums[-1]), float(deviations[-1])
        return self._gap / (past + self._gap**2)

    def _bet(self, scaled: NDArray[np.float64], stakes: NDArray[np.float64]) -> None:
        """Advance both capitals at every candidate, and their highest values so far."""
        for column, m in enumerate(self._candidates):
            for row, room, sign in ((0, m, 1.0), (1, 1.0 - m, -1.0)):
                cap = _LARGEST_STAKE / room if room > 0.0 else math.inf
                gains = np.log1p(sign * np.minimum(stakes, cap) * (scaled - m))
                path = self._log_capitals[row, column] + np.cumsum(gains)
                self._log_capitals[row, column] = path[-1]
                self._highest[row, column] = max(self._highest[row, column], path.max())

    def _estimate(self) -> float:
        return self._moments.mean

    def _limits(self, tail: float) -> tuple[float, float]:
        above, below = self._highest >= -math.log(tail)
        lower = self._ends[above].max() if above.any() else -math.inf
        upper = self._ends[below].min() if below.any() else math.inf
        return float(lower), float(upper)

    def _terminal(self, rates: ErrorRates) -> Outcome:
        return self._test.fixed.judge(self._moments.mean, self.n, self._hypothesis, rates)


def _within(widened: Hypothesis, support: SampleRange) -> Hypothesis:
    """Return the widened interval, an end outside the range (which θ cannot pass) made infinite.

    Raises `InvalidInputError` when neither end is left: every mean is then within δ.
    """
    if widened.lower < support.low and widened.upper > support.high:
        raise InvalidInputError(
            f"every mean in [{support.low}, {support.high}] lies within delta of the prediction; "
            "there is nothing to test"
        )
    return Hypothesis(
        widened.lower if widened.lower >= support.low else -math.inf,
        widened.upper if widened.upper <= support.high else math.inf,
    )
