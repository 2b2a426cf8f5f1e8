"""What an experiment draws: a quantity, and how predictions of it are judged.

All predictions of one experiment, the derived one and the planted wrong ones, are judged on the
same sample: its size is planned for the derived one, and it refutes any other that differs by δ of
it or more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from xavier_theory.statistics import (
    DeterministicCheck,
    ErrorRates,
    Hypothesis,
    Outcome,
    Prediction,
    StatisticalTest,
)

__all__ = [
    "Evidence",
    "ExactQuantity",
    "Quantity",
    "SampledQuantity",
    "exact_number",
    "inverse",
    "up_to_rounding",
]

_ROUNDING = Fraction(1, 2**45)
"""Relative: a prediction is a float, computed from the theorem's formula at higher precision."""

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


@dataclass(frozen=True)
class Evidence:
    """A test's outcome, and the estimate of the theorem's quantity (None where there is none).

    ``planned`` is the number of scalars that suffice for the stated rates; a sequential test may
    have known earlier, after ``outcome.n``.
    """

    outcome: Outcome
    estimate: float | None
    planned: int


class Quantity(ABC):
    """What is drawn, and how predictions of it are judged.

    ``sampler`` is the kind of sampler of networks that is used (``layers.kinds``); None
    where no network is sampled.
    """

    sampler: str | None = None

    @abstractmethod
    def judge(
        self, predictions: Mapping[Any, Any], rates: ErrorRates, generator: np.random.Generator
    ) -> dict[Any, Evidence]:
        """Judge each prediction, by name; the first is the one that the sample is planned for."""

    @abstractmethod
    def tells_apart(self, true: Any, wrong: Any, delta: float) -> bool:
        """Whether a prediction ``wrong`` is refuted, as promised, when ``true`` is right."""


@dataclass(frozen=True)
class SampledQuantity(Quantity):
    """A statistical test of scalars that ``draw(generator, n)`` samples, ``n`` at a time.

    Attributes
    ----------
    test: judges the mean of the scalars.
    draw: exactly ``n`` scalars, of any shape.
    measured: turns a prediction of the theorem into one of that mean.
    reported: turns an estimate of the mean back into one of the theorem's quantity.
    block: the largest ``n`` that is asked for at once.
    located: the mean, where a prediction says no more than that it lies in an interval; it only
        decides which planted formulas can be told apart.
    """

    test: StatisticalTest
    draw: Draw
    measured: Callable[[Any], Prediction] = float
    reported: Callable[[float], float] = float
    block: int = 2**18
    located: float | None = None
    sampler: str | None = None

    def judge(
        self, predictions: Mapping[Any, Any], rates: ErrorRates, generator: np.random.Generator
    ) -> dict[Any, Evidence]:
        """Draw the planned sample in blocks, until every prediction is judged on it."""
        rates = ErrorRates(_within(rates.delta), rates.alpha, rates.beta)
        measured = {name: self.measured(value) for name, value in predictions.items()}
        planned = self.test.sample_size(rates, next(iter(measured.values())))
        runs = {name: self.test.start(value, rates, planned) for name, value in measured.items()}
        remaining = planned
        while remaining > 0 and not all(run.finished for run in runs.values()):
            values = self.draw(generator, min(self.block, remaining))
            remaining -= values.size
            for run in runs.values():
                if not run.finished:
                    run.update(values)
        outcomes = {name: run.outcome() for name, run in runs.items()}
        return {
            name: Evidence(o, self.reported(o.estimate), planned) for name, o in outcomes.items()
        }

    def tells_apart(self, true: Any, wrong: Any, delta: float) -> bool:
        """Whether each measured interval is at least δ away from the other, widened either way."""
        right, other = (_interval(self.measured(value)) for value in (true, wrong))
        if self.located is not None:
            right = Hypothesis(self.located, self.located)
        # A rounding below δ counts as δ: the detectable error is rounded up by as much.
        reach = _within(delta) * (1 - 1e-9)
        pairs = ((right, other), (other, right))
        return all(_disjoint(self.test.tolerance.widen(x, reach), y) for x, y in pairs)


def _within(delta: float) -> float:
    """The δ to test at: a formula off by δ of the true value is off by δ/(1 + δ) of its own."""
    return delta / (1 + delta)


def _disjoint(first: Hypothesis, second: Hypothesis) -> bool:
    return second.lower >= first.upper or second.upper <= first.lower


def _interval(prediction: Prediction) -> Hypothesis:
    if isinstance(prediction, Hypothesis):
        return prediction
    pair = prediction if isinstance(prediction, tuple) else (prediction, prediction)
    return Hypothesis(*pair)


@dataclass(frozen=True)
class ExactQuantity(Quantity):
    """Exact values that do not depend on chance, though some entries may be drawn.

    ``compare(generator, prediction)`` returns the values found and the values predicted; they are
    equal, or within the certified ``bound`` of each other.
    """

    compare: Callable[[np.random.Generator, Any], tuple[object, object]]
    bound: float | Fraction | None = None

    def judge(
        self, predictions: Mapping[Any, Any], rates: ErrorRates, generator: np.random.Generator
    ) -> dict[Any, Evidence]:
        """Compare each prediction with the same draw."""
        check = DeterministicCheck(self.bound)
        state = generator.bit_generator.state
        outcomes = {}
        for name, value in predictions.items():
            generator.bit_generator.state = state
            outcome = check.run(*self.compare(generator, value))
            outcomes[name] = Evidence(outcome, None, outcome.n)
        return outcomes

    def tells_apart(self, true: Any, wrong: Any, delta: float) -> bool:
        """Whether the predictions differ at all."""
        return bool(true != wrong)


def exact_number(value: Any) -> Fraction:
    """A predicted number (a float, or a sympy one of any size) as the rational that it stores."""
    if isinstance(value, int | float | Fraction):
        return Fraction(value)
    rational = sympy.Rational(value)
    return Fraction(int(rational.p), int(rational.q))


def inverse(prediction: Any) -> float:
    """One over a prediction."""
    return 1.0 / float(prediction)


def up_to_rounding(found: Any, predicted: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both sides; equal where they differ by no more than the rounding of a predicted float."""
    near = abs(found - predicted) <= abs(predicted) * _ROUNDING
    return np.where(near, predicted, found), predicted
