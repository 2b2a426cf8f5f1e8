"""The mean of independent scalars in [low, high]: one entry for five methods.

method                 limits from                                      sample size proven by
"hoeffding"            Hoeffding 1963, Theorem 2                        the same
"bernstein"            Bernstein with a known variance bound            the same
"dkwm"                 Massart's constant for the DKW band (baseline)   the same
"empirical-bernstein"  Maurer & Pontil 2009, Theorem 4                  the worst sample variance
"betting"              Waudby-Smith & Ramdas 2024, stopping early       a terminal Bernstein or
                                                                        Hoeffding test

A known variance bound must hold for the true law, whatever the prediction says: the promises
about formulas that are off by δ are promises for laws that obey the bound.
A variance is a bounded mean as well: `paired_half_squares`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.betting_mean import BettingMeanTest
from xavier_theory.statistics.delegating import DelegatingTest
from xavier_theory.statistics.empirical_bernstein import EmpiricalBernsteinTest
from xavier_theory.statistics.fixed_radius import FixedRadiusTest, SampleRange
from xavier_theory.statistics.hypothesis import Tolerance
from xavier_theory.statistics.samples import as_block

__all__ = ["BoundedMeanTest", "Method", "paired_half_squares"]

Method = Literal["hoeffding", "bernstein", "dkwm", "empirical-bernstein", "betting"]
_METHODS = ("hoeffding", "bernstein", "dkwm", "empirical-bernstein", "betting")


class BoundedMeanTest(DelegatingTest):
    """Test the mean of independent scalars in [`low`, `high`], with Var X ≤ `variance_bound`.

    `inner` is the method's own test; its `judge` takes sufficient statistics.
    Raises `InvalidInputError` on an empty range, an unknown method, "bernstein" without a
    variance bound, a prediction outside the range, and (when run) values outside it.
    """

    def __init__(
        self,
        low: float,
        high: float,
        variance_bound: float | None = None,
        method: Method = "betting",
        tolerance: Tolerance | None = None,
    ) -> None:
        if method not in _METHODS:
            raise InvalidInputError(f"unknown method {method!r}; known: {', '.join(_METHODS)}")
        support = SampleRange(low, high, variance_bound)
        tolerance = Tolerance() if tolerance is None else tolerance
        if method == "betting":
            super().__init__(BettingMeanTest(support, tolerance))
        elif method == "empirical-bernstein":
            super().__init__(EmpiricalBernsteinTest(support, tolerance))
        else:
            super().__init__(FixedRadiusTest(support, method, tolerance))

    @classmethod
    def for_variance(
        cls, low: float, high: float, method: Method = "betting", tolerance: Tolerance | None = None
    ) -> BoundedMeanTest:
        """Return the test of Var X for X in [low, high]: run it on `paired_half_squares(x)`.

        Those lie in [0, (high − low)²/2].
        """
        SampleRange(low, high, None)
        return cls(0.0, (high - low) ** 2 / 2.0, None, method, tolerance)


def paired_half_squares(sample: ArrayLike) -> NDArray[np.float64]:
    """Return ½(x₁ − x₂)², ½(x₃ − x₄)², …, shape `(n // 2,)`: independent, each of mean Var X.

    Raises `InvalidInputError` on fewer than two values, or when all are equal.
    """
    values = as_block(sample)
    if values.size < 2:
        raise InvalidInputError(f"too few samples: a pair needs 2, got {values.size}")
    if np.ptp(values) == 0.0:
        raise InvalidInputError(
            f"all {values.size} samples equal {float(values[0])!r}; a variance needs values "
            "that vary"
        )
    pairs = values[: values.size // 2 * 2].reshape(-1, 2)
    return 0.5 * np.square(pairs[:, 0] - pairs[:, 1])
