"""What a deviation does to a network, against networks that are drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xavier_theory.conformance.consequences import consequence, rectified_moments


def test_rectified_moments_are_integrals() -> None:
    z = np.random.default_rng(1).normal(0.4, 1.3, 10**6)
    first, second = rectified_moments(0.4, 1.69)
    a = np.maximum(z, 0)
    assert a.mean() == pytest.approx(first, abs=6 * a.std() / 1000)
    assert np.mean(a**2) == pytest.approx(second, abs=6 * np.std(a**2) / 1000)


def test_a_ratio_goes_to_the_power_of_the_depth() -> None:
    found = consequence(ratio=1.02)
    assert found.one_layer == pytest.approx(1.02) and found.many_layers == pytest.approx(1.02**12)
    assert consequence().many_layers == pytest.approx(1.0)


def test_a_shifted_mean_in_drawn_networks() -> None:
    """Three layers of 300 relu units whose weights have a mean of 0.1 deviations."""
    rng, width, shift, layers = np.random.default_rng(2), 300, 0.1, 3
    found = []
    for _ in range(150):
        z = rng.standard_normal(width)
        for _ in range(layers):
            weights = math.sqrt(2 / width) * (rng.standard_normal((width, width)) + shift)
            z = weights @ np.maximum(z, 0)
        found.append(np.mean(z**2))
    predicted = consequence(shift=shift, layers=layers, width=width).many_layers
    # a network's E z² varies by about (5/width)·layers: 0.22, and more with a mean
    spread = np.std(found) / math.sqrt(len(found))
    assert np.mean(found) == pytest.approx(predicted, abs=5 * spread)
    assert predicted > 1.5
