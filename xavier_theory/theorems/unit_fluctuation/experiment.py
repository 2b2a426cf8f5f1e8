"""How `unit-fluctuation` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.monte_carlo.sums_of_squares import cumulants, even_moment, pair_variance
from xavier_theory.statistics import BoundedMeanTest, HeavyTailedMeanTest
from xavier_theory.theorems.unit_fluctuation.proof import (
    excess,
    fourth_moment,
    left_slope,
    right_slope,
    second_moment,
)


def squared_unit(
    *,
    left_slope: Any,
    right_slope: Any,
    second_moment: Any,
    fourth_moment: Any,
    law: str = "normal",
) -> Quantity:
    """Var(φ(g)²)/m² for g of the law called ``law``, m = (α² + β²) E[g²]/2.

    The scalars are ½(s − s')²/m² of independent pairs of s = φ(g)². ``fourth_moment`` is what the
    theorem takes; the sample comes from the law alone.
    """
    left, right, q = float(left_slope), float(right_slope), float(second_moment)
    source = law_named(law)
    mean = (left**2 + right**2) * q / 2
    powers = [
        (left ** (2 * k) + right ** (2 * k)) / 2 * even_moment(law, k) * q**k for k in range(5)
    ]

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        g = source.sample(generator, (2, n), q)
        s = np.square(np.where(g > 0, right, left) * g)
        return 0.5 * np.square((s[0] - s[1]) / mean)

    known = cumulants(powers[1:])
    bound = pair_variance(known)
    if math.isfinite(source.bound):
        top = max(left**2, right**2) * q * source.bound**2 / mean
        spread = bound * (known[1] / mean**2) ** 2
        bounded = BoundedMeanTest(0.0, top**2 / 2 * (1 + 1e-9), spread, method="bernstein")
        return SampledQuantity(bounded, half_squares)
    return SampledQuantity(HeavyTailedMeanTest(relative_variance_bound=bound), half_squares)


SLOPES = {"linear": (1, 1), "relu": (0, 1), "leaky relu of slope 1/2": (0.5, 1)}

EXPERIMENTS = tuple(
    Experiment(
        f"{said}, {law} pre-activation",
        squared_unit,
        {
            "left_slope": SLOPES[said][0],
            "right_slope": SLOPES[said][1],
            "second_moment": 1,
            "fourth_moment": 3 if law == "normal" else 1.8,
        },
        0.05 if law == "normal" else 0.02,
        {"law": law},
    )
    for said, law in (
        ("linear", "normal"),
        ("relu", "normal"),
        ("relu", "uniform"),
        ("leaky relu of slope 1/2", "uniform"),
    )
)

WRONG = {
    "squares of slopes for fourth powers": 2
    * (left_slope**2 + right_slope**2)
    / (left_slope**2 + right_slope**2) ** 2
    * fourth_moment
    / second_moment**2
    - 1,
    "the halves forgotten": 2 * (excess + 1) - 1,
    "the square of the mean forgotten": excess + 1,
}
