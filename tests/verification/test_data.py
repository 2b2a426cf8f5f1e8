"""Real images: the law of a layer given the one before, and what a wrong variance does to it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest

from xavier_theory.errors import MissingExtraError
from xavier_theory.monte_carlo.digits_images import load_digits_images
from xavier_theory.monte_carlo.networks import sample_weights
from xavier_theory.statistics import ErrorRates
from xavier_theory.verification import data


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid"])
def test_pivots_are_standard_normal(activation: str, run_seed: int) -> None:
    generator = np.random.default_rng(np.random.SeedSequence(run_seed))
    images = load_digits_images()
    blocks = [b.ravel() for b in islice(data._pivots(generator, images, activation, 2.0), 30)]
    pivots = np.concatenate(blocks)
    # Deviations of six standard errors have a probability below 1e-8 each.
    assert abs(np.mean(pivots)) < 6 / np.sqrt(pivots.size)
    assert abs(np.mean(pivots**2) - 1) < 6 * np.sqrt(2 / pivots.size)
    assert abs(np.mean(pivots**4) - 3) < 6 * np.sqrt(96 / pivots.size)
    first, second = pivots[:-1], pivots[1:]
    assert abs(np.mean(first * second)) < 6 / np.sqrt(first.size)


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_a_wrong_weight_variance_is_refuted(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(generator: Any, law: Any, widths: Any, variances: Any) -> Any:
        weights = sample_weights(generator, law, widths, variances)
        return tuple(np.sqrt(factor) * matrix for matrix in weights)

    monkeypatch.setattr(data, "sample_weights", broken)
    rates = ErrorRates(0.022, 1e-6, 1e-6)
    checks = data._combination(load_digits_images(), "tanh", "Xavier", rates, 0)
    assert checks[0].verdict == "refuted"
    assert not checks[0].passed


def test_without_the_images_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise MissingExtraError("the digits images", "data")

    monkeypatch.setattr(data, "load_digits_images", missing)
    (check,) = data.data_checks(0)
    assert check.verdict == "undecided"
    assert not check.passed
    assert "pip install" in str(check.detail["reason"])
