"""How `two-layer-cycle` is sampled, and which wrong formulas the checks must refute.

Everything follows in fractions, from the updates of both weights.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from xavier_theory.activations.exact_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.two_layer_cycle.proof import first, second


def two_layers(start: Fraction, target: Fraction, rate: Fraction, steps: int) -> list[Fraction]:
    """The errors u v − y at steps 0..``steps`` from u = v = ``start``."""
    u, v = start, start
    errors = []
    for _ in range(steps + 1):
        error = u * v - target
        errors.append(error)
        u, v = u - rate * error * v, v - rate * error * u
    return errors


def two_layer_cycle(*, p: Any, q: Any, steps: int = 6, odd: bool = False) -> Quantity:
    """u v − y from u = v = p at each even step, or each odd one, against the prediction."""
    first, second = exact_number(p), exact_number(q)
    target, rate = first**2 - first * second + second**2, 1 / (first * second)
    errors = two_layers(first, target, rate, 2 * integer_at_least(1, steps, "steps"))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        found = np.array(errors[int(odd) :: 2], object)
        return up_to_rounding(found, np.full(found.shape, exact_number(prediction), object))

    return ExactQuantity(compare)


EXPERIMENTS = tuple(
    Experiment(
        f"descent from {p}, cycle with {q}, {result or 'even'} steps",
        two_layer_cycle,
        {"p": p, "q": q},
        0.01,
        {"odd": result == "odd"},
        result=result,
        wrong=wrong,
    )
    for p, q, result, wrong in (
        (1.25, 1, None, {}),
        (0.5, 2, None, {}),
        (1.25, 1, "odd", {"the sign of even steps": first * (first - second)}),
    )
)

WRONG = {
    "the error of odd steps": first * (second - first),
    "p for q": first * (first - second),
}
