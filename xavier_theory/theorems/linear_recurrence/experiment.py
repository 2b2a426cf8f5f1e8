"""How `linear-recurrence` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.linear_recurrence.proof import decay, inputs, rest, scale, start, steps

_UNITS = 32  # states whose squares are averaged


def state(
    *,
    steps: int,
    decay: Any,
    input_scale: Any,
    second_moment: Any,
    input_second_moment: Any,
    law: str = "normal",
) -> Quantity:
    """The mean square of independent states after ``steps``, that start as ±√E[h_0²].

    A state is a sum of independent terms of mean zero, so that its kurtosis is at most
    max(3, κ of the inputs).
    """
    many, source = integer_at_least(0, steps, "steps"), law_named(law)
    rho, gain = float(decay), float(input_scale)

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        signs = 2.0 * generator.integers(0, 2, (count, _UNITS)) - 1.0
        h = math.sqrt(float(second_moment)) * signs
        for _ in range(many):
            x = source.sample(generator, (count, _UNITS), float(input_second_moment))
            h = rho * h + gain * x
        return np.asarray(np.square(h).mean(axis=1))

    bound = max(2.0, float(source.kurtosis) - 1.0) / _UNITS
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares)


def _state(name: str, steps: int, decay: float, scale: float, start: float, law: str) -> Experiment:
    values = {
        "steps": steps,
        "decay": decay,
        "input_scale": scale,
        "second_moment": start,
        "input_second_moment": 1,
    }
    return Experiment(name, state, values, 0.02, {"law": law})


EXPERIMENTS = (
    _state("a state that grows, Gaussian inputs", 12, 0.875, 1, 0, "normal"),
    _state("a state that keeps its size, uniform inputs", 10, 0.8, 0.6, 1, "uniform"),
    _state("a state that shrinks, inputs of signs", 3, -0.75, 0.5, 4, "rademacher"),
)

_POWER = decay ** (2 * steps)
WRONG = {
    "the limit": scale**2 * inputs / rest,
    "a random walk": start + steps * scale**2 * inputs,
    "the sum not divided": _POWER * start + scale**2 * inputs * (1 - _POWER),
    "one step too many": _POWER * decay**2 * start
    + scale**2 * inputs * (1 - _POWER * decay**2) / rest,
    "2 % off": (_POWER * start + scale**2 * inputs * (1 - _POWER) / rest) * Rational(102, 100),
}
