"""Exact moments of a layer's logarithm, against integrals, sampled chains and the theorem."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.layers import NormChain
from xavier_theory.monte_carlo.layers.log_factors import (
    log_factor_moments,
    log_moments_are_known,
)
from xavier_theory.theorems import derive


def log_chi_square(degrees: int, power: int) -> mpmath.mpf:
    half = mpmath.mpf(degrees) / 2
    norm = 2**half * mpmath.gamma(half)
    return mpmath.quad(
        lambda u: u**power * mpmath.exp(half * u - mpmath.exp(u) / 2) / norm,
        [-120 / half, -10, 0, 2, 5, 8],
    )


@pytest.mark.parametrize("width", [1, 2, 5, 9])
def test_relus_moments_are_those_of_the_mixture_of_integrals(width: int) -> None:
    chances = [mpmath.binomial(width, k) for k in range(1, width + 1)]
    first, second = (
        sum(c * log_chi_square(k, power) for k, c in enumerate(chances, 1)) / sum(chances)
        for power in (1, 2)
    )
    found = log_factor_moments("relu", width)
    assert found.mean == pytest.approx(float(first), rel=1e-9, abs=1e-12)
    assert found.variance == pytest.approx(float(second - first**2), rel=1e-9)
    assert found.death == 2.0**-width


@pytest.mark.parametrize("width", [1, 3, 64, 10**6])
@pytest.mark.parametrize("activation", ["linear", "abs"])
def test_linear_and_abs_agree_with_the_theorems(activation: str, width: int) -> None:
    found = log_factor_moments(activation, width)
    spread = derive("log-norm-spread").predict(width=width, depth=1, input_spread=0)
    growth = derive("random-chain-growth").predict(width=width, weight_variance=1)
    assert found.variance == pytest.approx(spread, rel=1e-12)
    assert found.mean == pytest.approx(2 * growth, rel=1e-12, abs=1e-12)
    assert found.death == 0.0


@pytest.mark.parametrize("width", [10**3, 10**6, 10**9])
def test_wide_relu_layers_are_near_the_leading_order(width: int) -> None:
    found = log_factor_moments("relu", width)
    assert found.variance * width == pytest.approx(5, rel=20 / width + 1e-9)
    offset = found.mean - math.log(width / 2)
    assert offset == pytest.approx(-2.5 / width, rel=20 / width, abs=1e-14 * math.log(width))


def test_narrow_relu_chains_have_these_moments(run_seed: int) -> None:
    """Means of 4·10⁵ factors, within nine standard errors."""
    factors = NormChain((1, 6), (1.0,), "relu").log_factors(
        np.random.default_rng(run_seed), 400_000
    )
    alive = factors[np.isfinite(factors)]
    found = log_factor_moments("relu", 6)
    assert abs(alive.mean() - found.mean) < 9 * math.sqrt(found.variance / alive.size)
    fourth = np.mean((alive - found.mean) ** 4)
    assert abs(alive.var() - found.variance) < 9 * math.sqrt(fourth / alive.size)


@pytest.mark.parametrize(
    ("activation", "width", "says"),
    [
        ("relu", 0, "at least 1"),
        ("relu", 10**9 + 1, r"at most 10\^9"),
        ("leaky_relu", 5, "linear, relu and abs, not for leaky_relu"),
        ("tanh", 5, "not for tanh"),
    ],
)
def test_what_is_not_known_is_refused(activation: str, width: int, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        log_factor_moments(activation, width)
    assert width == 0 or not log_moments_are_known(activation, width)
