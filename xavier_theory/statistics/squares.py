"""Tests of θ from squares z²/s² whose scale s² is known given the past: what they share."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.base import MomentsRun
from xavier_theory.statistics.hypothesis import Hypothesis, Prediction
from xavier_theory.statistics.outcome import Outcome
from xavier_theory.statistics.pivot import Family, PivotTest
from xavier_theory.statistics.rates import ErrorRates
from xavier_theory.statistics.samples import Moments, as_block
from xavier_theory.statistics.search import guessed

__all__ = [
    "SquaresRun",
    "SquaresTest",
    "normal_guess",
    "refuse_zero_squares",
    "standardized_squares",
]


def normal_guess(rates: ErrorRates, variance: float, width: float = 1.0) -> int:
    """Return a sample size from the normal approximation: where an exact search starts.

    `variance` is Var X of one averaged scalar X, and δ measures multiples of `width` > 0. A
    quotient beyond the range of floats is the largest sample size.
    """
    level = rates.refutation_level / 2
    tails = (rates.alpha, rates.beta / 2), (rates.beta, level)
    reach = max(float(-special.ndtri(near) - special.ndtri(far)) for near, far in tails)
    return guessed(math.sqrt(variance) * reach / rates.delta / width)


def standardized_squares(
    block: ArrayLike, conditional_variances: ArrayLike | None
) -> NDArray[np.float64]:
    """Return z²/s² for a block of z and its known s² (a scalar, or of the block's shape)."""
    values = as_block(block)
    with np.errstate(over="ignore"):  # refused below, with one line
        squares = np.square(values)
    if conditional_variances is not None:
        variances = as_block(conditional_variances)
        if variances.size not in (1, values.size):
            raise InvalidInputError(
                f"{values.size} samples came with {variances.size} conditional variances"
            )
        if (variances <= 0.0).any():
            raise InvalidInputError(
                "a conditional variance must be positive (a layer whose input is all zero has "
                "none: leave it out)"
            )
        with np.errstate(over="ignore"):
            squares = squares / variances
    if not np.isfinite(squares).all():
        raise InvalidInputError("the sample's squares overflow; rescale it")
    return squares


def refuse_zero_squares(squares: Moments) -> None:
    """Raise `InvalidInputError` when every square is 0 (or too small for float64)."""
    if squares.n and squares.largest <= 0.0:
        raise InvalidInputError(
            f"all {squares.n} samples equal 0, or their squares underflow to it; a variance needs "
            "values that vary: rescale them"
        )


class SquaresTest(PivotTest):
    """A scale-family test of the mean of z²/s²; the sample is z, with its s²."""

    family: Family = "scale"
    _weight: float = 1.0

    def run(
        self,
        sample: ArrayLike,
        prediction: Prediction,
        rates: ErrorRates,
        conditional_variances: ArrayLike | None = None,
    ) -> Outcome:
        """Judge a sample of z held whole; `conditional_variances` are the s_i² (default 1)."""
        values = as_block(sample)
        run = self.start(prediction, rates, int(values.size))
        run.update(values, conditional_variances)
        return run.outcome()

    def start(
        self, prediction: Prediction, rates: ErrorRates, planned: int | None = None
    ) -> SquaresRun:
        """Return a run whose `update(block, conditional_variances=None)` takes z itself."""
        hypothesis, planned = self._prepare(prediction, rates, planned)
        return self._start(hypothesis, rates, planned)

    def _start(self, hypothesis: Hypothesis, rates: ErrorRates, planned: int) -> SquaresRun:
        return SquaresRun(self, hypothesis, rates, planned)

    def _estimate(self, moments: Moments) -> float:
        return self._weight * moments.mean

    def _check_moments(self, moments: Moments) -> None:
        refuse_zero_squares(moments)


class SquaresRun(MomentsRun):
    """Running moments of z²/s² for z that arrive in blocks."""

    def __init__(
        self, test: SquaresTest, hypothesis: Hypothesis, rates: ErrorRates, planned: int
    ) -> None:
        super().__init__(test, hypothesis, rates, planned)
        self._raw = Moments()

    def update(self, block: ArrayLike, conditional_variances: ArrayLike | None = None) -> None:
        """Take in z of any shape, with s² as a scalar or of the same shape (default 1)."""
        values = self._test._check_block(as_block(block))
        squares = standardized_squares(values, conditional_variances)
        self._raw.update(values)
        self._moments.update(squares)

    def outcome(self) -> Outcome:
        """Judge what has been taken in; raises `InvalidInputError` on a constant sample."""
        self._raw.refuse_constant()
        return super().outcome()
