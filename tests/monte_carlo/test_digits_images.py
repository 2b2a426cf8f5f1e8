"""The digits images: complete, standardized, and missed politely."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from xavier_theory.errors import MissingExtraError
from xavier_theory.monte_carlo.digits_images import load_digits_images, standardize


def test_every_image_is_there_and_every_pixel_is_standardized():
    images = load_digits_images()
    assert images.pixels.shape == (64, 1797) and images.labels.shape == (1797,)
    assert set(images.labels.tolist()) == set(range(10))
    assert images.constant_pixels == (0, 32, 39)
    assert images.second_moment == pytest.approx(61 / 64, rel=1e-12)
    assert np.all(images.pixels[list(images.constant_pixels)] == 0)
    np.testing.assert_allclose(images.pixels.mean(axis=1), 0, atol=1e-13)
    variances = np.mean(images.pixels**2, axis=1)
    assert sorted(np.round(variances, 12)) == [0.0] * 3 + [1.0] * 61


def test_standardizing_is_by_pixel_over_images():
    raw = np.array([[1.0, 5.0, 0.1], [3.0, 5.0, 0.1]])
    images = standardize(raw, np.array([0, 1]))
    assert images.pixels.tolist() == [[-1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    assert images.constant_pixels == (1, 2)


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtraError, match=r"xavier_theory\[data\]"):
        load_digits_images()
