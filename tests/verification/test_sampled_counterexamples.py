"""Each stored counterexample makes the sampled test say refuted; a true prediction does not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verification.sampled_counterexamples import _sampled, sampled_counterexample
from xavier_theory.finite_models.stored.counterexamples import stored_counterexamples
from xavier_theory.statistics import Verdict
from xavier_theory.symbolic.terms import E, Var, random_variable
from xavier_theory.theorems import theorem_folder, theorems

X = random_variable("X")
RATE = 1e-9
FINITE = [
    result
    for name in theorems()
    for result in stored_counterexamples(theorem_folder(name).counterexamples)
    if result.kind == "counterexample"
]


@pytest.mark.parametrize("result", FINITE, ids=lambda r: f"{r.theorem}-{r.assumption}")
def test_a_counterexample_is_refuted_by_its_samples(result, run_seed: int) -> None:
    outcome = sampled_counterexample(result, RATE, np.random.default_rng(run_seed))
    if "undefined" in (result.left, result.right):
        assert outcome is None
    else:
        assert outcome.verdict is Verdict.REFUTED


@pytest.mark.parametrize("quantity", [E(X), Var(X)])
def test_the_truth_is_not_refuted(quantity, run_seed: int) -> None:
    """A fair coin: mean 1/2, variance 1/4; the prediction is off by a tenth, or exact."""
    coin, half = np.array([0.0, 1.0]), np.array([0.5, 0.5])
    truth = 0.5 if isinstance(quantity, E) else 0.25
    generator = np.random.default_rng(run_seed)
    wrong = _sampled(quantity, coin, half, truth, truth + 0.1, RATE, generator)
    assert wrong.verdict is Verdict.REFUTED
    right = _sampled(quantity, coin, half, truth + 0.1, truth, RATE, generator)
    assert right.verdict is Verdict.CONSISTENT
