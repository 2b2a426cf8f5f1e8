"""How `glorot-variance` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math

import numpy as np
import sympy
from numpy.typing import NDArray

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity, inverse
from xavier_theory.statistics import ChernoffMeanTest, weighted_chi_square
from xavier_theory.theorems.glorot_variance.proof import total
from xavier_theory.theorems.symbols import fan_in, fan_out


def glorot(*, fan_in: int, fan_out: int, law: str = "normal") -> Quantity:
    """The variance v of Gaussian weights with (g v − 1) + (h v − 1) = 0.

    g and h are the growths of the signal and of the gradient through a layer with weights of
    variance 1. (z² + d²)/2, z a forward and d a backward output for inputs of mean square 1, is a
    sum of two weighted χ² with mean (g + h)/2 = 1/v, and the weights' ratio is g/h.
    """
    forward = integer_at_least(1, fan_in, "fan_in")
    backward = integer_at_least(1, fan_out, "fan_out")
    if law != "normal":
        raise InvalidInputError(f"this law of sums is known for normal weights only, got {law!r}")

    def half_sums(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
        z, d = _outputs(generator, n, forward), _outputs(generator, n, backward, transposed=True)
        return 0.5 * (np.square(z) + np.square(d))

    test = ChernoffMeanTest(weighted_chi_square([forward / 2, backward / 2]), "scale")
    return SampledQuantity(test, half_sums, inverse, inverse)


def _outputs(
    generator: np.random.Generator, n: int, fan: int, transposed: bool = False
) -> NDArray[np.float64]:
    units = -(-n // fan)
    inputs = math.sqrt(fan) * orthonormal(generator, fan)
    if transposed:
        return (generator.standard_normal((fan, units)).T @ inputs).ravel()[:n]
    return (generator.standard_normal((units, fan)) @ inputs).ravel()[:n]


NARROW_TO_WIDE = {"fan_in": 96, "fan_out": 160}

EXPERIMENTS = (
    Experiment("growth forward and backward", glorot, NARROW_TO_WIDE, 0.01, {"law": "normal"}),
)

WRONG = {
    "the least-squares optimum": total / (fan_in**2 + fan_out**2),
    "the log-squared optimum": 1 / sympy.sqrt(fan_in * fan_out),
    "1 for 2": 1 / total,
}
