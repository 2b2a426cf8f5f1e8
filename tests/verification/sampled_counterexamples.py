"""A stored counterexample, sampled: the test of the result's left side says ``refuted``.

In a finite model the quantity that a result speaks of, E[T] or Var(T), is the mean of bounded
scalars that can be drawn: T, or half the squared difference of two independent T. The prediction
is the result's right side in the model. What is no mean is compared exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.finite_models.arithmetic import fraction, is_exact, precision
from xavier_theory.finite_models.errors import FiniteModelError, OutsideDomainError
from xavier_theory.finite_models.evaluation.evaluate import program_for, value_of
from xavier_theory.finite_models.evaluation.graph import Graph
from xavier_theory.finite_models.evaluation.reading import Reader
from xavier_theory.finite_models.search.necessity import (
    NecessityResult,
    claim_about,
    every_assumption,
)
from xavier_theory.finite_models.stored.text import decode_model
from xavier_theory.kernel.terms import number, replaced
from xavier_theory.statistics import (
    BoundedMeanTest,
    DeterministicCheck,
    ErrorRates,
    Outcome,
    Tolerance,
)
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems import derive

__all__ = ["sampled_counterexample"]

_ROUNDING = Fraction(1, 10**9)
"""More than the rounding of two numbers that are compared as floats: those of models are small."""


def sampled_counterexample(
    result: NecessityResult, rate: float, generator: np.random.Generator
) -> Outcome | None:
    """The verdict on the result's left side in the stored model, with false-alarm rate ``rate``.

    None where a side has no value. What is neither a mean nor a variance is compared as a number.
    """
    derivation = derive(result.theorem)
    dropped = next(a for _, a in every_assumption(derivation) if a.name == result.assumption)
    claim, kept = claim_about(derivation, result.result, dropped)
    model, sizes = decode_model(result.model or {}, claim, [*kept, dropped])
    definitions = [definition.in_kernel for definition in claim.context.definitions]
    indices = {scalar: number(value) for scalar, value in sizes.values}
    sides = [replaced(side, indices) for side in claim.sides]
    try:
        left, right = (value_of(side, model, definitions) for side in sides)
    except OutsideDomainError:
        return None
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise FiniteModelError(f"{result.theorem}.{result.result} is about each outcome apart")
    if not isinstance(claim.left, E | Var):
        if is_exact(left) and is_exact(right):
            return DeterministicCheck().run(fraction(left), fraction(right))
        return DeterministicCheck(_ROUNDING).run(_float(left), _float(right))
    reader = Reader(Graph(), model.shape, definitions)
    place = reader.read(sides[0][1])
    program = program_for(model, reader.graph, [place])
    blocks = program.blocks[place]
    with precision():
        outcomes = np.array([float(fraction(x)) if is_exact(x) else float(x.mid())
                             for x in _spread(program.run(model)[place])])  # fmt: skip
    chances = np.array([float(fraction(p)) for p in model.probabilities(blocks)])
    return _sampled(claim.left, outcomes, chances, _float(left), _float(right), rate, generator)


def _spread(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _float(number: Any) -> float:
    return float(fraction(number)) if is_exact(number) else float(number.mid())


def _sampled(
    quantity: E | Var,
    outcomes: NDArray[np.float64],
    chances: NDArray[np.float64],
    truth: float,
    prediction: float,
    rate: float,
    generator: np.random.Generator,
) -> Outcome:
    """Draw as many scalars as tell the truth from the prediction, scaled to a range of 1."""
    spread = float(np.ptp(outcomes))
    ends = [0.0, spread**2 / 2] if isinstance(quantity, Var) else [outcomes.min(), outcomes.max()]
    low, high = min(*ends, prediction), max(*ends, prediction)
    width = high - low
    rates = ErrorRates(min(0.9, abs(truth - prediction) / width), rate, rate)
    test = BoundedMeanTest(low / width, high / width, None, "hoeffding", Tolerance("absolute"))
    count = test.sample_size(rates, prediction / width)
    drawn = generator.choice(outcomes, size=2 * count, p=chances / chances.sum())
    half_squares = np.square(drawn[:count] - drawn[count:]) / 2
    scalars = half_squares if isinstance(quantity, Var) else drawn[:count]
    return test.run(scalars / width, prediction / width, rates)
