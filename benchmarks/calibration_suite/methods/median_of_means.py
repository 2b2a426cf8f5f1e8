"""Heavy-tailed means by the median of k block means, with a given moment bound.

The sample is dealt into k blocks (k odd) of at least m = ⌊n/k⌋ scalars. By Cantelli's inequality a
block's mean exceeds θ by s√(1/m) √((1 − p)/p) or more with probability at most p, s² ≥ Var X. The
median does only if (k + 1)/2 blocks do, of probability at most P(Bin(k, p) ≥ (k + 1)/2) =
I_p((k + 1)/2, (k + 1)/2), so the p that makes this γ gives a quantile; the other side alike
(Lugosi & Mendelson 2019, §2.1, with these exact constants). Scale family: s = √v θ, and T/θ has the
quantiles 1 ± √(v/m) √((1 − p)/p).

k is chosen before sampling: the one that makes the limits at level ε/2 narrowest. Scalars are
dealt in turn, so that the sample may arrive in any pieces and n need not be known.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.moment_bound import moment_bound
from xavier_theory.statistics.outcome import Guarantee, Outcome
from xavier_theory.statistics.pivot import Design, PivotTest
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import as_block

__all__ = ["BlocksRun", "MedianOfMeansTest", "block_count"]

_MOST_BLOCKS = 4001


@lru_cache(maxsize=64)
def block_count(level: float) -> int:
    """Return the odd k that makes k(1 − p)/p least, I_p((k + 1)/2, (k + 1)/2) = level."""
    blocks = np.arange(1, _MOST_BLOCKS + 1, 2)
    p = special.betaincinv((blocks + 1) / 2, (blocks + 1) / 2, level)
    return int(blocks[np.argmin(blocks * (1.0 - p) / p)])


class MedianOfMeansTest(PivotTest):
    """Test a mean by the median of block means, given one bound as for `HeavyTailedMeanTest`."""

    guarantee: Guarantee = "finite-sample bound"

    def __init__(
        self,
        *,
        variance_bound: float | None = None,
        relative_variance_bound: float | None = None,
    ) -> None:
        self.bound = moment_bound(variance_bound, relative_variance_bound)
        self.family = self.bound.family
        self.law = f"heavy-tailed mean (median of means, {self.family} family)"

    def estimates(self, samples: ArrayLike, rates: ErrorRates) -> NDArray[np.float64]:
        """Return the estimates of many samples, `(runs, n)` to `(runs,)`: for calibration."""
        values = np.atleast_2d(np.asarray(samples, dtype=np.float64))
        k = block_count(rates.refutation_level / 2)
        means = np.stack([values[:, block::k].mean(axis=1) for block in range(k)], axis=1)
        return np.median(means, axis=1)

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> BlocksRun:
        return BlocksRun(self, hypothesis, rates, planned)

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        return self.bound.guess(self.tolerance, rates, hypothesis)

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        k = block_count(design.level)
        if n < k:
            return -math.inf, math.inf
        p = float(special.betaincinv((k + 1) / 2, (k + 1) / 2, tail))
        radius = math.sqrt(self.bound.value / (n // k) * (1.0 - p) / p)
        if self.family == "location":
            return -radius, radius
        return 1.0 - radius, 1.0 + radius


class BlocksRun:
    """Sums of k blocks into which the sample is dealt in turn."""

    finished = False

    def __init__(
        self, test: MedianOfMeansTest, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> None:
        self._test = test
        self._hypothesis = hypothesis
        self._rates = rates
        self._planned = planned
        self._sums = np.zeros(block_count(rates.refutation_level / 2))
        self._n = 0

    @property
    def n(self) -> int:
        """Number of scalars taken in so far."""
        return self._n

    def update(self, block: ArrayLike) -> None:
        """Take in one block of any shape."""
        values = self._test.bound.check_values(as_block(block))
        k = self._sums.size
        whole = values.size // k * k
        offset = self._n % k
        sums = values[:whole].reshape(-1, k).sum(axis=0)
        sums[: values.size - whole] += values[whole:]
        self._sums += np.roll(sums, offset)
        self._n += int(values.size)

    def outcome(self) -> Outcome:
        """Judge what has been taken in; raises `InvalidInputError` on fewer scalars than blocks."""
        k = self._sums.size
        if self._n < k:
            raise InvalidInputError(
                f"too few samples: {self._test.law} needs at least {k} at these rates, "
                f"got {self._n}"
            )
        counts = self._n // k + (np.arange(k) < self._n % k)
        estimate = float(np.median(self._sums / counts))
        return self._test.judge(estimate, self._n, self._hypothesis, self._rates, self._planned)
