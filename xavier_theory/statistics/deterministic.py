"""Checks with no chance in them: equality exactly, or within a certified bound; α = β = 0."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.errors import InvalidInputError
from xavier_theory.statistics.hypothesis import Hypothesis
from xavier_theory.statistics.outcome import Outcome, Verdict

__all__ = ["DeterministicCheck"]

Exact = int | float | Fraction


class DeterministicCheck:
    """Compare values with predictions in rational arithmetic.

    `bound` None: equality, of floats bit for bit (0.0 and −0.0 differ), of integers and
    fractions as numbers. Otherwise |actual − predicted| ≤ `bound`, where `bound` ≥ 0 is certified
    by whoever states it (a rounding analysis, an enclosure); every float is taken as the exact
    rational that it is, so the comparison itself has no rounding error.
    """

    def __init__(self, bound: Exact | None = None) -> None:
        self.bound = None if bound is None else _rational("bound", bound)
        if self.bound is not None and self.bound < 0:
            raise InvalidInputError(f"a certified bound is not negative, got {bound!r}")
        how = "bitwise equality" if bound is None else f"within {float(bound):.6g}"
        self.law = f"deterministic ({how})"

    def run(self, actual: object, predicted: object) -> Outcome:
        """Compare two numbers, or two arrays (sequences) of equal shape, elementwise.

        The outcome's estimate and prediction are those of the first element that differs, or of
        the first element when none does; n counts elements. The verdict is `consistent` or
        `refuted`, never `undecided`. Raises `InvalidInputError` on NaN, infinities, unequal
        shapes, and empty arrays.
        """
        left, right = _flatten("actual", actual), _flatten("predicted", predicted)
        if left[0] != right[0]:
            raise InvalidInputError(f"cannot compare shapes {left[0]} and {right[0]}")
        if not left[1]:
            raise InvalidInputError("there is nothing to compare: both are empty")
        pairs = list(zip(left[1], right[1], strict=True))
        wrong = [pair for pair in pairs if not self._agree(*pair)]
        value, target = (wrong or pairs)[0]
        return Outcome(
            verdict=Verdict.REFUTED if wrong else Verdict.CONSISTENT,
            estimate=_float(value),
            lower=_float(value),
            upper=_float(value),
            prediction=Hypothesis(_float(target), _float(target)),
            n=len(pairs),
            rates=None,
            law=self.law,
            guarantee="deterministic",
            powered=True,
        )

    def _agree(self, actual: Exact, predicted: Exact) -> bool:
        if self.bound is not None:
            return abs(Fraction(actual) - Fraction(predicted)) <= self.bound
        if isinstance(actual, float) and isinstance(predicted, float):
            same_sign = math.copysign(1.0, actual) == math.copysign(1.0, predicted)
            return actual == predicted and same_sign
        return Fraction(actual) == Fraction(predicted)


def _rational(name: str, value: object) -> Fraction:
    return Fraction(_scalar(name, value))


def _scalar(name: str, value: object) -> Exact:
    """Return one number as int, float or Fraction, exactly; refuse everything else."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise InvalidInputError(f"{name} must hold int, float or Fraction, got {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInputError(f"{name} must be finite, got {value!r}")
    return value


def _flatten(name: str, value: object) -> tuple[tuple[int, ...], list[Exact]]:
    """Return the shape and the elements; a number has shape ()."""
    if isinstance(value, (np.ndarray, list, tuple)):
        array = np.asarray(value, dtype=object) if not isinstance(value, np.ndarray) else value
        elements: Iterable[Any] = array.ravel().tolist()
        return array.shape, [_scalar(name, element) for element in elements]
    return (), [_scalar(name, value)]


def _float(value: Exact) -> float:
    """Return the nearest float for the report; numbers beyond the range become the largest."""
    try:
        return float(value)
    except OverflowError:
        largest = float(np.finfo(np.float64).max)
        return largest if value > 0 else -largest
