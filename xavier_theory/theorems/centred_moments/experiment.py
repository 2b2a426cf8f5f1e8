"""How `centred-moments` is sampled, and which wrong formulas the checks must refute.

X² has relative variance κ − 1, with the kurtosis κ that each law knows exactly.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, sqrt

from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.centred_moments.proof import variance as variance_of_x


def mean_square(*, variance: Any, law: str) -> Quantity:
    """E[X²] for X of mean zero, of the law called ``law``, with this variance."""
    known, scale = law_named(law), float(variance)
    test = HeavyTailedMeanTest(relative_variance_bound=float(known.kurtosis) - 1)

    def squares(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.asarray(scale * known.standard(generator, (n,)) ** 2)

    return SampledQuantity(test, squares)


EXPERIMENTS = (
    Experiment("a uniform variable", mean_square, {"variance": 3}, 0.01, {"law": "uniform"}),
    Experiment(
        "a normal variable", mean_square, {"variance": Rational(1, 2)}, 0.01, {"law": "normal"}
    ),
)
WRONG = {
    "the standard deviation": sqrt(variance_of_x),
    "half of it": variance_of_x / 2,
    "1 % off": variance_of_x * Rational(101, 100),
}
