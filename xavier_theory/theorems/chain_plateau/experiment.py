"""How `chain-plateau` is sampled, and which wrong formulas the checks must refute.

The descent of a chain whose weights are all the same, in certified balls.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import ExactQuantity, Quantity, exact_number
from xavier_theory.theorems.chain_plateau.proof import more, step_size, target
from xavier_theory.theorems.symbols import t


def common_weight(
    start: Fraction, layers: int, target: Fraction, rate: Fraction, steps: int
) -> list[arb]:
    """The weight that all ``layers`` share at steps 0..``steps``, each as a certified ball."""
    precision = ctx.prec
    ctx.prec = 400
    try:
        c, y, eta = (arb(fmpq(v.numerator, v.denominator)) for v in (start, target, rate))
        found = [c]
        for _ in range(steps):
            c = c - eta * (c**layers - y) * c ** (layers - 1)
            found.append(c)
        return found
    finally:
        ctx.prec = precision


def chain_plateau(
    *, layers_beyond_two: int, step_size: Any, target: Any, steps: int, start: Any
) -> Quantity:
    """1/c_0^(L−2) − 1/c_t^(L−2), which the prediction must not fall below.

    The last step's value is what is compared; the start is such that it is near its bound.
    """
    power = integer_at_least(1, layers_beyond_two, "layers_beyond_two")
    weights = common_weight(
        exact_number(start), power + 2, exact_number(target), exact_number(step_size), steps
    )
    with ctx.workprec(200):
        ball = 1 / weights[0] ** power - 1 / weights[-1] ** power
        if not (ball.is_finite() and ball.rad() < 1e-20 and all(c > 0 for c in weights)):
            raise InvalidInputError("this descent leaves the positive weights")
        progress = exact_number(float(ball))

    def compare(generator: np.random.Generator, prediction: Any) -> tuple[Any, Any]:
        bound = exact_number(prediction)
        return max(progress, bound), bound

    return ExactQuantity(compare)


EXPERIMENTS = tuple(
    Experiment(
        f"L = {k + 2}, from c = {start}, step size {eta}",
        chain_plateau,
        {"layers_beyond_two": k, "step_size": eta, "target": 1, "steps": 20},
        0.02,
        {"start": start},
    )
    for k, start, eta in ((8, 0.5, 0.1), (8, 0.25, 10.0), (1, 0.125, 0.001))
)

WRONG = {
    "L - 3 for L - 2": (more - 1) * step_size * target * t,
    "one step fewer": more * step_size * target * (t - 1),
    "half the step": more * step_size * target * t / 2,
}
