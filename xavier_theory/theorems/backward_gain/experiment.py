"""How `backward-gain` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, exp, pi, sqrt

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.laws import law as law_named
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.backward_gain.proof import dphi, signal, slope_square, y
from xavier_theory.theorems.symbols import fan_out, j, weight_variance

_ROUNDING = 1e-6  # far above the error of the quadratures
_ENTRIES = 2**20  # weights that are held in memory at once
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def behind_gaussians(
    *,
    fan_out: int,
    weight_variance: Any,
    slope_second_moment: Any,
    signal_second_moment: Any,
    activation: str,
    second_moment: Any = 1,
    law: str = "normal",
) -> Quantity:
    """E[(φ'(y) g)²] for y ~ N(0, ``second_moment``), weights of the law, and gradients ±√q.

    The stated ``slope_second_moment`` is not used: that is what is tested.
    """
    known, variance = get_activation(activation), float(second_moment)
    slope, kinks = known.derivative, known.kinks
    square = float(gaussian_mean(lambda z: slope(z) ** 2, variance, kinks))
    fourth = float(gaussian_mean(lambda z: slope(z) ** 4, variance, kinks))

    def slopes(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return np.asarray(slope(math.sqrt(variance) * generator.standard_normal(count)))

    values = float(weight_variance), float(signal_second_moment)
    return _squares(fan_out, *values, law, slopes, fourth / square**2)


def behind_relus(
    *,
    fan_out: int,
    weight_variance: Any,
    signal_second_moment: Any,
    pre_activations: str,
    law: str = "normal",
) -> Quantity:
    """E[(step(y) g)²] for y of any symmetric law without mass at 0: step(y) is 0 or 1, evenly."""
    source = law_named(pre_activations)

    def slopes(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return np.asarray(source.sample(generator, (count,), 1.0) > 0, dtype=np.float64)

    values = float(weight_variance), float(signal_second_moment)
    return _squares(fan_out, *values, law, slopes, 2.0)


def _squares(
    fan_out: int, variance: float, signal: float, law: str, slopes: Draw, kurtosis: float
) -> Quantity:
    """Squares of s Σ_i W_i δ_i for signs δ of mean square ``signal``; E s⁴/(E s²)² as stated.

    A sum of n independent W_i δ_i has the kurtosis 3 + (κ − 3)/n, κ that of the weights.
    """
    n, weights = integer_at_least(1, fan_out, "fan_out"), law_named(law)
    bound = kurtosis * (3 + (float(weights.kurtosis) - 3) / n) - 1 + _ROUNDING

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        delta = math.sqrt(signal) * (2.0 * generator.integers(0, 2, (count, n)) - 1.0)
        arriving = (weights.sample(generator, (count, n), variance) * delta).sum(axis=1)
        return np.asarray(np.square(slopes(generator, count) * arriving))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=max(1, _ENTRIES // n))


LAYER = {"fan_out": 24, "weight_variance": Rational(1, 8), "signal_second_moment": 2}

EXPERIMENTS = (
    *(
        Experiment(
            f"{said} at standard normal pre-activations, {law} weights",
            behind_gaussians,
            {**LAYER, "slope_second_moment": square},
            0.02,
            {"activation": name, "law": law},
        )
        for said, name, square, law in (
            ("sin", "sin", (1 + exp(-2)) / 2, "normal"),
            ("GELU", "gelu", Rational(1, 3) + 2 / (3 * sqrt(3) * pi), "uniform"),
            ("the identity", "identity", 1, "rademacher"),
        )
    ),
    *(
        Experiment(
            f"relu at {source} pre-activations, {law} weights",
            behind_relus,
            LAYER,
            0.02,
            {"pre_activations": source, "law": law},
            result="relu",
            wrong={"the slope's mean, squared": fan_out * weight_variance * signal / 4},
        )
        for source, law in (("normal", "normal"), ("uniform", "rademacher"))
    ),
)

WRONG = {
    "the slope dropped": fan_out * weight_variance * signal,
    "the slope's mean, squared": fan_out * weight_variance * signal * E(dphi(y[j])) ** 2,
    "relu's ½ for every activation": fan_out * weight_variance * signal / 2,
    "n - 1 for n": (fan_out - 1) * weight_variance * signal * slope_square,
    "2 % off": fan_out * weight_variance * signal * slope_square * Rational(102, 100),
}
