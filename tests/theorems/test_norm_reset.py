"""norm-reset, against numpy's means and variances."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.theorems import derive

NAME = "norm-reset"
X = np.array([3.0, -1.0, 4.0, 1.5, -9.0])
SMALL = 0.5


def test_a_layer_norm_has_the_predicted_mean_square() -> None:
    y = (X - X.mean()) / np.sqrt(X.var() + SMALL)
    found = derive(NAME).predict(width=5, squared_deviations=float(5 * X.var()), epsilon=SMALL)
    assert found == pytest.approx(np.square(y).mean(), rel=1e-12)


def test_a_scaled_root_mean_square_norm_has_the_predicted_mean_square() -> None:
    scaled = 7 * X
    y = scaled / np.sqrt(np.square(scaled).mean() + SMALL)
    found = derive(NAME).predict(
        "scaled", width=5, squares=float(np.square(X).sum()), epsilon=SMALL, factor=7
    )
    assert found == pytest.approx(np.square(y).mean(), rel=1e-12)


def test_half_is_lost_where_the_variance_is_epsilon() -> None:
    assert derive(NAME).predict(width=4, squared_deviations=4e-5, epsilon=1e-5) == 0.5
