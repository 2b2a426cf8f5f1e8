"""Experiments on training: what the exact test says of outcomes whose probability is known."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from xavier_theory.errors import UnknownNameError
from xavier_theory.monte_carlo.observed import MOSTLY, RARELY, Observed
from xavier_theory.training.experiments import EXPERIMENTS, experiment
from xavier_theory.verification.trained import observed_checks


def coin(probability: float) -> Observed:
    def run(seed: int, networks: int) -> dict[str, np.ndarray]:
        return {"heads": np.random.default_rng(seed).random(networks) < probability}

    return Observed("coin", run, {"heads": MOSTLY}, {"heads": RARELY})


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(1.0, "consistent"), (0.97, "consistent"), (0.5, "refuted"), (0.1, "refuted")],
)
def test_the_verdict_is_that_of_the_probability(probability: float, verdict: str) -> None:
    found, _ = observed_checks(coin(probability), 0)
    assert (found.verdict, found.expected) == (verdict, "consistent")


def test_a_planted_interval_that_is_right_fails() -> None:
    _, planted = observed_checks(coin(0.02), 0)
    assert (planted.verdict, planted.passed) == ("consistent", False)
    _, planted = observed_checks(coin(0.98), 0)
    assert (planted.verdict, planted.passed) == ("refuted", True)


def test_without_scikit_learn_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    (check,) = observed_checks(experiment("sigmoid-depth"), 0)
    assert (check.verdict, check.passed) == ("undecided", False)
    assert "xavier_theory[data]" in check.detail["reason"]


def test_every_prediction_has_an_outcome_and_every_experiment_a_control() -> None:
    for found in EXPERIMENTS:
        outcomes = found.run(3, 2)
        assert set(found.predicted) == set(outcomes) >= set(found.wrong) and found.wrong
        assert all(np.shape(values) == (2,) for values in outcomes.values())
        assert all(found.predicted[name] != wrong for name, wrong in found.wrong.items())


def test_unknown_experiments_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'nine-layers'"):
        experiment("nine-layer")
