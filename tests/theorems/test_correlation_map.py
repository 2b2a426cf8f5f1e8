"""correlation-map, against two-dimensional quadrature, enumerated layers and known figures."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy

from tests.theorems.theorem_checks import signs
from xavier_theory.activations import gain, gaussian_moments, get_activation
from xavier_theory.activations.length_map import backward_factor, iterate_length_map
from xavier_theory.theorems import derive
from xavier_theory.theorems.correlation_map.experiment import GELU_SLOPE

NAME = "correlation-map"


def correlation(name: str, scale: float, c: float) -> float:
    """σ_w² E[φ(U) φ(V)] at variance 1 and correlation c, by a product of Gauss–Hermite rules."""
    phi = get_activation(name).function
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / np.sqrt(2 * np.pi)
    second = c * nodes[:, None] + np.sqrt(1 - c * c) * nodes[None, :]
    inner = phi(second) @ weights
    return float(scale * (weights * phi(nodes)) @ inner)


@pytest.mark.parametrize("name", ["tanh", "sin", "gelu", "silu"])
def test_chi_is_the_slope_at_correlation_one(name: str) -> None:
    square = float(gaussian_moments(name).derivative_second_moment.midpoint)
    predicted = derive(NAME).predict(weight_scale=1.7, slope_second_moment=square)
    step = 1e-5
    found = (correlation(name, 1.7, 1.0) - correlation(name, 1.7, 1 - step)) / step
    assert found == pytest.approx(predicted, rel=1e-3)
    assert predicted == pytest.approx(float(backward_factor(name, 1.0, 1.7)), rel=1e-9)


def test_the_covariance_of_an_enumerated_layer() -> None:
    """All sign weights of variance 5/(4 n), biases ±1/2, two fixed inputs."""
    a, c = [1, -2, 3], [2, 1, -1]
    scale = Fraction(5, 4)
    products = [
        scale / 3 * sum(w * v for w, v in zip(row, a, strict=True))
        * sum(w * v for w, v in zip(row, c, strict=True)) + Fraction(1, 4)
        for row in signs(3)
    ]  # fmt: skip
    inner = sum(v * w for v, w in zip(a, c, strict=True))
    assert sum(products) / len(products) == scale * Fraction(inner, 3) + Fraction(1, 4)
    right = derive(NAME).results["covariance"].right
    assert {str(s) for s in right.free_symbols} == {"weight_scale", "bias_variance", "fan_in"}


def test_the_mean_square_of_an_enumerated_gradient() -> None:
    """δ_j = s (W_1j δ'_1 + W_2j δ'_2) for independent signs, s ∈ {1, 3} and δ' ∈ {±1, ±2}."""
    found = [
        Fraction(slope * (w * d + v * e)) ** 2
        for slope, (w, v), (d, e) in product((1, 3), signs(2), product((1, -2), (1, -2)))
    ]
    mean = sum(found, Fraction(0)) / len(found)
    predicted = derive(NAME).predict(
        "backward",
        weight_scale=2,  # weights ±1 of variance 1 = σ_w²/n with n = 2
        unit_slope_second_moment=5,
        signal_second_moment=Fraction(5, 2),
    )
    assert predicted == float(mean)


def test_forward_and_backward_gains_of_tanh_differ_as_the_text_says() -> None:
    moments = gaussian_moments("tanh")
    forward = gain("tanh").value
    backward = 1 / float(moments.derivative_second_moment.midpoint) ** 0.5
    assert (round(forward, 4), round(backward, 4)) == (1.5925, 1.4674)
    chi = float(backward_factor("tanh", 1.0, forward**2))
    assert round(chi, 3) == 1.178 and 3_500 < chi**50 < 3_650
    fixed = float(iterate_length_map("tanh", 1.0, backward**2, 0.0, 400)[-1])
    chi = float(backward_factor("tanh", fixed, backward**2))
    assert (round(fixed, 3), round(chi, 3)) == (0.725, 1.126) and 370 < chi**50 < 390


def test_the_slope_of_gelu_in_the_experiment_is_certified() -> None:
    enclosed = gaussian_moments("gelu").derivative_second_moment
    assert enclosed.lower_float <= float(sympy.N(GELU_SLOPE, 30)) <= enclosed.upper_float
