"""The one moment bound that a test of a heavy-tailed mean cannot do without."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import Hypothesis, Tolerance
from xavier_theory.statistics.pivot import Family
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.squares import normal_guess

__all__ = ["MomentBound", "moment_bound"]


@dataclass(frozen=True)
class MomentBound:
    """Location: Var X ≤ `value`. Scale: X ≥ 0 and Var X ≤ `value`·(E X)²."""

    family: Family
    value: float

    def check_values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values, or refuse negative ones in a scale family."""
        if self.family == "scale" and (values < 0.0).any():
            raise InvalidInputError(
                "a relative_variance_bound is for values that are not negative; "
                f"the sample has {float(values.min())!r}"
            )
        return values

    def guess(self, tolerance: Tolerance, rates: ErrorRates, hypothesis: Hypothesis) -> int:
        """Return a sample size from which to search."""
        if self.family == "scale":
            return normal_guess(rates, self.value)
        return normal_guess(rates, self.value, tolerance.smallest(hypothesis, 1.0))


def moment_bound(
    variance_bound: float | None,
    relative_variance_bound: float | None,
) -> MomentBound:
    """Return the one bound that was given.

    Raises `InvalidInputError` unless exactly one is given, finite and positive. With none, no
    finite-sample test exists: moving an unseen probability 1/n² to a far value changes the mean
    at will and the sample hardly ever (Bahadur & Savage 1956).
    """
    given = {
        "variance_bound": variance_bound,
        "relative_variance_bound": relative_variance_bound,
    }
    named = {name: value for name, value in given.items() if value is not None}
    if not named:
        raise InvalidInputError(
            "no finite-sample test of a mean exists without a moment bound (Bahadur & Savage "
            "1956: a rare far value changes the mean unseen); give variance_bound "
            "or relative_variance_bound"
        )
    if len(named) > 1:
        raise InvalidInputError(f"give one moment bound, not {' and '.join(named)}")
    name, value = next(iter(named.items()))
    if not (math.isfinite(value) and value > 0.0):
        raise InvalidInputError(f"{name} must be positive and finite, got {value!r}")
    family: Family = "scale" if name == "relative_variance_bound" else "location"
    return MomentBound(family, float(value))
