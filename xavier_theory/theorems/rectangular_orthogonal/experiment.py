"""How `rectangular-orthogonal` is sampled, and which wrong formulas the checks must refute.

The matrices are uniformly distributed among those with orthonormal columns: Q of a Gaussian matrix,
with the signs that make the diagonal of R positive (Mezzadri 2007).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import BoundedMeanTest
from xavier_theory.theorems.rectangular_orthogonal.proof import second_moment
from xavier_theory.theorems.symbols import fan_in, fan_out


def _orthonormal(generator: np.random.Generator, count: int, rows: int, columns: int) -> Any:
    """Uniformly distributed orthonormal columns, shape ``(count, rows, columns)``."""
    q, r = np.linalg.qr(generator.standard_normal((count, rows, columns)))
    signs = np.sign(np.diagonal(r, axis1=1, axis2=2))
    return q * signs[:, None, :]


def _signs(generator: np.random.Generator, count: int, n: int) -> Any:
    return 2.0 * generator.integers(0, 2, (count, n, 1)) - 1.0


def some_units(*, fan_in: int, fan_out: int, second_moment: Any, units: int) -> Quantity:
    """The mean square of the first ``units`` of m >= n outputs, for inputs ±√q.

    All outputs together have the squared length n q, so that it is at most n q/units; the variance
    is at most that times the mean.
    """
    n, m = integer_at_least(1, fan_in, "fan_in"), integer_at_least(1, fan_out, "fan_out")
    q = float(second_moment)
    if not (n <= m and units < m):
        raise InvalidInputError("some of the units are taken, and there are no fewer than inputs")

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        w = _orthonormal(generator, count, m, n)[:, :units]
        z = math.sqrt(q) * (w @ _signs(generator, count, n))
        return np.asarray(np.square(z).mean(axis=(1, 2)))

    return _bounded(n * q / units, n * q / m, mean_squares)


def narrowed(*, fan_in: int, fan_out: int, second_moment: Any) -> Quantity:
    """The mean square of all m < n outputs, for inputs ±√q: at most n q/m."""
    n, m = integer_at_least(1, fan_in, "fan_in"), integer_at_least(1, fan_out, "fan_out")
    q = float(second_moment)
    if m >= n:
        raise InvalidInputError("the layer narrows")

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        w = _orthonormal(generator, count, n, m).transpose(0, 2, 1)
        z = math.sqrt(q) * (w @ _signs(generator, count, n))
        return np.asarray(np.square(z).mean(axis=(1, 2)))

    return _bounded(n * q / m, q, mean_squares)


def _bounded(largest: float, mean: float, draw: Any) -> Quantity:
    top = largest * (1 + 1e-9)
    return SampledQuantity(
        BoundedMeanTest(0.0, top, top * mean, method="bernstein"), draw, block=2**13
    )


_SHAPE = {"fan_in": 4, "fan_out": 16, "second_moment": 2}
EXPERIMENTS = (
    Experiment("one of four blocks", some_units, _SHAPE, 0.02, {"units": 4}),
    Experiment(
        "one unit of a layer that widens by a half",
        some_units,
        {"fan_in": 4, "fan_out": 6, "second_moment": 1},
        0.03,
        {"units": 1},
    ),
    Experiment(
        "a layer that narrows",
        narrowed,
        {"second_moment": 2},
        0.02,
        {"fan_in": 9, "fan_out": 3},
        result="wide",
        wrong={
            "as for columns": 3 * second_moment,
            "2 % off": second_moment * Rational(102, 100),
        },
    ),
)

WRONG = {
    "kept": second_moment,
    "both sides counted": 2 * fan_in / (fan_in + fan_out) * second_moment,
    "a standard deviation for a variance": fan_in / fan_out**2 * second_moment,
    "2 % off": fan_in / fan_out * second_moment * Rational(102, 100),
}
