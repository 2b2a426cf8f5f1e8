"""orthogonal-norm, against random rotations in floating point."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.monte_carlo.linear_layers import orthonormal
from xavier_theory.theorems import derive, theorem_module

NAME = "orthogonal-norm"


def test_a_deep_chain_of_rotations_has_the_predicted_length() -> None:
    generator = np.random.default_rng(2)
    start = x = generator.standard_normal(7)
    for _ in range(30):
        x = 1.1 * orthonormal(generator, 7) @ x
    found = derive(NAME).predict(depth=30, gain=1.1)
    assert found == pytest.approx((x @ x) / (start @ start), rel=1e-10)


def test_the_reflection_of_the_models_satisfies_both_assumptions() -> None:
    """1 − 2/n on the diagonal, −2/n beside it, and nothing beyond the n-th column."""
    solved = theorem_module(NAME).SOLVED
    assert set(solved) == {"columns_have_length_one", "columns_are_orthogonal"}
    for n in (1, 2, 5):
        q = np.eye(n) - 2 / n
        assert np.allclose(q.T @ q, np.eye(n))
