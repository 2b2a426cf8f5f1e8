"""The mean of independent scalars in [low, high]: limits whose half-width is known before sampling.

With R = high − low, c = log(1/γ)/n and v ≥ Var X, each of these r(γ) satisfies
P(X̄ − θ ≥ r) ≤ γ and P(θ − X̄ ≥ r) ≤ γ, so X̄ is a location pivot with l(γ) = −r, u(γ) = r:

    hoeffding   r = R √(c/2)                                  (Hoeffding 1963, Theorem 2)
    bernstein   r = Rc/3 + √((Rc/3)² + 2vc)                    (Boucheron, Lugosi & Massart 2013,
                the root of n r² / (2(v + Rr/3)) = log(1/γ)     Theorem 2.10 and eq. 2.10)

A variance bound must hold for the true law, whatever the prediction says: the promises about
formulas that are off by δ are promises for laws that obey the bound. The variance of X is a bounded
mean as well: that of ½(X₁ − X₂)², in [0, R²/2], over independent pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import Hypothesis, Tolerance
from xavier_theory.statistics.outcome import Guarantee
from xavier_theory.statistics.pivot import Design, Family, PivotTest
from xavier_theory.statistics.search import guessed

__all__ = ["BoundedMeanTest", "Method", "SampleRange", "bernstein_radius", "hoeffding_radius"]

Method = Literal["hoeffding", "bernstein"]


@dataclass(frozen=True)
class SampleRange:
    """What is known of the law: X in [`low`, `high`], and Var X ≤ `variance_bound` if given.

    Raises `InvalidInputError` on an empty or infinite range and on an impossible bound. A bound
    above (high − low)²/4, which every such law obeys (Popoviciu), is lowered to that.
    """

    low: float
    high: float
    variance_bound: float | None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise InvalidInputError(
                f"the range [{self.low}, {self.high}] must be finite and not empty"
            )
        bound = self.variance_bound
        if bound is not None:
            if not (math.isfinite(bound) and bound > 0.0):
                raise InvalidInputError(f"a variance bound must be positive, got {bound!r}")
            object.__setattr__(self, "variance_bound", min(bound, self.width**2 / 4.0))

    @property
    def width(self) -> float:
        """R = high − low."""
        return self.high - self.low

    def check_values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values, or refuse any outside the range."""
        outside = (values < self.low) | (values > self.high)
        if outside.any():
            worst = float(values[outside][0])
            raise InvalidInputError(
                f"a sample of {worst!r} lies outside the stated bounds [{self.low}, {self.high}]"
            )
        return values

    def check_prediction(self, hypothesis: Hypothesis) -> None:
        """Refuse a predicted mean that no law on the range has."""
        if hypothesis.lower > self.high or hypothesis.upper < self.low:
            raise InvalidInputError(
                f"the predicted mean [{hypothesis.lower}, {hypothesis.upper}] lies outside the "
                f"stated bounds [{self.low}, {self.high}]"
            )


def hoeffding_radius(width: float, n: int, tail: float) -> float:
    """Return r of Hoeffding for a range of `width`."""
    return width * math.sqrt(-math.log(tail) / (2.0 * n))


def bernstein_radius(width: float, variance: float, n: int, tail: float) -> float:
    """Return r of Bernstein for a range of `width` and a variance of at most `variance`."""
    budget = -math.log(tail) / n
    linear = width * budget / 3.0
    return linear + math.sqrt(linear * linear + 2.0 * variance * budget)


class BoundedMeanTest(PivotTest):
    """Test the mean of independent scalars in [`low`, `high`].

    `method` "bernstein" takes Var X ≤ `variance_bound`, "hoeffding" the range alone.
    Raises `InvalidInputError` on an empty range, an unknown method, a variance bound that is
    missing or that the method has no use for, a prediction outside the range, and (when run) values
    outside it.
    """

    guarantee: Guarantee = "finite-sample bound"
    family: Family = "location"

    def __init__(
        self,
        low: float,
        high: float,
        variance_bound: float | None,
        method: Method,
        tolerance: Tolerance | None = None,
    ) -> None:
        self._support = SampleRange(low, high, variance_bound)
        if method not in ("hoeffding", "bernstein"):
            raise InvalidInputError(f"unknown method {method!r}; known: hoeffding, bernstein")
        if method == "bernstein" and variance_bound is None:
            raise InvalidInputError("bernstein needs a variance_bound; hoeffding does without one")
        if method == "hoeffding" and variance_bound is not None:
            raise InvalidInputError("hoeffding takes no variance_bound; bernstein uses it")
        self.tolerance = Tolerance() if tolerance is None else tolerance
        self.law = f"bounded mean ({method})"

    def _quantiles(self, tail: float, n: int, design: Design) -> tuple[float, float]:
        radius = self._radius(tail, n)
        return -radius, radius

    def _radius(self, tail: float, n: int) -> float:
        """Return r at `tail` for n scalars."""
        width, variance = self._support.width, self._support.variance_bound
        if variance is None:
            return hoeffding_radius(width, n, tail)
        return bernstein_radius(width, variance, n, tail)

    def _check_block(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._support.check_values(values)

    def _check_prediction(self, hypothesis: Hypothesis) -> None:
        self._support.check_prediction(hypothesis)

    def _guess(self, rates: object, hypothesis: Hypothesis) -> int:
        width = self.tolerance.smallest(hypothesis, 1.0)
        return guessed(10.0 * self._support.width / width)
