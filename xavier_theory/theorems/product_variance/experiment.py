"""How `product-variance` is sampled, and which wrong formulas the checks must refute.

½(P − P')² of two independent copies of P = XY has mean Var(P) and variance (μ₄ + Var(P)²)/2, with
μ₄ the fourth central moment of P, computed from the moments of the two laws; it is bounded, so
Bernstein's inequality applies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import Law
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.symbolic.terms import E, Var
from xavier_theory.theorems.product_variance.proof import PRODUCT_OF_VARIANCES
from xavier_theory.theorems.symbols import X, Y


def product(
    *, mean_x: Any, variance_x: Any, mean_y: Any, variance_y: Any, laws: Sequence[str]
) -> Quantity:
    """Var(XY) for X and Y of the two named bounded laws, with these means and variances."""
    if len(laws) != 2:
        raise InvalidInputError(f"a product has two factors, got the laws {', '.join(laws)}")
    factors = tuple(map(law_named, laws))
    for factor in factors:
        if not math.isfinite(factor.bound):
            raise InvalidInputError(f"the law {factor.name} is not bounded")
    means = float(mean_x), float(mean_y)
    deviations = math.sqrt(float(variance_x)), math.sqrt(float(variance_y))
    pairs = list(zip(factors, means, deviations, strict=True))
    moments = [
        math.prod(_raw_moment(law, mean, scale, k) for law, mean, scale in pairs) for k in range(5)
    ]
    variance = moments[2] - moments[1] ** 2
    fourth = sum(math.comb(4, k) * moments[k] * (-moments[1]) ** (4 - k) for k in range(5))
    ends = [[mean - s * law.bound, mean + s * law.bound] for law, mean, s in pairs]
    corners = [x * y for x, y in combinations(*ends)]
    widest = (max(corners) - min(corners)) * (1 + 1e-12)  # a draw may round past the end

    def half_squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        x, y = (mean + s * law.standard(generator, (2, n)) for law, mean, s in pairs)
        return 0.5 * np.square(x[0] * y[0] - x[1] * y[1])

    spread = 0.5 * (fourth + variance**2)
    test = BoundedMeanTest(0.0, widest**2 / 2, spread * (1 + 1e-9), method="bernstein")
    return SampledQuantity(test, half_squares)


def _raw_moment(law: Law, mean: float, deviation: float, order: int) -> float:
    """E (mean + deviation·U)^order for U standard of a symmetric law, order at most 4."""
    standard = (1.0, 0.0, 1.0, 0.0, float(law.kurtosis))
    return sum(
        math.comb(order, k) * standard[k] * deviation**k * mean ** (order - k)
        for k in range(order + 1)
    )


MEANS = {"mean_x": 2, "variance_x": 1, "mean_y": -1, "variance_y": 3}

EXPERIMENTS = (
    Experiment("two uniform variables", product, MEANS, 0.01, {"laws": ("uniform", "uniform")}),
    Experiment(
        "a sign and a uniform variable", product, MEANS, 0.01, {"laws": ("rademacher", "uniform")}
    ),
)

WRONG = {
    "the means dropped": PRODUCT_OF_VARIANCES,
    "one mean dropped": E(X) ** 2 * Var(Y) + PRODUCT_OF_VARIANCES,
    "the product of the variances dropped": E(X) ** 2 * Var(Y) + Var(X) * E(Y) ** 2,
}
