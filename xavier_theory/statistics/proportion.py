"""A probability, by the exact binomial law (Clopper & Pearson 1934).

Law. k of n independent trials succeed, each with probability θ. L(γ) solves P_θ(X ≥ k) = γ and
U(γ) solves P_θ(X ≤ k) = γ; these satisfy (1) of `decision`, and increase with k. The verdict
compares k with four counts, and the sample size is found from their exact probabilities:

    (a) P_q(k > d) ≤ β/2 where d is the largest k with U(α) ≤ q'; P_θ(k > d) increases with θ;
    (c) P_{q'}(k < r) ≤ β where r is the smallest k with L(ε/2) ≥ q; it decreases in θ;
    (b), (d) alike. A side whose widened end lies outside [0, 1] has no wrong formula to find.

Binomial probabilities move in steps, so n − 1 may fail and a smaller n hold: n is checked itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import StatisticalTest
from xavier_theory.statistics.decision import confidence_limits, decide
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction, Tolerance
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import as_block, as_count
from xavier_theory.statistics.squares import normal_guess

__all__ = ["ProportionTest", "clopper_pearson"]


def clopper_pearson(successes: int, n: int, tail: float) -> tuple[float, float]:
    """Return (L, U), each one-sided at `tail`, for `successes` of `n` trials.

    No success gives no lower limit (θ = 0 is possible), n successes no upper one: infinite.
    """
    low = -math.inf if successes == 0 else special.betaincinv(successes, n - successes + 1, tail)
    high = math.inf if successes == n else special.betainccinv(successes + 1, n - successes, tail)
    return float(low), float(high)


class ProportionTest(StatisticalTest):
    """Test a probability by counting successes; the sample is of 0s and 1s (or booleans)."""

    law = "proportion (Clopper-Pearson)"
    guarantee: Guarantee = "exact"

    def __init__(self, tolerance: Tolerance | None = None) -> None:
        self.tolerance = Tolerance() if tolerance is None else tolerance

    def judge(self, successes: int, n: int, prediction: Prediction, rates: ErrorRates) -> Outcome:
        """Judge the sufficient statistic: `successes` among `n` trials."""
        hypothesis = self._hypothesis(prediction, rates.delta)
        n = as_count(n, self.least_n, self.law)
        if not 0 <= successes <= n:
            raise InvalidInputError(f"{successes} successes among {n} trials cannot be")

        def limits(tail: float) -> tuple[float, float]:
            return clopper_pearson(int(successes), n, tail)

        lower, upper = confidence_limits(limits, rates)
        return Outcome(
            verdict=decide(limits, hypothesis, self._widened(hypothesis, rates.delta), rates),
            estimate=successes / n,
            lower=max(lower, 0.0),
            upper=min(upper, 1.0),
            prediction=hypothesis,
            n=n,
            rates=rates,
            law=self.law,
            guarantee=self.guarantee,
            powered=self._is_powered(n, rates, hypothesis),
        )

    def simulate(
        self, generator: np.random.Generator, n: int, truth: float, runs: int
    ) -> NDArray[np.int64]:
        """Draw the success counts of `runs` samples of n trials, shape `(runs,)`."""
        return generator.binomial(n, truth, runs)

    def _widened(self, hypothesis: Hypothesis, delta: float) -> Hypothesis:
        """Return the widened interval; an end outside [0, 1], which θ cannot pass, is infinite."""
        widened = self.tolerance.widen(hypothesis, delta)
        if widened.lower < 0.0 and widened.upper > 1.0:
            raise InvalidInputError("every probability lies within delta of the prediction")
        return Hypothesis(
            widened.lower if widened.lower >= 0.0 else -math.inf,
            widened.upper if widened.upper <= 1.0 else math.inf,
        )

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> CountRun:
        return CountRun(self, hypothesis, rates)

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        if hypothesis.upper < 0.0 or hypothesis.lower > 1.0:
            raise InvalidInputError(
                f"a probability lies in [0, 1], predicted [{hypothesis.lower}, {hypothesis.upper}]"
            )

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        side = min(max(hypothesis.finite_sides[-1], 0.0), 1.0)
        width = self.tolerance.smallest(hypothesis, 1.0)
        return normal_guess(rates, max(side * (1.0 - side), rates.delta * width), width)

    def _ratio(self, n: int, rates: ErrorRates, hypothesis: Hypothesis) -> float:
        """Return the largest miss over the one allowed, over both sides."""
        widened = self.tolerance.widen(hypothesis, rates.delta)
        worst = 0.0
        if widened.upper <= 1.0:
            worst = _miss_above(n, rates, hypothesis.upper, widened.upper)
        if widened.lower >= 0.0:  # count failures instead, and the lower side is an upper one
            mirrored = _miss_above(n, rates, 1.0 - hypothesis.lower, 1.0 - widened.lower)
            worst = max(worst, mirrored)
        return worst

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        low, high = 0.0, 1.0 - 2.0**-40
        if self._ratio(n, ErrorRates(high, alpha, beta), hypothesis) > 1.0:
            return math.inf
        while high - low > 1e-12 * high and high > 1e-12:
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if self._ratio(n, ErrorRates(middle, alpha, beta), hypothesis) <= 1.0:
                high = middle
            else:
                low = middle
        return high


def _miss_above(n: int, rates: ErrorRates, q: float, widened: float) -> float:
    """Return the larger of the misses (a) and (c), each over what it is allowed."""
    q, widened = min(max(q, 0.0), 1.0), min(max(widened, 0.0), 1.0)
    # U(α) ≤ q' is P_{q'}(X ≤ k) ≤ α, and L(ε/2) ≥ q is P_q(X > k − 1) ≤ ε/2.
    below = _last(lambda k: _cdf(k, n, widened) <= rates.alpha, n)
    reject = 1 + _last(lambda k: _sf(k - 1, n, q) > rates.refutation_level / 2, n)
    missed_true = _sf(below, n, q) / (rates.beta / 2)
    missed_false = _cdf(reject - 1, n, widened) / rates.beta
    return max(missed_true, missed_false)


def _last(holds: Callable[[int], bool], n: int) -> int:
    """Return the largest k in 0..n at which a condition that holds up to some k holds, or −1."""
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low


def _cdf(k: int, n: int, p: float) -> float:
    """Return P(X ≤ k) for X ~ Binomial(n, p)."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else float(special.betaincc(k + 1, n - k, p))


def _sf(k: int, n: int, p: float) -> float:
    """Return P(X > k) for X ~ Binomial(n, p)."""
    if k < 0:
        return 1.0
    return 0.0 if k >= n else float(special.betainc(k + 1, n - k, p))


class CountRun:
    """Counts of trials and successes that arrive in blocks."""

    finished = False

    def __init__(self, test: ProportionTest, hypothesis: Hypothesis, rates: ErrorRates) -> None:
        self._test = test
        self._hypothesis = hypothesis
        self._rates = rates
        self._n = 0
        self._successes = 0

    @property
    def n(self) -> int:
        """Number of trials taken in so far."""
        return self._n

    def update(self, block: ArrayLike) -> None:
        """Take in one block of 0s and 1s of any shape."""
        values = as_block(block)
        if not np.isin(values, (0.0, 1.0)).all():
            raise InvalidInputError("trials must be 0 or 1 (or booleans)")
        self._n += int(values.size)
        self._successes += int(values.sum())

    def outcome(self) -> Outcome:
        """Judge what has been taken in."""
        return self._test.judge(self._successes, self._n, self._hypothesis, self._rates)
