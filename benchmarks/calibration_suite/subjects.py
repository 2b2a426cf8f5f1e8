"""What is simulated: one test on one law, at several pairs of error rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xavier_theory.statistics import ErrorRates

from .judging import Verdicts

__all__ = [
    "Array",
    "Cell",
    "Play",
    "Subject",
    "equal_rates",
    "factors",
    "in_chunks",
    "unequal_rates",
]

Array = NDArray[np.float64]
Play = Callable[[np.random.Generator, ErrorRates, int, int], Verdicts]
"""(generator, rates, sample size, runs) ↦ verdicts at each truth."""

_CHUNK = 2**21  # scalars held at once


@dataclass(frozen=True)
class Subject:
    """One test on one law. `size(rates)` is the test's own plan; `runs(rates)` how many runs.

    `statistic` says what is drawn: the sufficient statistic from its exact law, or raw samples.
    """

    test: str
    law: str
    guarantee: str
    statistic: str
    rates: tuple[ErrorRates, ...]
    size: Callable[[ErrorRates], int]
    play: Play
    runs: Callable[[ErrorRates], int]

    def cells(self) -> list[Cell]:
        """Return one cell for each pair of rates."""
        return [Cell(self, rates) for rates in self.rates]


@dataclass(frozen=True)
class Cell:
    """One test on one law at one pair of rates."""

    subject: Subject
    rates: ErrorRates

    def play(self, generator: np.random.Generator, runs: int) -> Verdicts:
        """Simulate `runs` runs at each truth."""
        size = self.subject.size(self.rates)
        return self.subject.play(generator, self.rates, size, runs)


def equal_rates(delta: float, *levels: float) -> tuple[ErrorRates, ...]:
    """Return rates with α = β at each of the levels."""
    return tuple(ErrorRates(delta, level, level) for level in levels)


def unequal_rates(delta: float) -> tuple[ErrorRates, ...]:
    """Return two pairs with α ≠ β: the promises then need different limits."""
    return ErrorRates(delta, 0.1, 0.01), ErrorRates(delta, 0.01, 0.1)


def factors(delta: float) -> Mapping[str, float]:
    """Return the truth over the prediction, at each truth of a relative tolerance."""
    return {"true": 1.0, "above": 1.0 + delta, "below": 1.0 - delta}


def in_chunks(draw: Callable[[int], Array], runs: int, size: int) -> Array:
    """Return `draw(k)`, of shape `(k,)`, for pieces of `runs` that hold few scalars at once."""
    step = max(1, _CHUNK // size)
    return np.concatenate([draw(min(step, runs - start)) for start in range(0, runs, step)])
