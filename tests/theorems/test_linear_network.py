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
