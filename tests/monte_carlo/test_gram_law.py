"""The exact law of a layer given the one before, for inputs that share their weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xavier_theory.monte_carlo.gram_law import GramLaw, gram_eigenvalues, gram_law
from xavier_theory.monte_carlo.networks import forward


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_eigenvalues_are_those_of_the_gram_matrix(rows, columns, seed):
    a = np.random.default_rng(seed).standard_normal((rows, columns))
    found = gram_eigenvalues(a)
    assert found.shape == (min(rows, columns),) and np.all(found >= 0)
    assert np.sum(found) == pytest.approx(np.sum(a**2), rel=1e-12)
    assert np.sum(found**2) == pytest.approx(np.sum((a.T @ a) ** 2), rel=1e-11)
    assert np.sum(found**3) == pytest.approx(np.trace(np.linalg.matrix_power(a @ a.T, 3)), rel=1e-9)


def correlated_layer(rng, networks, units, v):
    """Sampled layers on one fixed A whose columns are much alike."""
    common = np.random.default_rng(0).standard_normal((10, 1))
    a = common + 0.3 * np.random.default_rng(1).standard_normal((10, 40))
    weights = [math.sqrt(v) * rng.standard_normal((1, units, 10)) for _ in range(networks)]
    passes = [forward(a, [w], "linear") for w in weights]
    return a, gram_law(passes, 0, v)


def test_one_input_is_chi_square():
    rng = np.random.default_rng(12)
    x = np.arange(1.0, 6.0)[:, None]
    law = gram_law([forward(x, [0.5 * rng.standard_normal((1, 900, 5))], "linear")], 0, 0.25)
    assert law.eigenvalues == pytest.approx([55.0])
    total = float(np.sum(law.unit_sums)) / (law.weight_variance * 55.0)
    low, high = stats.chi2.ppf([5e-7, 1 - 5e-7], 900)
    assert low <= total <= high
    assert not low <= total / 1.5 <= high
    assert law.deviation == pytest.approx(math.sqrt(2 / 900))


def test_mean_and_spread_are_as_stated_and_not_those_of_independent_inputs():
    v, units, pooled, repeats = 0.3, 50, 3, 3_000
    rng = np.random.default_rng(13)
    laws = [correlated_layer(rng, pooled, units, v)[1] for _ in range(repeats)]
    ratios = np.array([law.observed / law.expected for law in laws])
    stated = laws[0].deviation
    assert abs(float(np.mean(ratios)) - 1) < 6 * stated / math.sqrt(repeats)
    assert float(np.std(ratios)) == pytest.approx(stated, rel=6 / math.sqrt(2 * repeats))
    independent = math.sqrt(2 / (units * pooled * 40))
    assert stated > 4 * independent, "images that share W are far from as many draws of W"


def test_unit_sums_follow_the_weighted_chi_square():
    rng = np.random.default_rng(14)
    a, law = correlated_layer(rng, 1, 4_000, 1.0)
    assert a.shape == (10, 40) and law.eigenvalues.shape == (10,)
    drawn = np.random.default_rng(15).chisquare(1, size=(200_000, 10)) @ law.eigenvalues
    assert stats.ks_2samp(law.unit_sums, drawn).pvalue > 1e-6
    assert stats.ks_2samp(law.unit_sums, 1.2 * drawn).pvalue < 1e-6


def test_pooling_adds_units_and_joins_eigenvalues():
    rng = np.random.default_rng(16)
    _, law = correlated_layer(rng, 5, 7, 2.0)
    assert law.unit_sums.shape == (7,) and law.eigenvalues.shape == (50,)
    assert law.expected == pytest.approx(2.0 * float(np.sum(law.eigenvalues)))
    assert law.largest_eigenvalue == float(np.max(law.eigenvalues))
    single = GramLaw(1.0, np.array([4.0, 6.0]), np.array([3.0, 1.0]))
    assert (single.observed, single.expected) == (5.0, 4.0)
    assert single.deviation == pytest.approx(math.sqrt(10.0) / 4.0)
