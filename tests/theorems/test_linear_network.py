"""linear-network, against matrices multiplied out and exact differences of a cost."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from xavier_theory.theorems import derive

NAME = "linear-network"
WIDTHS = (3, 2, 4, 2, 3)


def drawn() -> tuple[list[Any], Any, Any]:
    generator = np.random.default_rng(7)
    shapes = [(n, below) for below, n in pairwise(WIDTHS)]
    weights = [generator.integers(-5, 6, shape).astype(object) for shape in shapes]
    x, e = (generator.integers(-5, 6, n).astype(object) for n in (WIDTHS[0], WIDTHS[-1]))
    return weights, x, e


def output(weights: list[Any], x: Any) -> Any:
    return reduce(lambda a, matrix: matrix @ a, weights, x)


def test_it_rests_on_nothing_but_where_products_begin() -> None:
    found = derive(NAME)
    names = {a.name for step in found.results.values() for a in step.assumptions}
    assert names == {"products_begin_with_one_matrix"}
    assert [step.relation for step in found.results.values()] == ["="] * 3


def test_the_weights_gradient_is_the_difference_of_a_cost() -> None:
    """The cost e · ŷ is linear in each weight, so that one step of size 1 is its derivative.

    The theorem says that it is (W^[L] ⋯ W^[l+2])ᵀ e times W^[l] ⋯ W^[1] x, entry by entry.
    """
    weights, x, e = drawn()
    for layer in (1, 2):  # with layers on both sides, as in the result
        above = reduce(lambda left, right: left @ right, reversed(weights[layer + 1 :]))
        below = reduce(lambda left, right: left @ right, reversed(weights[:layer]))
        predicted = np.outer(above.T @ e, below @ x)
        for row, column in np.ndindex(weights[layer].shape):
            moved = [matrix.copy() for matrix in weights]
            moved[layer][row, column] += 1
            change = e @ output(moved, x) - e @ output(weights, x)
            assert change == predicted[row, column]
