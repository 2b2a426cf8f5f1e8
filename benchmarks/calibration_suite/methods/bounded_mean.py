"""The mean of independent scalars in [low, high]: one entry for five methods.

method                 limits from                                      sample size proven by
"hoeffding"            Hoeffding 1963, Theorem 2                        the same
"bernstein"            Bernstein with a known variance bound            the same
"dkwm"                 Massart's constant for the DKW band (baseline)   the same
"empirical-bernstein"  Maurer & Pontil 2009, Theorem 4                  the worst sample variance
"betting"              Waudby-Smith & Ramdas 2024, stopping early       a terminal Bernstein or
                                                                        Hoeffding test

The first two are the package's; the others are what they are compared with. A variance is a bounded
mean as well: `paired_half_squares`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics import BoundedMeanTest, StatisticalTest, Tolerance
from xavier_theory.statistics.bounded_mean import SampleRange
from xavier_theory.statistics.samples import as_block

from .betting_mean import BettingMeanTest
from .dkwm import DkwmMeanTest
from .empirical_bernstein import EmpiricalBernsteinTest

__all__ = ["Method", "bounded_mean_test", "bounded_variance_test", "paired_half_squares"]

Method = Literal["hoeffding", "bernstein", "dkwm", "empirical-bernstein", "betting"]
_METHODS = ("hoeffding", "bernstein", "dkwm", "empirical-bernstein", "betting")


def bounded_mean_test(
    low: float,
    high: float,
    variance_bound: float | None,
    method: Method,
    tolerance: Tolerance | None = None,
) -> StatisticalTest:
    """Return the test of a mean in [`low`, `high`], with Var X ≤ `variance_bound`, by `method`.

    Raises `InvalidInputError` on an unknown method, an empty range, and a variance bound that is
    missing or that the method has no use for.
    """
    if method not in _METHODS:
        raise InvalidInputError(f"unknown method {method!r}; known: {', '.join(_METHODS)}")
    if method == "hoeffding" or method == "bernstein":
        return BoundedMeanTest(low, high, variance_bound, method, tolerance)
    if method == "dkwm":
        if variance_bound is not None:
            raise InvalidInputError("dkwm takes no variance_bound")
        return DkwmMeanTest(low, high, tolerance)
    kind = BettingMeanTest if method == "betting" else EmpiricalBernsteinTest
    support = SampleRange(low, high, variance_bound)
    return kind(support, Tolerance() if tolerance is None else tolerance)


def bounded_variance_test(low: float, high: float, method: Method) -> StatisticalTest:
    """Return the test of Var X for X in [`low`, `high`]: run it on `paired_half_squares(x)`.

    Those lie in [0, (high − low)²/2].
    """
    return bounded_mean_test(0.0, SampleRange(low, high, None).width ** 2 / 2.0, None, method)


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
