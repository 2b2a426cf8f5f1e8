"""How `forget-gate` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, exp, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.forget_gate.proof import (
    added,
    bias,
    keeps,
    opens,
    size,
    start,
    steps,
)

_UNITS = 32  # cells that are averaged


def _gates(least: float) -> tuple[float, float, float]:
    """E f, E f² and E f⁴ of gates that are uniform between ``least`` and 1."""
    first, second, fourth = ((1 - least**k) / (k * (1 - least)) for k in (2, 3, 5))
    return first, second, fourth


def _run(
    generator: np.random.Generator,
    count: int,
    least: float,
    many: int,
    q: float,
    s: float,
    law: Law,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cells at their start, which are ±√q, and after ``many`` steps."""
    signs = 2.0 * generator.integers(0, 2, (count, _UNITS)) - 1.0
    begins = np.asarray(math.sqrt(q) * signs)
    c = begins
    for _ in range(many):
        f = generator.uniform(least, 1.0, c.shape)
        c = f * c + law.sample(generator, c.shape, s)
    return begins, np.asarray(c)


def squared_cell(
    *,
    steps: int,
    gate_second_moment: Any,
    added_second_moment: Any,
    start_second_moment: Any,
    least_gate: float,
    law: str = "normal",
) -> Quantity:
    """E[c_t²] for gates that are uniform between ``least_gate`` and 1, additions of a named law.

    Additions are symmetric, so that E c⁴ follows E c'⁴ = E f⁴ E c⁴ + 6 E f² E c² s + κ s²; that is
    the relative variance of c².
    """
    many, source = integer_at_least(0, steps, "steps"), law_named(law)
    q, s = float(start_second_moment), float(added_second_moment)
    _, second, fourth = _gates(least_gate)
    if not math.isclose(second, float(gate_second_moment), rel_tol=1e-12):
        raise InvalidInputError(f"these gates have E[f²] = {second}, not {gate_second_moment}")
    square, power = q, q**2
    for _ in range(many):
        power = fourth * power + 6 * second * square * s + float(source.kurtosis) * s**2
        square = second * square + s

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        _, c = _run(generator, count, least_gate, many, q, s, source)
        return np.asarray(np.square(c).mean(axis=1))

    bound = (power / square**2 - 1) / _UNITS * (1 + 1e-9)
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), mean_squares)


def memory(*, steps: int, gate_mean: Any, start_second_moment: Any, least_gate: float) -> Quantity:
    """E[c_0 c_t] for such gates, and additions of half the mean square of the start.

    For c_0 = ±√q a product has a variance of at most q E[c_t²].
    """
    many, q = integer_at_least(0, steps, "steps"), float(start_second_moment)
    first, _, _ = _gates(least_gate)
    if not math.isclose(first, float(gate_mean), rel_tol=1e-12):
        raise InvalidInputError(f"these gates have E[f] = {first}, not {gate_mean}")
    s = q / 2

    def products(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        begins, c = _run(generator, count, least_gate, many, q, s, law_named("uniform"))
        return np.asarray((begins * c).mean(axis=1))

    largest = q * (q + many * s) / _UNITS  # gates are at most 1
    return SampledQuantity(HeavyTailedMeanTest(variance_bound=largest), products)


def memory_of_bias(*, steps: int, forget_bias: Any, start_second_moment: Any) -> Quantity:
    """E[c_0 c_t] for gates with the mean σ(b) > 1/2, uniform up to 1."""
    mean = 1 / (1 + math.exp(-float(forget_bias)))
    return memory(
        steps=steps,
        gate_mean=mean,
        start_second_moment=start_second_moment,
        least_gate=2 * mean - 1,
    )


EXPERIMENTS = (
    *(
        Experiment(
            name,
            squared_cell,
            {
                "steps": t,
                "gate_second_moment": square,
                "added_second_moment": s,
                "start_second_moment": q,
            },
            0.02,
            {"least_gate": least, "law": law},
        )
        for name, t, least, square, s, q, law in (
            ("gates of all sizes", 3, 0.0, Rational(1, 3), 0.125, 4, "normal"),
            ("gates above a half, uniform additions", 6, 0.5, Rational(7, 12), 1, 1, "uniform"),
        )
    ),
    Experiment(
        "the memory of three steps",
        memory,
        {"steps": 3, "gate_mean": 0.5, "start_second_moment": 1},
        0.05,
        {"least_gate": 0.0},
        result="memory",
        wrong={
            "the root of the mean square of a gate": keeps ** (steps / 2) * start,
            "one step too many": opens ** (steps + 1) * start,
            "5 % off": opens**steps * start * Rational(105, 100),
        },
    ),
    Experiment(
        "ten steps, the bias log 10",
        memory_of_bias,
        {"steps": 10, "forget_bias": math.log(10), "start_second_moment": 1},
        0.05,
        result="bias",
        wrong={"one step too many": (1 + exp(-bias)) ** (-steps - 1) * start},
    ),
)

WRONG = {
    "the mean of the gate for its square": opens ** (2 * steps) * start
    + added * (1 - opens ** (2 * steps)) / (1 - opens**2),
    "the limit": added / (1 - keeps),
    "the gate's root mean square": sqrt(keeps) ** steps * start
    + added * (1 - keeps**steps) / (1 - keeps),
    "one step too many": size(steps + 1),
    "2 % off": size(steps) * Rational(102, 100),
}
