"""Numbers in the texts of theorems and of the ledger, computed again by mpmath and numpy alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from xavier_theory.claims import claim
from xavier_theory.theorems import theorem_module

Function = Callable[[Any], Any]


def mean(function: Function) -> Any:
    """E[f(Z)] for a standard normal Z."""
    places = [-12, -6, -3, -1, 0, 1, 3, 6, 12]
    return mp.quad(lambda z: function(z) * mp.npdf(z), places)


def gelu(z: Any) -> Any:
    return z * (1 + mp.erf(z / mp.sqrt(2))) / 2


def tanh_slope(z: Any) -> Any:
    return 1 - mp.tanh(z) ** 2


def text_of(name: str) -> str:
    if name.startswith("C"):
        return claim(name).finding
    stated = theorem_module(name).STATEMENT
    return " ".join([stated.summary, stated.practice, *stated.remarks])


def _tanh_at_four() -> tuple[Any, Any]:
    q = mp.findroot(lambda q: 4 * mean(lambda z: mp.tanh(mp.sqrt(q) * z) ** 2) - q, (2, 2.3))
    return q, 4 * mean(lambda z: tanh_slope(mp.sqrt(q) * z) ** 2)


@pytest.mark.parametrize("name", ["C12", "C13", "correlation-map"])
def test_tanh_keeps_its_variance_and_not_its_gradient(name: str) -> None:
    q, chi = _tanh_at_four()
    assert f"= {float(q):.4f}" in text_of(name)
    assert f"{float(chi):.4f}" in text_of(name) and chi > 1


def test_variances_that_tanh_asks_for() -> None:
    forward = 1 / mean(lambda z: mp.tanh(z) ** 2)
    backward = 1 / mean(lambda z: tanh_slope(z) ** 2)
    text = text_of("homogeneous-activation")
    assert f"{float(forward):.4f} forward and {float(backward):.4f} backward" in " ".join(
        text.split()
    )
    shift = mp.sqrt(1 / backward - 1 / forward)
    assert f"tanh + {float(shift):.4f} asks" in text
    assert mean(lambda z: (mp.tanh(z) + shift) ** 2) == pytest.approx(float(1 / backward))


def test_gelu_drifts_by_a_factor_e_between_layers_14_and_15() -> None:
    square = mean(lambda z: gelu(z) ** 2)
    kurtosis = mean(lambda z: gelu(z) ** 4) / square**2
    slope = (mean(lambda z: z**2 * gelu(z) ** 2) / square - 1) / 2
    variances = [
        (kurtosis - 1) * (slope ** (2 * layers) - 1) / (1024 * (slope**2 - 1))
        for layers in (14, 15)
    ]
    assert variances[0] < 1 < variances[1]
    assert f"κ = {float(kurtosis):.3f}" in text_of("gain-stability")
    assert "between layers 14 and 15" in text_of("gain-stability")


def test_gelu_and_its_tanh_approximation_ask_for_two_variances() -> None:
    def approximation(z: Any) -> Any:
        return z * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3))) / 2

    wanted = [1 / mean(lambda z, f=f: f(z) ** 2) for f in (approximation, gelu)]
    near, exact = (f"{float(value):.5f}/fan_in" for value in wanted)
    assert f"= {near}, where GELU's is {exact}" in text_of("gated-gain")


def test_glorots_compromise_over_alternating_widths() -> None:
    factors = [2 * fan_in / (256 + 1024) for fan_in in (256, 1024)]
    for name in ("glorot-variance", "C18"):
        assert f"{np.prod(factors):.2f}" in text_of(name)
        assert f"{np.prod(factors) ** 10:.4f}" in text_of(name)


def test_typical_growth_of_a_kept_variance() -> None:
    for n in (2, 64):
        growth = mp.exp((mp.log(2) + mp.digamma(mp.mpf(n) / 2) - mp.log(n)) / 2)
        assert f"{float(growth):.3f} at n = {n}" in text_of("C13")


def test_relus_mean_square_against_its_variance() -> None:
    variance = mp.mpf(1) / 2 - 1 / (2 * mp.pi)
    assert f"is {float(1 / (2 * variance)):.3f}" in text_of("C16")
    assert f"= {float(variance):.3f} q" in text_of("C20")


def test_a_truncated_normal_law_has_less_variance() -> None:
    whole = mp.quad(mp.npdf, [-2, 2])
    kept = mp.quad(lambda z: z**2 * mp.npdf(z), [-2, 2]) / whole
    for name in ("weight-laws", "C21"):
        assert f"{float(kept):.4f}" in text_of(name)
        assert f"{float(mp.sqrt(kept)):.4f}" in text_of(name)


def test_the_chain_in_single_precision_stops_at_the_depth_that_is_named() -> None:
    """c = 0.5 in L - 1 layers, the last weight 1, η = 0.1, y = 1: the update of a hidden weight."""
    half, rate, one = np.float32(0.5), np.float32(0.1), np.float32(1)

    def moves(layers: int) -> bool:
        error = half ** np.float32(layers - 1) - one
        return bool(half - rate * error * half ** np.float32(layers - 2) != half)

    first = next(layers for layers in range(2, 100) if not moves(layers))
    assert f"from L = {first} on" in text_of("C10")


def test_a_chain_of_ten_needs_317_steps_to_halve_its_cost() -> None:
    start = mp.mpf("0.5")
    end = (1 - mp.sqrt(mp.mpf(1) / 2) * (1 - start**10)) ** (mp.mpf(1) / 10)
    bound = (start**-8 - end**-8) / (8 * mp.mpf("0.1"))
    assert f"that is {int(mp.ceil(bound))} steps" in text_of("C10")
    weight, steps = 0.5, 0
    while (1 - weight**10) ** 2 > (1 - 0.5**10) ** 2 / 2:
        weight += 0.1 * (1 - weight**10) * weight**9
        steps += 1
    assert bound <= steps < 1.1 * bound


def test_curvatures_of_unbalanced_minima() -> None:
    curvature = 9 * 1.5**-2 + 1.5**18
    text = text_of("chain-sharpness")
    assert f"the curvature is {curvature:.0f}" in text and f"{2 / curvature:.5f}" in text
    assert f"have {curvature / 10:.0f} times" in text


def _trained(hidden: Any, outgoing: Any, activation: str, steps: int) -> tuple[Any, Any, Any]:
    """Plain gradient descent on a hidden layer: weights after some steps, relu'(0) = 0."""
    generator = np.random.default_rng(0)
    x, y = generator.standard_normal((20, 3)), generator.standard_normal((20, 1))
    w, b, v = np.array(hidden, float), np.zeros(4), np.array(outgoing, float)
    for _ in range(steps):
        z = x @ w.T + b
        h = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
        slope = 1 - np.tanh(z) ** 2 if activation == "tanh" else (z > 0) * 1.0
        error = (h @ v.T - y) / 20
        back = (error @ v) * slope
        w, b, v = w - 0.05 * back.T @ x, b - 0.05 * back.sum(0), v - 0.05 * error.T @ h
    return w, b, v


def test_zeros_on_one_side_stop_relu_and_not_tanh() -> None:
    """What zero-initialization and symmetry remark on layers whose other side is random."""
    text = text_of("zero-initialization")
    assert "Where W and b alone are 0, they move under tanh" in text
    assert "under relu with φ'(0) = 0, the usual choice, h and δ are 0, and all three stay" in text
    assert "equal units part at the first step" in text_of("C2")
    drawn = np.random.default_rng(1).standard_normal((1, 4))
    w, b, v = _trained(np.zeros((4, 3)), drawn, "relu", 50)
    assert not w.any() and not b.any() and (v == drawn).all()
    w, _, v = _trained(np.zeros((4, 3)), drawn, "tanh", 50)
    assert w.any() and (v != drawn).all()
    for activation in ("relu", "tanh"):
        _, _, v = _trained(
            np.random.default_rng(2).standard_normal((4, 3)), [[0] * 4], activation, 1
        )
        assert v.any()
        constant, _, _ = _trained(np.full((4, 3), 0.3), drawn, activation, 1)
        assert np.ptp(constant, axis=0).min() > 1e-4
        equal, _, _ = _trained(np.full((4, 3), 0.3), [[0.2] * 4], activation, 50)
        assert np.ptp(equal, axis=0).max() < 1e-12
