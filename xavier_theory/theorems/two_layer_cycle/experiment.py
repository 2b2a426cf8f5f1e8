"""How `two-layer-cycle` is sampled, and which wrong formulas the checks must refute.

Everything follows in fractions, from the updates of both weights.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from sympy import sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import (
    ExactQuantity,
    Quantity,
    exact_number,
    up_to_rounding,
)
from xavier_theory.theorems.two_layer_cycle.proof import first, rate, second, upper, y


def two_layers(
    start: Fraction, target: Fraction, rate: Fraction, steps: int
) -> list[tuple[Fraction, Fraction]]:
    """The weights u and v at steps 0..``steps`` of descent from u = v = ``start``."""
    weights = [(start, start)]
    for _ in range(steps):
        u, v = weights[-1]
        error = u * v - target
        weights.append((u - rate * error * v, v - rate * error * u))
    return weights


def two_layer_cycle(*, p: Any, q: Any, steps: int = 6, odd: bool = False) -> Quantity:
    """u v − y from u = v = p at each even step, or each odd one, against the prediction."""
    first, second = exact_number(p), exact_number(q)
    target, rate = first**2 - first * second + second**2, 1 / (first * second)
    weights = two_layers(first, target, rate, 2 * integer_at_least(1, steps, "steps"))
    return _equal([u * v - target for u, v in weights[int(odd) :: 2]])


def from_step_size(*, step_size: Any, target: Any) -> Quantity:
    """How far either weight goes from step 0 to 1 and from 2 to 3, from the theorem's p."""
    rate_, wanted = exact_number(step_size), exact_number(target)
    start = upper.subs({rate: sympy.Rational(rate_), y: sympy.Rational(wanted)})
    weights = two_layers(exact_number(start.n(60)), wanted, rate_, 3)
    pairs = zip(weights[::2], weights[1::2], strict=True)
    return _equal([at[k] - after[k] for at, after in pairs for k in (0, 1)])


def _equal(found: list[Fraction]) -> Quantity:
    """Each of these numbers, against one prediction of all."""
    values = np.array(found, object)

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        return up_to_rounding(values, np.full(values.shape, exact_number(prediction), object))

    return ExactQuantity(compare)


EXPERIMENTS = (
    *(
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
    ),
    *(
        Experiment(
            f"descent at step size {size} for y = {target}",
            from_step_size,
            {"step_size": size, "target": target},
            0.01,
            result="apart",
            wrong={"the threshold forgotten": sqrt(y), "half of it": sqrt(y - 1 / rate) / 2},
        )
        for size, target in ((1.125, 1), (3, 0.5))
    ),
)

WRONG = {
    "the error of odd steps": first * (second - first),
    "p for q": first * (first - second),
}
