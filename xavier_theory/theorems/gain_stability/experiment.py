"""How `gain-stability` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, Rational, exp, pi, sqrt

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.gains import gain
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import ROUNDING, STEP
from xavier_theory.monte_carlo.observed import MOSTLY, RARELY, Observed, Successes
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.theorems.gain_stability.proof import mean_square, q, weighted
from xavier_theory.theorems.general_gain.experiment import GELU_SECOND_MOMENT


def length_map_slope(
    *,
    activation_second_moment: Any,
    weighted_second_moment: Any,
    activation: str,
    second_moment: Any,
) -> Quantity:
    """V'(q) at the gain, by differences: φ² at two variances, 1e-4 apart, with the same Z.

    φ must not jump. The stated ``weighted_second_moment`` is not used: that is what is tested.
    """
    known, q = get_activation(activation), float(second_moment)
    scale = 1.0 / float(activation_second_moment)
    high, low = math.sqrt(q * (1 + STEP)), math.sqrt(q * (1 - STEP))

    def difference(z: NDArray[np.float64]) -> NDArray[np.float64]:
        change = np.square(known.function(high * z)) - np.square(known.function(low * z))
        return np.asarray(scale * change / (2 * STEP))

    kinks = [float(kink) / math.sqrt(q) for kink in known.kinks]
    first = float(gaussian_mean(difference, 1.0, kinks))
    second = float(gaussian_mean(lambda z: np.square(difference(z)), 1.0, kinks))
    bound = (second - first**2) * (1 + ROUNDING)

    def slopes(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        return difference(generator.standard_normal(count))

    return SampledQuantity(HeavyTailedMeanTest(variance_bound=bound), slopes)


EXPERIMENTS = tuple(
    Experiment(
        f"differences of the length map, {said}",
        length_map_slope,
        {"activation_second_moment": square, "weighted_second_moment": with_square},
        0.04,
        {"activation": activation, "second_moment": 1},
    )
    for said, activation, square, with_square in (
        ("sin, stable", "sin", (1 - exp(-2)) / 2, (1 + 3 * exp(-2)) / 2),
        ("relu, marginal", "relu", Rational(1, 2), Rational(3, 2)),
        ("GELU, unstable", "gelu", GELU_SECOND_MOMENT, 1 + 13 / (6 * sqrt(3) * pi)),
    )
)

WRONG = {
    "always marginal": Integer(1),
    "the slope of √V": (weighted / mean_square(q) - 1) / 4,
    "the square of Z left out": (1 / mean_square(q) - 1) / 2,
    "5 % off": (weighted / mean_square(q) - 1) * Rational(21, 40),
}


_WIDTH, _DEPTH = 256, 100


def _log_sizes(name: str, networks: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """log q after ``_DEPTH`` layers at the activation's own gain, from q = 1: ``(networks,)``.

    Given a layer, the next has independent N(0, σ_w² times the average of φ²) units, exactly.
    """
    phi, scale = get_activation(name).function, gain(name).value ** 2
    q = np.ones(networks)
    for _ in range(_DEPTH):
        z = np.sqrt(q)[:, None] * generator.standard_normal((networks, _WIDTH))
        q = scale * np.square(phi(z)).mean(axis=1)
    return np.asarray(np.log(q))


def _after_a_hundred_layers(seed: int, networks: int) -> Successes:
    """Networks of width 256: how far q is from 1, and how far two networks are apart."""
    generator = np.random.default_rng(seed)
    found = {}
    for name in ("gelu", "silu"):
        far = np.abs(_log_sizes(name, networks, generator)) > math.log(1000)
        found[f"{name}: q is a factor of 1,000 away from 1"] = far
    for name, factor in (("relu", 100), ("tanh", 1.5)):
        first, second = (_log_sizes(name, networks, generator) for _ in range(2))
        near = np.abs(first - second) < math.log(factor)
        found[f"{name}: two networks are within a factor of {factor}"] = near
    return found


OBSERVED = (
    Observed(
        name="two networks after 100 layers",
        run=_after_a_hundred_layers,
        predicted={
            "gelu: q is a factor of 1,000 away from 1": MOSTLY,
            "silu: q is a factor of 1,000 away from 1": MOSTLY,
            "relu: two networks are within a factor of 100": MOSTLY,
            "tanh: two networks are within a factor of 1.5": MOSTLY,
        },
        wrong={
            "gelu: q is a factor of 1,000 away from 1": RARELY,
            "tanh: two networks are within a factor of 1.5": RARELY,
        },
    ),
)
