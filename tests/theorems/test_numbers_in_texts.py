"""Numbers in the texts of theorems and of the ledger, computed again by mpmath and numpy alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from xavier_theory.theorems import theorem_folder, theorems
from xavier_theory.theorems.evidence import misprint

Function = Callable[[Any], Any]


def mean(function: Function) -> Any:
    """E[f(Z)] for a standard normal Z."""
    places = [-12, -6, -3, -1, 0, 1, 3, 6, 12]
    return mp.quad(lambda z: function(z) * mp.npdf(z), places)


def square(function: Function) -> Any:
    return mean(lambda z: function(z) ** 2)


def gelu(z: Any) -> Any:
    return z * (1 + mp.erf(z / mp.sqrt(2))) / 2


def approximation(z: Any) -> Any:
    return z * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3))) / 2


def silu(z: Any) -> Any:
    return z / (1 + mp.exp(-z))


def tanh_slope(z: Any) -> Any:
    return 1 - mp.tanh(z) ** 2


def stability(function: Function) -> Any:
    return (mean(lambda z: z**2 * function(z) ** 2) / square(function) - 1) / 2


def resting(scale: Any) -> tuple[Any, Any]:
    """The fixed point of tanh at σ_w² = ``scale``, and χ₁ there."""
    q = mp.findroot(lambda q: scale * mean(lambda z: mp.tanh(mp.sqrt(q) * z) ** 2) - q, (0.6, 2.3))
    return q, scale * mean(lambda z: tanh_slope(mp.sqrt(q) * z) ** 2)


def length_map_of_tanh(layers: int) -> float:
    """By a Gauss-Hermite rule, from q = 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    q = 1.0
    for _ in range(layers):
        q = float(np.sum(weights * np.tanh(np.sqrt(q) * nodes) ** 2) / np.sum(weights))
    return q


def distance_of_relu(layers: int) -> float:
    """l²(1 − c), by angles: c' = (sin θ + (π − θ) cos θ)/π."""
    with mp.workdps(40):
        cosine = mp.mpf(0)
        for _ in range(layers):
            angle = mp.acos(cosine)
            cosine = (mp.sin(angle) + (mp.pi - angle) * cosine) / mp.pi
        return float(layers**2 * (1 - cosine))


def growth(n: int) -> Any:
    return mp.exp(mp.log(2) + mp.digamma(mp.mpf(n) / 2) - mp.log(n))


def isserlis(n: int, networks: int = 200_000) -> float:
    """E|WᵀW a|²/E|W a|², sampled: Var(W) = 1/n, a the first unit vector."""
    w = np.random.default_rng(3).standard_normal((networks, n, n)) / np.sqrt(n)
    delta = w[:, :, 0]
    back = np.einsum("sij,si->sj", w, delta)
    return float(np.mean(np.sum(back**2, 1)) / np.mean(np.sum(delta**2, 1)))


@functools.cache
def again() -> dict[str, dict[str, Any]]:
    """The numbers of each text, by the phrase that it ends."""
    kept = mp.quad(lambda z: z**2 * mp.npdf(z), [-2, 2]) / mp.quad(mp.npdf, [-2, 2])
    forward, backward = 1 / square(mp.tanh), 1 / square(tanh_slope)
    relu = mp.mpf(1) / 2 - 1 / (2 * mp.pi)
    return {
        "layer-variance": {"E[a²]/Var(a) is 1.467": 1 / (2 * relu), "it is q times 0.341": relu},
        "weight-laws": {
            "its scale by 0.8796": mp.sqrt(kept),
            "its variance by 0.7737": kept,
            "loses 23 %": 1 - kept,
        },
        "tanh-linearization": {
            "tanh keeps 39 %": square(mp.tanh),
            "from 1 to 0.0161": length_map_of_tanh(32),
            "to 0.0080": length_map_of_tanh(64),
            "to 0.0040": length_map_of_tanh(128),
        },
        "random-chain-growth": {
            "by 0.561": growth(2),
            "by 0.878": growth(8),
            "by 0.9844": growth(64),
            "that is 1.781": 1 / growth(2),
            "it is 1.0158": 1 / growth(64),
            "which is 0.749": mp.sqrt(growth(2)),
            "at n = 64 it is 0.992": mp.sqrt(growth(64)),
        },
        "general-gain": {
            "tanh asks for 2.536": forward,
            "at q = 4 for 6.30": 4 / square(lambda z: mp.tanh(2 * z)),
        },
        "gain-stability": {
            "tanh 0.46": stability(mp.tanh),
            "GELU 1.14": stability(gelu),
            "SiLU 1.17": stability(silu),
            "κ is 7.216": mean(lambda z: gelu(z) ** 4) / square(gelu) ** 2,
            "for SiLU 7.26": mean(lambda z: silu(z) ** 4) / square(silu) ** 2,
            "for tanh 1.63": mean(lambda z: mp.tanh(z) ** 4) / square(mp.tanh) ** 2,
        },
        "gated-gain": {
            "SiLU 2.8108": 1 / square(silu),
            "own: Var(W) = 2.35187": 1 / square(approximation),
            "GELU's is 2.35172": 1 / square(gelu),
        },
        "correlation-map": {
            "for σ_w = 1.5925": mp.sqrt(forward),
            "backward for 1.4674": mp.sqrt(backward),
            "by about 3,600": (forward / backward) ** 50,
            "fixed point q = 0.725": resting(1.4674**2)[0],
            "where χ₁ is 1.126": resting(1.4674**2)[1],
            "fixed point q = 2.1215": resting(4)[0],
            "χ₁ is 1.3627": resting(4)[1],
        },
        "homogeneous-activation": {
            "Var(W) = 2.5362": forward,
            "backward for 2.1533": backward,
            "tanh + 0.2648": mp.sqrt(1 / backward - 1 / forward),
            "at 43.1": distance_of_relu(1_000),
        },
        "log-norm-spread": {"the factor is 1.49": mp.exp(mp.sqrt(8 * mp.psi(1, 50)))},
        "maxout-second-moment": {
            "a second moment of 1.276": mp.quad(
                lambda z: 3 * z**2 * mp.ncdf(z) ** 2 * mp.npdf(z), [-12, 0, 12]
            ),
        },
    }


NAMES = (
    "layer-variance",
    "weight-laws",
    "tanh-linearization",
    "random-chain-growth",
    "general-gain",
    "gain-stability",
    "gated-gain",
    "correlation-map",
    "homogeneous-activation",
    "log-norm-spread",
    "maxout-second-moment",
)


def test_every_text_is_named() -> None:
    assert set(NAMES) == set(again()) <= set(theorems())


@pytest.mark.parametrize("name", NAMES)
def test_mpmath_finds_the_same(name: str) -> None:
    known = theorem_folder(name).numbers
    for phrase, value in again()[name].items():
        assert phrase in known
        assert misprint(phrase, Fraction(str(mp.nstr(mp.mpf(value), 15)))) is None, phrase


@pytest.mark.parametrize("n", [2, 10])
def test_a_gradient_that_depends_on_the_weights_is_larger_as_the_text_says(n: int) -> None:
    (phrase,) = (p for p in theorem_folder("backward-variance").numbers if f"n = {n} " in p)
    assert isserlis(n) == pytest.approx(float(phrase.split()[-1]), rel=0.03)


def test_a_chain_of_ten_needs_its_317_steps() -> None:
    (phrase,) = (p for p in theorem_folder("chain-plateau").numbers if p.startswith("that is"))
    bound = int(phrase.split()[-1])
    weight, steps = 0.5, 0
    while (1 - weight**10) ** 2 > (1 - 0.5**10) ** 2 / 2:
        weight += 0.1 * (1 - weight**10) * weight**9
        steps += 1
    assert bound <= steps < 1.1 * bound
