"""chain-sharpness, against Hessians from differences of the cost, and descent next to minima."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.monte_carlo.chains import run_chain
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
    stable = 2 / float(np.sum(weights**-2.0))
    largest = derive(NAME).predict(layers=10, log_product=0, target=1)
    assert stable == pytest.approx(largest) if start == 1.0 else stable < largest
    rate = share * stable
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
        weights = [Fraction(c)] * 9 + [1 / Fraction(c) ** 9]
        exact = sum(row[k] for k, row in enumerate(curvatures(weights, Fraction(1))))
        assert float(exact) == pytest.approx(lam, rel=1e-3)
        assert exact >= 2 / derive(NAME).predict(layers=10, log_product=0, target=1)


@pytest.mark.parametrize("start", [Fraction(3, 2), Fraction(1, 2), Fraction(9, 10)])
def test_multiples_of_the_identity_are_the_scalar_chain(start: Fraction) -> None:
    """2×2 chains of ten layers on whitened data: gradients are those of the scalar cost, times I.

    So every step leaves multiples of the identity.
    """
    whole = np.array([[1, 1, -1, -1], [1, -1, 1, -1]]).tolist()
    x = np.array([[Fraction(value, 2) for value in row] for row in whole], object)  # x xᵀ = I
    identity = np.array([[Fraction(i == j) for j in range(2)] for i in range(2)], object)
    scalars = [start] * 9 + [Fraction(1)]
    run = run_chain([scalar * identity for scalar in scalars], x, x)
    for place, gradient in enumerate(run.weight_gradients):
        up, down = list(scalars), list(scalars)
        up[place] += 1
        down[place] -= 1
        slope = (chain_cost(up, Fraction(1)) - chain_cost(down, Fraction(1))) / 2  # J is quadratic
        assert (gradient == slope * identity).all()
