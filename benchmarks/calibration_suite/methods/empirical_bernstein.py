"""Bounded means by the empirical Bernstein inequality (Maurer & Pontil 2009).

With R = high − low and V the unbiased sample variance, Theorem 4 gives limits X̄ ∓ r(V, γ),

    r(V, γ) = √(2 V log(2/γ)/n) + 7 R log(2/γ)/(3(n − 1)),

each one-sided at γ. They depend on V, not on X̄ alone, so that (S4) of `decision` is proven by a
plain union bound: "refuted" is given min(α, β/2), the two sides of "consistent" β/4 each.

Sample size. If r(V, γ) ≤ ρ(γ, κ) and |X̄ − θ| < h(κ) on one side, except with probability κ in all,
    (a), (b)  h + ρ(α, β/4) ≤ τ at κ = β/4,     (c), (d)  h + ρ(ε'/2, β) ≤ τ at κ = β.
Without a variance bound V ≤ R² n/(4(n − 1)) always (κ all for h, Hoeffding). With Var X ≤ v,
√V ≤ √v + R √(2 log(1/κ')/(n − 1)) with probability 1 − κ' (their Theorem 10): κ is split in
halves between that and Bernstein's h. The better of the two counts. The worst case costs more
than Hoeffding's test; what is gained is narrow limits where the sample varies little.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from xavier_theory.statistics.base import MomentsTest
from xavier_theory.statistics.bounded_mean import (
    SampleRange,
    bernstein_radius,
    hoeffding_radius,
)
from xavier_theory.statistics.decision import confidence_limits, decide
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_count
from xavier_theory.statistics.search import guessed

__all__ = ["EmpiricalBernsteinTest", "empirical_bernstein_radius"]


def empirical_bernstein_radius(width: float, variance: float, n: int, tail: float) -> float:
    """Return r(V, γ) for a range of `width`, sample variance `variance` and n ≥ 2 scalars."""
    budget = math.log(2.0 / tail)
    return math.sqrt(2.0 * variance * budget / n) + 7.0 * width * budget / (3.0 * (n - 1))


class EmpiricalBernsteinTest(MomentsTest):
    """Test a bounded mean with limits that narrow where the sample varies little."""

    law = "bounded mean (empirical-bernstein)"
    guarantee: Guarantee = "finite-sample bound"
    least_n = 2

    def __init__(self, support: SampleRange, tolerance: Tolerance) -> None:
        self._support = support
        self.tolerance = tolerance

    def judge(
        self, mean: float, variance: float, n: int, prediction: Prediction, rates: ErrorRates
    ) -> Outcome:
        """Judge the sufficient statistics: mean and unbiased variance of n scalars."""
        hypothesis = self._hypothesis(prediction, rates.delta)
        n = as_count(n, self.least_n, self.law)

        def limits(tail: float) -> tuple[float, float]:
            radius = empirical_bernstein_radius(self._support.width, variance, n, tail)
            return mean - radius, mean + radius

        widened = self.tolerance.widen(hypothesis, rates.delta)
        inner = ErrorRates(rates.delta, rates.alpha, rates.beta / 2)
        lower, upper = confidence_limits(limits, inner)
        return Outcome(
            verdict=decide(limits, hypothesis, widened, inner),
            estimate=mean,
            lower=lower,
            upper=upper,
            prediction=hypothesis,
            n=n,
            rates=rates,
            law=self.law,
            guarantee=self.guarantee,
            powered=self._is_powered(n, rates, hypothesis),
        )

    def _judge_moments(
        self, moments: Moments, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> Outcome:
        return self.judge(moments.mean, moments.variance, moments.n, hypothesis, rates)

    def _check_block(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._support.check_values(values)

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        self._support.check_prediction(hypothesis)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        width = self.tolerance.smallest(hypothesis, rates.delta)
        return max(2, guessed(5.5 * self._support.width / width))

    def _reach(self, n: int, tail: float, miss: float) -> float:
        """Return h + ρ(tail, miss) of the module's docstring, the better of its two forms."""
        width, bound = self._support.width, self._support.variance_bound
        largest = width * width * n / (4.0 * (n - 1))
        reach = hoeffding_radius(width, n, miss)
        reach += empirical_bernstein_radius(width, largest, n, tail)
        if bound is None:
            return reach
        deviation = math.sqrt(bound) + width * math.sqrt(-2.0 * math.log(miss / 2) / (n - 1))
        known = bernstein_radius(width, bound, n, miss / 2)
        return min(reach, known + empirical_bernstein_radius(width, deviation**2, n, tail))

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        level = min(alpha, beta / 2) / 2
        widest = max(self._reach(n, alpha, beta / 4), self._reach(n, level, beta))
        return widest / self.tolerance.smallest(hypothesis, 1.0)
