"""The variance of Gaussian scalars, sequentially: stop as soon as the likelihood ratio knows.

Law. As in `gaussian_variance`: Σ z_i²/s_i² over n scalars is S_n, and each (z_i/s_i)² given the
past is θ χ²_1. For r = 1 + δ the likelihood ratios of θ/r and of θr against θ,

    M_n = r^(n/2) exp(−δ S_n/(2θ))   and   M'_n = r^(−n/2) exp(δ S_n/(2θr)),

are nonnegative martingales of mean 1 under θ, so each ever reaches 1/γ with probability at most γ
(Ville 1939). Solved for θ, "has reached 1/γ" reads θ ≥ U_n(γ), or θ ≤ L_n(γ), with

    U_n(γ) = δ S_n / (n log r − 2 log(1/γ))  (∞ when not positive),
    L_n(γ) = δ S_n / (r (n log r + 2 log(1/γ))),

which is (2) of `sequential`; its proof does the rest. Wald's test of θ = q against q(1 + δ) is
the comparison of U_n with q(1 + δ). At 1 % and
1e-6 a true formula takes 764,000 scalars on average and one off by 1 % 618,000, where the fixed
size is 1,879,080; between the two a run may take all of N = 1,986,919.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import StatisticalTest
from xavier_theory.statistics.gaussian_variance import GaussianVarianceTest
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction
from xavier_theory.statistics.outcome import Guarantee, Outcome, Verdict
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_block
from xavier_theory.statistics.sequential import LOOKS, SequentialRun, stage_rates
from xavier_theory.statistics.squares import (
    normal_guess,
    refuse_zero_squares,
    standardized_squares,
)

__all__ = ["SequentialGaussianVarianceTest", "SimulatedRuns", "likelihood_limits"]


@dataclass(frozen=True)
class SimulatedRuns:
    """`verdicts` and `samples` (scalars used) of simulated runs, each of shape `(runs,)`."""

    verdicts: NDArray[np.str_]
    samples: NDArray[np.int64]


def likelihood_limits(
    n: NDArray[np.int64] | int, total: NDArray[np.float64] | float, delta: float, tail: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (L_n, U_n) of the module's docstring for S_n = `total`, elementwise."""
    drift, budget = np.asarray(n) * math.log1p(delta), -2.0 * math.log(tail)
    evidence = delta * np.asarray(total, dtype=np.float64)
    lower = evidence / ((1.0 + delta) * (drift + budget))
    gap = drift - budget
    upper = np.where(gap > 0.0, evidence / np.where(gap > 0.0, gap, 1.0), np.inf)
    return lower, upper


class SequentialGaussianVarianceTest(StatisticalTest):
    """Test θ in z_i | past ~ N(0, θ s_i²), stopping early; at most `sample_size` scalars."""

    law = "Gaussian variance (sequential likelihood ratio, then chi-square)"
    guarantee: Guarantee = "finite-sample bound"

    def __init__(self) -> None:
        self._fixed = GaussianVarianceTest()

    def start(
        self, prediction: Prediction, rates: ErrorRates, planned: int | None = None
    ) -> SequentialSquaresRun:
        """Return a run whose `update(block, conditional_variances=None)` takes z itself."""
        hypothesis, planned = self._prepare(prediction, rates, planned)
        return self._start(hypothesis, rates, planned)

    def run(
        self,
        sample: ArrayLike,
        prediction: Prediction,
        rates: ErrorRates,
        conditional_variances: ArrayLike | None = None,
    ) -> Outcome:
        """Judge a sample held whole in 256 looks; scalars after the verdict are not used."""
        values = as_block(sample)
        variances = as_block(1.0 if conditional_variances is None else conditional_variances)
        if variances.size not in (1, values.size):
            raise InvalidInputError(
                f"{values.size} samples came with {variances.size} conditional variances"
            )
        scales = np.broadcast_to(variances, values.shape)
        run = self.start(prediction, rates, int(values.size))
        pieces = min(LOOKS, values.size)
        parts = zip(np.array_split(values, pieces), np.array_split(scales, pieces), strict=True)
        for part, scale in parts:
            run.update(part, scale)
            if run.finished:
                break
        return run.outcome()

    def simulate(
        self,
        generator: np.random.Generator,
        truth: float,
        rates: ErrorRates,
        runs: int,
        looks: int = LOOKS,
        prediction: Prediction = 1.0,
    ) -> SimulatedRuns:
        """Simulate whole runs at θ = `truth` from χ² increments, with `looks` equal looks."""
        hypothesis = self._hypothesis(prediction, rates.delta)
        planned = self.sample_size(rates, hypothesis)
        ends = np.unique(np.linspace(0, planned, looks + 1).astype(np.int64)[1:])
        increments = generator.chisquare(np.diff(ends, prepend=0), (runs, ends.size))
        totals = truth * np.cumsum(increments, axis=1)
        refuted, consistent = self._crossings(ends, totals, hypothesis, rates)
        stopped = refuted | consistent
        first = np.where(stopped.any(axis=1), stopped.argmax(axis=1), ends.size - 1)
        rows = np.arange(runs)
        final = self._fixed.verdicts(totals[:, -1] / planned, planned, hypothesis, rates.halved())
        verdicts = np.select(
            [refuted[rows, first], consistent[rows, first]],
            [Verdict.REFUTED.value, Verdict.CONSISTENT.value],
            final,
        )
        return SimulatedRuns(verdicts, ends[first])

    def _crossings(
        self,
        ends: NDArray[np.int64],
        totals: NDArray[np.float64],
        hypothesis: Hypothesis,
        rates: ErrorRates,
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where the stage says refuted, and where it says consistent."""
        stage = stage_rates(rates)
        widened = self.tolerance.widen(hypothesis, rates.delta)
        low, high = likelihood_limits(ends, totals, rates.delta, stage.refutation_level / 2)
        refuted = (low >= hypothesis.upper) | (high <= hypothesis.lower)
        low, high = likelihood_limits(ends, totals, rates.delta, stage.alpha)
        return refuted, (high <= widened.upper) & (low >= widened.lower) & ~refuted

    def _start(
        self, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> SequentialSquaresRun:
        return SequentialSquaresRun(
            hypothesis,
            self.tolerance.widen(hypothesis, rates.delta),
            rates,
            planned,
            self.law,
            self._is_powered(planned, rates, hypothesis),
        )

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        self._fixed._check_prediction(hypothesis)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        return normal_guess(rates.halved(), 2.0)

    def _least_delta(self, n: int, alpha: float, beta: float, hypothesis: Hypothesis) -> float:
        return self._fixed._least_delta(n, alpha / 2, beta / 2, hypothesis)


class SequentialSquaresRun(SequentialRun):
    """Running sum of z²/s², judged after each block."""

    def __init__(
        self,
        hypothesis: Hypothesis,
        widened: Hypothesis,
        rates: ErrorRates,
        planned: int,
        law: str,
        powered: bool,
    ) -> None:
        super().__init__(hypothesis, widened, rates, planned, law, powered)
        self._raw = Moments()
        self._squares = Moments()

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""
        return self._squares.n

    def update(self, block: ArrayLike, conditional_variances: ArrayLike | None = None) -> None:
        """Take in z of any shape, with s² as a scalar or of the same shape, and look."""
        self._refuse_finished()
        squares = standardized_squares(block, conditional_variances)[: self.remaining]
        self._raw.update(as_block(block)[: squares.size])
        self._squares.update(squares)
        self._raw.refuse_constant()
        refuse_zero_squares(self._squares)
        self._look()

    def _estimate(self) -> float:
        return self._squares.mean

    def _limits(self, tail: float) -> tuple[float, float]:
        total = self._squares.mean * self.n
        lower, upper = likelihood_limits(self.n, total, self._rates.delta, tail)
        return float(lower), float(upper)

    def _terminal(self, rates: ErrorRates) -> Outcome:
        test = GaussianVarianceTest()
        return test.judge(self._squares.mean, self.n, self._hypothesis, rates)
