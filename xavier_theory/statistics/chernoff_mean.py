"""The mean of independent pivots with a known cumulant generating function.

Law. X_1, …, X_n are independent; location family: X_i − E X_i has the law of Y − E Y; scale
family: X_i / E X_i has that of Y / E Y. The prediction is about θ = E X. For every t > 0 Markov's
inequality for exp(t Σ Y_i) gives P(Ȳ ≥ y) ≤ exp(−n (t y − K(t))) (Cramér–Chernoff; Boucheron,
Lugosi & Massart 2013, §2.2), so with c = log(1/γ)/n

    u(γ) = min_{t>0} (K(t) + c)/t     satisfies P(Ȳ ≥ u) ≤ γ, and
    l(γ) = max_{t<0} (K(t) + c)/t     satisfies P(Ȳ ≤ l) ≤ γ.

*Every* t gives a valid bound: the numerical minimum only decides how tight it is, so no promise
rests on the optimizer. The price against the exact law is small: for the mean of χ²_1 at 1 % and
1e-6, 2,288,180 scalars where the exact χ² test takes 1,879,080.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.cumulants import CumulantFunction
from xavier_theory.statistics.hypothesis import Hypothesis, Tolerance
from xavier_theory.statistics.outcome import Guarantee
from xavier_theory.statistics.pivot import Design, Family, PivotTest
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments
from xavier_theory.statistics.squares import normal_guess

__all__ = ["ChernoffMeanTest", "chernoff_quantiles"]


class ChernoffMeanTest(PivotTest):
    """Test E X by Cramér–Chernoff for a pivot with the cumulant function `cgf`.

    `family`: "location" or "scale" (a scale family needs E Y > 0). `tolerance` applies to a
    location family: relative to the predicted mean, or absolute (the natural choice for a mean
    of logarithms, where an absolute error is a relative one of the quantity itself).
    """

    guarantee: Guarantee = "finite-sample bound"

    def __init__(
        self,
        cgf: CumulantFunction,
        family: Family = "location",
        tolerance: Tolerance | None = None,
    ) -> None:
        if family not in ("location", "scale"):
            raise InvalidInputError(f"a family is 'location' or 'scale', got {family!r}")
        if family == "scale" and not cgf.mean > 0.0:
            raise InvalidInputError(f"a scale family needs a positive mean, {cgf.name} has not")
        if family == "scale" and tolerance is not None and tolerance.kind != "relative":
            raise InvalidInputError("in a scale family the tolerance is relative")
        self.cgf = cgf
        self.family = family
        self.tolerance = Tolerance() if tolerance is None else tolerance
        self.law = f"Chernoff bound, {family} family of {cgf.name}"

    def simulate(
        self, generator: np.random.Generator, n: int, truth: float, runs: int
    ) -> NDArray[np.float64]:
        """Draw the estimates of `runs` samples of n scalars with mean `truth`, shape `(runs,)`."""
        means = np.array([self.cgf.sample(generator, n).mean() for _ in range(runs)])
        if self.family == "location":
            return truth + means - self.cgf.mean
        return truth * means / self.cgf.mean

    def _check_moments(self, moments: Moments) -> None:
        moments.refuse_constant()

    def _guess(self, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        if self.family == "scale":
            width = self.cgf.mean
        else:
            width = self.tolerance.smallest(hypothesis, 1.0)
        return normal_guess(rates, self.cgf.variance, width)

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        low, high = chernoff_quantiles(self.cgf, tail, n)
        if self.family == "location":
            return low - self.cgf.mean, high - self.cgf.mean
        return low / self.cgf.mean, high / self.cgf.mean


def chernoff_quantiles(cgf: CumulantFunction, tail: float, n: int) -> tuple[float, float]:
    """Return (l, u) with P(Ȳ ≤ l) ≤ tail and P(Ȳ ≥ u) ≤ tail for the mean of n copies of Y."""
    budget = -math.log(tail) / n
    # Near 0, K(t) ≈ tμ + t²σ²/2 and the best |t| is √(2c)/σ: where the search is centred.
    centre = math.sqrt(2.0 * budget / cgf.variance)
    high = _smallest(lambda t: (cgf.value(t) + budget) / t, centre, cgf.upper)
    low = -_smallest(lambda t: (cgf.value(-t) + budget) / t, centre, -cgf.lower)
    return low, high


def _smallest(bound: Callable[[float], float], centre: float, end: float) -> float:
    """Return the least value found of `bound` on (0, end); each value is a valid bound."""

    def at(log_t: float) -> float:
        return bound(math.exp(log_t))

    top = math.log(0.999999 * end) if math.isfinite(end) else math.log(centre) + 5.0
    middle = min(math.log(centre), top - 0.1)
    found = optimize.minimize_scalar(
        at, bounds=(middle - 4.0, min(top, middle + 4.0)), method="bounded", options={"xatol": 1e-7}
    )
    return float(min(found.fun, at(middle)))
