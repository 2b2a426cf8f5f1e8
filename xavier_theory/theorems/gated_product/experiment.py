"""How `gated-product` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.gated_product.proof import gate, second_moment, u
from xavier_theory.theorems.symbols import fan_in, weight_variance


def relu_gate(
    *, fan_in: int, weight_variance: Any, second_moment: Any, gate_second_moment: Any, law: str
) -> Quantity:
    """E[(u g)²] for the gate g = c relu(v), v = Σ_j x_j of a few signs x_j with one size.

    u and g share the input. Given it, u² has a relative variance of at most c_κ = max(2, κ − 1),
    and g is known: E[u⁴ g⁴]/(E[u² g²])² <= (1 + c_κ) E[g⁴]/(E[g²])². With v a sum of n signs,
    E[relu(v)⁴]/(E[relu(v)²])² is 2 E[v⁴]/(E[v²])² = 2 (3 − 2/n), and E[relu(v)²] is n q/2.
    """
    n, weights = integer_at_least(1, fan_in, "fan_in"), law_named(law)
    variance, q, wanted = map(float, (weight_variance, second_moment, gate_second_moment))
    size = math.sqrt(2 * wanted / (n * q))

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        x = math.sqrt(q) * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        unit = (weights.sample(generator, (count, n), variance) * x).sum(axis=1)
        return np.asarray(np.square(unit * size * np.maximum(x.sum(axis=1), 0.0)))

    bound = (1 + max(2.0, float(weights.kurtosis) - 1.0)) * 2 * (3 - 2 / n) - 1
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), squares)


def _gated(*, unit_second_moment: Any, gate_second_moment: Any, law: str) -> Quantity:
    """The same with five inputs, by the mean squares of unit and gate."""
    return relu_gate(
        fan_in=5,
        weight_variance=float(unit_second_moment) / 5,
        second_moment=1,
        gate_second_moment=gate_second_moment,
        law=law,
    )


SQUARES = {"unit_second_moment": 2, "gate_second_moment": 0.25}

EXPERIMENTS = (
    Experiment("a relu gate, uniform weights", _gated, SQUARES, 0.05, {"law": "uniform"}),
    Experiment("a relu gate, Gaussian weights", _gated, SQUARES, 0.05, {"law": "normal"}),
    Experiment(
        "by weights and inputs",
        relu_gate,
        {"fan_in": 3, "weight_variance": 0.5, "second_moment": 2, "gate_second_moment": 2},
        0.05,
        {"law": "rademacher"},
        result="gated",
        wrong={
            "fan-in dropped": weight_variance * second_moment * E(gate**2),
            "the gate dropped": fan_in * weight_variance * second_moment,
        },
    ),
)

WRONG = {
    "the gate half open": E(u**2) / 2,
    "the gate dropped": E(u**2),
    "root mean squares multiplied": sqrt(E(u**2) * E(gate**2)),
    "mean squares added": E(u**2) + E(gate**2),
    "5 % off": E(u**2) * E(gate**2) * Rational(105, 100),
}
