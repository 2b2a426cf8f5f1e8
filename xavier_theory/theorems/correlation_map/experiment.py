"""How `correlation-map` is sampled, and which wrong formulas the checks must refute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, exp, pi, sqrt

from xavier_theory.activations.catalogue import get_activation
from xavier_theory.activations.plain_numbers import integer_at_least
from xavier_theory.activations.quadrature import gaussian_mean
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.monte_carlo.length_maps import ROUNDING, nearby_inputs
from xavier_theory.monte_carlo.quantities import Quantity, SampledQuantity
from xavier_theory.statistics import HeavyTailedMeanTest
from xavier_theory.symbolic.terms import E
from xavier_theory.theorems.backward_gain.proof import dphi, signal
from xavier_theory.theorems.correlation_map.proof import A, q
from xavier_theory.theorems.general_gain.proof import phi
from xavier_theory.theorems.length_map.proof import weight_scale


def correlation_slope(
    *, weight_scale: Any, slope_second_moment: Any, activation: str, second_moment: Any
) -> Quantity:
    """χ₁ by differences: ½ σ_w² E[(φ(U) − φ(V))²]/(q − E[U V]) for U and V nearly equal.

    With c = 1/(1 + h): E[(φ(U) − φ(V))²] = 2 (E[φ²] − E[φ(U) φ(V)]), and q (1 − c) = q h/(1 + h).
    The stated ``slope_second_moment`` is not used: that is what is tested.
    """
    known = get_activation(activation)
    q, scale = float(second_moment), float(weight_scale)
    return nearby_inputs(known.function, known.derivative, known.kinks, scale, q)


def backward_activation(
    *,
    weight_scale: Any,
    unit_slope_second_moment: Any,
    signal_second_moment: Any,
    activation: str,
    second_moment: Any,
    width: int,
) -> Quantity:
    """E[δ_j²] of δ_j = φ'(y_j) (Wᵀδ')_j, all three independent, widths equal, W Gaussian.

    Given δ', the entries of Wᵀδ' are independent N(0, σ_w²‖δ'‖²/n). The stated
    ``unit_slope_second_moment`` is not used: that is what is tested.
    """
    n, q = integer_at_least(1, width, "width"), float(second_moment)
    slope, kinks = get_activation(activation).derivative, get_activation(activation).kinks
    factor = float(weight_scale) * float(signal_second_moment) / n
    square = float(gaussian_mean(lambda z: slope(z) ** 2, q, kinks))
    fourth = float(gaussian_mean(lambda z: slope(z) ** 4, q, kinks))
    # The mean of n of the δ_j² given δ': φ'² times chi-squares, times ‖δ'‖², a chi-square.
    bound = (1 + 2 / n) * (1 + (3 * fourth / square**2 - 1) / n) - 1 + ROUNDING

    def squares(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        sizes = factor * generator.chisquare(n, count)
        arriving = generator.standard_normal((count, n))
        y = math.sqrt(q) * generator.standard_normal((count, n))
        return np.asarray(sizes * np.square(slope(y) * arriving).mean(axis=1))

    test = HeavyTailedMeanTest(relative_variance_bound=bound)
    return SampledQuantity(test, squares, block=2**20 // n)


GELU_SLOPE = Rational(1, 3) + 2 / (3 * sqrt(3) * pi)


def _resting(scale: float) -> tuple[float, float]:
    """The fixed point q of tanh's length map at this σ_w², and E[φ'(√q Z)²] there."""
    q = 1.0
    for _ in range(60):
        q = scale * float(gaussian_mean(lambda z: np.tanh(z) ** 2, q, ()))
    return q, float(gaussian_mean(lambda z: np.cosh(z) ** -4.0, q, ()))


TANH_AT_REST, TANH_SLOPE = _resting(4.0)

slope_at_one = weight_scale * E(dphi(sqrt(q) * A) ** 2)

EXPERIMENTS = (
    *(
        Experiment(
            f"differences of the correlation map, {said}",
            correlation_slope,
            {"weight_scale": scale, "slope_second_moment": square},
            0.04,
            {"activation": activation, "second_moment": 1},
        )
        for said, activation, scale, square in (
            ("sin, ordered", "sin", Rational(3, 2), (1 + exp(-2)) / 2),
            ("GELU at relu's scale", "gelu", 2, GELU_SLOPE),
            ("relu at its own", "relu", 2, Rational(1, 2)),
        )
    ),
    Experiment(
        "gradients through a sin layer, independent of it",
        backward_activation,
        {
            "weight_scale": Rational(3, 2),
            "unit_slope_second_moment": (1 + exp(-2)) / 2,
            "signal_second_moment": 1,
        },
        0.02,
        {"activation": "sin", "second_moment": 1, "width": 64},
        result="backward",
        wrong={"the slope's mean, squared": weight_scale * exp(-1) * signal},
    ),
    Experiment(
        "gradients through a tanh layer at its fixed point for σ_w² = 4",
        backward_activation,
        {
            "weight_scale": 4,
            "unit_slope_second_moment": TANH_SLOPE,
            "signal_second_moment": 1,
        },
        0.02,
        {"activation": "tanh", "second_moment": TANH_AT_REST, "width": 64},
        result="backward",
        wrong={"a gradient that is kept": signal},
    ),
)

WRONG = {
    "the mean slope, squared": weight_scale * E(dphi(sqrt(q) * A)) ** 2,
    "the activation for its slope": weight_scale * E(phi(sqrt(q) * A) ** 2),
    "5 % off": slope_at_one * 21 / 20,
}
