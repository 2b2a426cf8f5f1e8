"""Tests whose estimate is a pivot: its law is known, or bounded, up to θ itself.

Scale family: T = θ·Q; location family: T = θ + Q; in both the law of Q does not depend on θ.
Let l(γ), u(γ) be numbers with P(Q ≤ l(γ)) ≤ γ and P(Q ≥ u(γ)) ≤ γ. The limits

    scale:     L(γ) = T/u(γ),  U(γ) = T/l(γ)  (∞ when l(γ) ≤ 0);
    location:  L(γ) = T − u(γ),  U(γ) = T − l(γ)

satisfy (1) of `decision`: θ ≤ L(γ) is Q ≥ u(γ), and θ ≥ U(γ) is Q ≤ l(γ). Both increase with T,
as (S4) asks. With ε = min(α, β), its conditions (a)–(d) follow from

    scale                                        location (tolerance τ)
    (a) u(β/2) ≤ (1 + δ) l(α)                    u(β/2) ≤ τ + l(α)
    (b) l(β/2) ≥ (1 − δ) u(α)                    l(β/2) ≥ −τ + u(α)
    (c) u(ε/2) ≤ (1 + δ) l(β)                    u(ε/2) ≤ τ + l(β)
    (d) l(ε/2) ≥ (1 − δ) u(β)                    l(ε/2) ≥ −τ + u(β)

Proof of (a), scale: θ ≤ q and U(α) > q' = (1 + δ)q give Q = T/θ > l(α)(1 + δ)q/θ ≥ (1 + δ) l(α)
≥ u(β/2), of probability at most β/2. Proof of (c): θ ≥ q' and L(ε/2) < q give
Q < u(ε/2)·q/θ ≤ u(ε/2)/(1 + δ) ≤ l(β), of probability at most β. (b), (d) and the location family
alike. Each is one inequality in δ (or τ), so the least δ is the largest of four numbers: nothing
is approximated, and a law known exactly gives an exact sample size.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import MomentsTest
from xavier_theory.statistics.decision import confidence_limits, decide
from xavier_theory.statistics.hypothesis import (
    Hypothesis,
    Prediction,
)
from xavier_theory.statistics.outcome import Outcome, Verdict
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_count

__all__ = ["Design", "PivotTest"]

Family = Literal["scale", "location"]


@dataclass(frozen=True)
class Design:
    """What a test may tune itself to before sampling.

    `level`: the smallest tail probability that the decision uses, ε/2. `planned`: the number
    of scalars.
    """

    level: float
    planned: int


class PivotTest(MomentsTest):
    """A test made from two quantile functions of a pivot (see the module's docstring)."""

    family: Family

    @abstractmethod
    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        """Return (l, u) with P(Q ≤ l) ≤ tail and P(Q ≥ u) ≤ tail for n scalars."""

    def _estimate(self, moments: Moments) -> float:
        """Return T from the sample's running moments; by default its mean."""
        return moments.mean

    def _check_moments(self, moments: Moments) -> None:
        """Refuse a whole sample that the law cannot produce."""

    def _judge_moments(
        self, moments: Moments, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> Outcome:
        self._check_moments(moments)
        return self.judge(self._estimate(moments), moments.n, hypothesis, rates, planned)

    def judge(
        self,
        estimate: float,
        n: int,
        prediction: Prediction,
        rates: ErrorRates,
        planned: int | None = None,
    ) -> Outcome:
        """Judge the sufficient statistic: `estimate` from `n` scalars."""
        hypothesis = self._hypothesis(prediction, rates.delta)
        n = as_count(n, self.least_n, self.law)
        if not math.isfinite(estimate):
            raise InvalidInputError(f"the estimate must be finite, got {estimate!r}")
        design = Design(rates.refutation_level / 2, n if planned is None else planned)
        self._require_limits(n, rates, design)

        def limits(tail: float) -> tuple[float, float]:
            low, high = self._limits(np.float64(estimate), *self._quantiles(tail, n, design))
            return float(low), float(high)

        widened = self.tolerance.widen(hypothesis, rates.delta)
        lower, upper = confidence_limits(limits, rates)
        return Outcome(
            verdict=decide(limits, hypothesis, widened, rates),
            estimate=float(estimate),
            lower=lower,
            upper=upper,
            prediction=hypothesis,
            n=n,
            rates=rates,
            law=self.law,
            guarantee=self.guarantee,
            powered=self._is_powered(n, rates, hypothesis),
        )

    def verdicts(
        self, estimates: ArrayLike, n: int, prediction: Prediction, rates: ErrorRates
    ) -> NDArray[np.str_]:
        """Return the verdicts of many runs of `n` scalars each, shaped like `estimates`.

        The same decision as `judge`, with the quantiles computed once: for calibration.
        """
        hypothesis = self._hypothesis(prediction, rates.delta)
        widened = self.tolerance.widen(hypothesis, rates.delta)
        n = as_count(n, self.least_n, self.law)
        design = Design(rates.refutation_level / 2, n)
        values = np.asarray(estimates, dtype=np.float64)
        low, high = self._limits(values, *self._quantiles(design.level, n, design))
        refuted = (low >= hypothesis.upper) | (high <= hypothesis.lower)
        low, high = self._limits(values, *self._quantiles(rates.alpha, n, design))
        inside = (high <= widened.upper) & (low >= widened.lower)
        self._require_limits(n, rates, design)
        return np.select(
            [refuted, inside],
            [Verdict.REFUTED.value, Verdict.CONSISTENT.value],
            Verdict.UNDECIDED.value,
        )

    def _require_limits(self, n: int, rates: ErrorRates, design: Design) -> None:
        """Refuse a sample from which no limit follows on either side."""
        low, high = self._quantiles(rates.refutation_level / 2, n, design)
        if math.isinf(high) and (math.isinf(low) or self.family == "scale"):
            raise InvalidInputError(
                f"too few samples: {n} give no limits at alpha = {rates.alpha:g}, "
                f"beta = {rates.beta:g} ({self.law})"
            )

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        if self.family == "scale" and not (hypothesis.upper > 0.0 and hypothesis.lower != 0.0):
            raise InvalidInputError(
                f"{self.law} predicts a positive quantity, got "
                f"[{hypothesis.lower}, {hypothesis.upper}]"
            )

    def _limits(
        self, estimate: NDArray[np.float64] | np.float64, low: float, high: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (L, U) for an array of estimates and the quantiles (l, u)."""
        values = np.asarray(estimate)
        if self.family == "location":
            return values - high, values - low
        return values / high, values / low if low > 0.0 else np.full_like(values, np.inf)

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        level = min(alpha, beta) / 2
        design = Design(level, n)
        tails = (alpha, beta / 2, beta, level)
        found = {tail: self._quantiles(tail, n, design) for tail in set(tails)}
        pairs = ((alpha, beta / 2), (beta, level))
        if self.family == "location":
            widest = max(
                max(found[far][1] - found[near][0], found[near][1] - found[far][0])
                for near, far in pairs
            )
            return widest / self.tolerance.smallest(hypothesis, 1.0)
        highest = max(high for _, high in found.values())
        if math.isinf(highest) or min(found[near][0] for near, _ in pairs) <= 0.0:
            return math.inf
        return max(
            max(found[far][1] / found[near][0] - 1.0, 1.0 - found[far][0] / found[near][1])
            for near, far in pairs
        )
