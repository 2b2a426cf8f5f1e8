"""Random chains: exact laws of the pivots, and what typical growth is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.random_chains import random_chains

FALSE_ALARM = 1e-6


def variance_allowed(pivots, degrees, ratio=1.0):
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], degrees * pivots.size)
    return low <= float(np.sum(pivots)) / ratio <= high


@pytest.mark.parametrize(("width", "depth", "networks"), [(2, 100, 12_000), (16, 20, 7_000)])
def test_pivots_are_chi_square_and_wrong_variances_are_caught(width, depth, networks):
    chains = random_chains(np.random.default_rng(7), width, depth, networks, 1 / width)
    assert chains.pivots.shape == (depth, networks)
    assert variance_allowed(chains.pivots, width)
    assert not variance_allowed(chains.pivots, width, ratio=1.01)
    assert not variance_allowed(chains.pivots, width, ratio=0.99)
    assert stats.kstest(chains.pivots.ravel(), stats.chi2(width).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(chains.pivots.ravel(), stats.chi2(width + 1).cdf).pvalue < FALSE_ALARM


def test_pivots_of_neighbouring_layers_and_networks_are_uncorrelated():
    logs = random_chains(np.random.default_rng(8), 2, 100, 10_000, 0.5).log_pivots
    for one, other in ((logs[:-1], logs[1:]), (logs[:, :-1], logs[:, 1:])):
        correlation = float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
        assert abs(correlation) < 6 / math.sqrt(one.size)  # asymptotically normal


@pytest.mark.parametrize("width", [2, 8])
def test_typical_growth_is_its_formula_and_not_the_mean_square(width):
    depth, networks, v = 60, 10_000, 1 / width
    chains = random_chains(np.random.default_rng(9), width, depth, networks, v)
    growth = chains.log_squared_norms[-1] / (2 * depth)
    exponent = 0.5 * (math.log(2) + special.digamma(width / 2)) + 0.5 * math.log(v)
    # The mean of depth·networks independent log χ²: so near to normal that 6 deviations are rare.
    error = 0.5 * math.sqrt(special.polygamma(1, width / 2) / (depth * networks))
    assert abs(float(np.mean(growth)) - exponent) < 6 * error
    assert abs(float(np.mean(growth)) - 1.1 * exponent) > 6 * error
    assert exponent < 0, "variance kept, and yet a typical signal vanishes"
    assert float(np.mean(growth)) < -6 * error


def test_logarithms_accumulate_without_overflow_at_any_scale():
    for v in (1e-200, 1.0, 1e200):
        chains = random_chains(np.random.default_rng(10), 3, 500, 4, v)
        assert np.all(np.isfinite(chains.log_squared_norms))
        assert np.all(chains.log_squared_norms[0] == 0)
        steps = np.diff(chains.log_squared_norms, axis=0)
        np.testing.assert_allclose(steps, chains.log_pivots + math.log(v), rtol=1e-9, atol=1e-8)
        assert abs(float(np.mean(steps)) - math.log(v)) < 2


def test_the_norms_are_those_of_the_product():
    rng = np.random.default_rng(11)
    chains = random_chains(rng, 3, 4, 2, 0.5)
    again = np.random.default_rng(11)
    a = np.zeros((2, 3))
    a[:, 0] = 1.0
    for layer in range(4):
        weights = math.sqrt(0.5) * again.standard_normal((2, 3, 3))
        a = np.einsum("kij,kj->ki", weights, a)
        expected = np.log(np.sum(a**2, axis=1))
        np.testing.assert_allclose(chains.log_squared_norms[layer + 1], expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 1, 1, 1.0), "width"),
        ((2, 0, 1, 1.0), "depth"),
        ((2, 1, 0, 1.0), "networks"),
        ((2, 1.5, 1, 1.0), "depth"),
        ((2, 1, 1, 0.0), "positive"),
        ((2, 1, 1, math.nan), "finite"),
    ],
)
def test_bad_inputs_are_refused(arguments, says):
    with pytest.raises(InvalidInputError, match=says):
        random_chains(np.random.default_rng(0), *arguments)
