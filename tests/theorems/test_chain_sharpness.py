"""chain-sharpness, against Hessians from differences of the cost, and descent next to minima."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.theorems import derive
from xavier_theory.theorems.chain_sharpness.experiment import chain_cost, curvatures

NAME = "chain-sharpness"
WEIGHTS = st.lists(st.fractions(Fraction(1, 4), 4, max_denominator=4), min_size=1, max_size=5)


def sharpness(weights: list[Fraction], target: Fraction) -> Fraction:
    return target**2 * sum((1 / w**2 for w in weights), Fraction(0))


@given(WEIGHTS)
def test_the_hessian_at_a_minimum_has_one_eigenvalue(weights: list[Fraction]) -> None:
    target = math.prod(weights)
    hessian = curvatures(weights, target)
    slopes = [target / w for w in weights]
    assert hessian == [[a * b for b in slopes] for a in slopes]
    assert sum(row[k] for k, row in enumerate(hessian)) == sharpness(weights, target)


@given(WEIGHTS)
def test_no_minimum_is_flatter_than_the_balanced_one(weights: list[Fraction]) -> None:
    depth, target = len(weights), math.prod(weights)
    found = derive(NAME).predict(layers=depth, log_product=math.log(target), target=float(target))
    assert 2 / float(sharpness(weights, target)) <= found * (1 + 1e-12)


def test_away_from_a_minimum_the_hessian_has_more() -> None:
    hessian = curvatures([Fraction(1), Fraction(2)], Fraction(1))
    assert hessian[0][0] * hessian[1][1] != hessian[0][1] * hessian[1][0]


def test_differences_of_the_cost_are_its_second_derivatives() -> None:
    found = curvatures([Fraction(3), Fraction(5)], Fraction(7))
    assert found == [[25, 2 * 15 - 7], [2 * 15 - 7, 9]]
    assert chain_cost([Fraction(3), Fraction(5)], Fraction(7)) == 32


@pytest.mark.parametrize("start", [1.5, 0.5, 1.0])
@pytest.mark.parametrize("share", [0.9, 1.1])
def test_descent_settles_below_the_step_and_leaves_above(start: float, share: float) -> None:
    """Next to a minimum with nine weights c, the tenth making up for them."""
    weights = np.array([start] * 9 + [start**-9])
    rate = share * 2 / float(np.sum(weights**-2.0))
    moved = weights * (1 + 1e-9 * weights**-2.0 / np.max(weights**-2.0))
    distances = []
    for _ in range(40):
        error = np.prod(moved) - 1
        distances.append(abs(error))
        moved = moved - rate * error * np.prod(moved) / moved
    assert distances[-1] < distances[0] if share < 1 else distances[-1] > distances[0]
    assert all(value > 0 for value in distances[:5])


def test_nine_weights_of_the_article() -> None:
    for c, lam in ((1.5, 1481.9), (1.0, 10.0), (0.5, 36.0)):
        exact = sharpness([Fraction(c)] * 9 + [1 / Fraction(c) ** 9], Fraction(1))
        assert float(exact) == pytest.approx(lam, rel=1e-3)


@pytest.mark.parametrize(("start", "rate"), [(1.5, 0.0005), (0.5, 0.05), (0.9, 0.1)])
def test_multiples_of_the_identity_are_the_scalar_chain(start: float, rate: float) -> None:
    """2×2 chains of ten layers on whitened data, all layers trained: each coordinate is scalar."""
    x = np.array([[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]]) / 2  # x xᵀ = I
    matrices = [start * np.eye(2)] * 9 + [np.eye(2)]
    scalars = np.array([start] * 9 + [1.0])
    for _ in range(30):
        activations = [x]
        for matrix in matrices:
            activations.append(matrix @ activations[-1])
        delta = activations[-1] - x  # the target is x itself, y = 1
        gradients = []
        for matrix, before in zip(reversed(matrices), reversed(activations[:-1]), strict=True):
            gradients.append(delta @ before.T)
            delta = matrix.T @ delta
        matrices = [m - rate * g for m, g in zip(matrices, reversed(gradients), strict=True)]
        product = np.prod(scalars)
        scalars = scalars - rate * (product - 1) * product / scalars
        for matrix, scalar in zip(matrices, scalars, strict=True):
            assert np.allclose(matrix, scalar * np.eye(2), rtol=1e-9, atol=1e-12)
