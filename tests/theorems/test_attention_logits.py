"""attention-logits, against queries and keys of signs, all of them enumerated."""

from __future__ import annotations

from itertools import product

from tests.theorems.theorem_checks import mean, signs
from xavier_theory.theorems import derive

NAME = "attention-logits"
DIMENSION = 4


def test_all_queries_of_signs_have_the_predicted_variance() -> None:
    """With keys that have a mean and depend on each other."""
    keys = [(1, 1, 1, 1), (2, 2, -2, 2), (3, -3, 3, 3)]
    logits = [
        sum(q * k for q, k in zip(query, key, strict=True))
        for query, key in product(signs(DIMENSION), keys)
    ]
    assert mean(logits) == 0
    found = derive(NAME).predict(query_variance=1, key_second_moment=mean([1, 4, 9]))
    assert abs(found - float(mean([s**2 for s in logits]) / DIMENSION)) < 1e-12
    whole = derive(NAME).predict(
        "undivided", head_dimension=DIMENSION, query_variance=1, key_second_moment=2
    )
    assert whole == 2 * DIMENSION


def test_a_query_with_itself_needs_the_whole_dimension() -> None:
    assert {sum(q * q for q in query) for query in signs(DIMENSION)} == {DIMENSION}
    assert derive(NAME).predict("aligned", query_variance=1) == 1
