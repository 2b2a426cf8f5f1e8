"""How `second-moment-depth` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational

from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.length_maps import ROUNDING
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.finite_width.proof import depth
from xavier_theory.theorems.gain_stability.proof import left_slope, right_slope
from xavier_theory.theorems.length_map.proof import bias_variance, weight_scale
from xavier_theory.theorems.second_moment_depth.proof import chi, powers, start


def network(
    *,
    depth: int,
    weight_scale: Any,
    bias_variance: Any,
    right_slope: Any,
    left_slope: Any,
    first_second_moment: Any,
    geometric_sum: Any,
    width: int,
    weights: str,
    biases: str,
) -> Quantity:
    """The mean of z² over the units of layer ``depth``, from signs times √q in layer 0.

    For symmetric laws of kurtosis at most 3 the kurtosis of z given the layer below is at most 3.
    So with s² = σ_w² times the mean of a², plus σ_b²: the mean square of q is at most
    (1 + 2/n) E[s⁴], and that of the mean of a² at most (c² + (2c² + 3d)/n) E[s⁴] of the layer
    below, c and d the mean and the variance of the squared slope at a random sign.
    """
    n, layers = integer_at_least(1, width, "width"), integer_at_least(1, depth, "depth")
    laws = law_named(weights), law_named(biases)
    if not all(law.symmetric and law.kurtosis <= 3 for law in laws):
        raise InvalidInputError("the bound is for symmetric laws with a kurtosis of at most 3")
    scale, spread, q = float(weight_scale), float(bias_variance), float(first_second_moment)
    up, down = float(right_slope), float(left_slope)
    c, d = (up**2 + down**2) / 2, ((up**2 - down**2) / 2) ** 2
    if not math.isclose(float(geometric_sum), sum((scale * c) ** k for k in range(layers))):
        raise InvalidInputError("the geometric sum is 1 + χ + … + χ^(depth − 1)")
    mean, square = q, q**2
    for _ in range(layers):
        inputs = (c**2 + (2 * c**2 + 3 * d) / n) * square
        square = scale**2 * inputs + 2 * scale * spread * c * mean + spread**2
        mean = scale * c * mean + spread
    bound = (1 + 2 / n) * square / mean**2 - 1 + ROUNDING

    def mean_squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        z = math.sqrt(q) * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        for _ in range(layers):
            a = np.where(z > 0, up * z, down * z)
            drawn = laws[0].sample(generator, (count, n, n), scale / n)
            z = np.einsum("kij,kj->ki", drawn, a) + laws[1].sample(generator, (count, n), spread)
        return np.asarray(np.square(z).mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, mean_squares, block=max(1, 2**18 // n**2))


_LAWS: dict[str, Any] = {"width": 8, "weights": "uniform", "biases": "rademacher"}
_SIGNS: dict[str, Any] = {"width": 8, "weights": "rademacher", "biases": "uniform"}


def _values(layers: int, scale: Any, spread: Any, up: Any, down: Any, q: Any) -> dict[str, Any]:
    ratio = scale * (up**2 + down**2) * Rational(1, 2)
    return {
        "geometric_sum": sum((ratio**k for k in range(layers)), Rational(0)),
        "depth": layers,
        "weight_scale": scale,
        "bias_variance": spread,
        "right_slope": up,
        "left_slope": down,
        "first_second_moment": q,
    }


def critical_network(*, depth: int, bias_variance: Any, first_second_moment: Any) -> Quantity:
    """The same at He's variance, behind relu."""
    return network(**_values(depth, 2, bias_variance, 1, 0, first_second_moment), **_LAWS)


EXPERIMENTS = (
    Experiment(
        "uniform weights, biases of signs, relu, four layers",
        network,
        _values(4, Rational(9, 5), Rational(1, 10), 1, 0, 2),
        0.05,
        _LAWS,
    ),
    Experiment(
        "weights of signs, uniform biases, slopes 1 and −1/2, three layers",
        network,
        _values(3, 1, Rational(1, 2), 1, Rational(-1, 2), 1),
        0.05,
        _SIGNS,
    ),
    Experiment(
        "He's variance with random biases, relu",
        critical_network,
        {"depth": 3, "bias_variance": Rational(1, 4), "first_second_moment": 1},
        0.05,
        result="critical",
        wrong={"the biases forgotten": start, "one layer of biases": start + bias_variance},
    ),
)

WRONG = {
    "no biases": chi**depth * start,
    "one layer more": chi ** (depth + 1) * start + bias_variance * powers(depth + 1),
    "biases of one layer": chi**depth * start + bias_variance,
    "a variance for a second moment": (chi - weight_scale * (right_slope - left_slope) ** 2 / 8)
    ** depth
    * start
    + bias_variance * powers(depth),
    "5 % off": (chi**depth * start + bias_variance * powers(depth)) * Rational(21, 20),
}
