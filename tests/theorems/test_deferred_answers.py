"""deferred-answers, against matrices of signs, all of them enumerated."""

from __future__ import annotations

from fractions import Fraction

from tests.theorems.theorem_checks import (
    mean,
    signs,
)
from xavier_theory.theorems import derive

NAME = "deferred-answers"
U, P, Q, T = (1, -2), (3, Fraction(1, 2)), (2, 0, 1), (1, 5, -1)


def dot(left, right):
    return sum(x * y for x, y in zip(left, right, strict=True))


def seen(left, matrix, right):
    return sum(left[i] * matrix[3 * i + j] * right[j] for i in range(2) for j in range(3))


def test_all_matrices_of_signs_have_the_predicted_product() -> None:
    matrices = signs(6)
    found = mean([seen(U, m, Q) * seen(P, m, T) for m in matrices])
    predicted = derive(NAME).predict(
        weight_variance=1, left_product=dot(U, P), right_product=dot(Q, T)
    )
    assert found == predicted == dot(U, P) * dot(Q, T)


def test_what_is_left_of_a_new_answer_is_uncorrelated_with_the_past() -> None:
    share = Fraction(dot(U, P)) / dot(P, P)
    left = tuple(u - share * p for u, p in zip(U, P, strict=True))
    products = [seen(left, m, Q) * seen(P, m, T) for m in signs(6)]
    assert any(products) and mean(products) == 0


def test_the_variance_of_an_answer_is_that_of_the_weights_times_both_lengths() -> None:
    found = derive(NAME).predict(
        "variance", weight_variance=1, left_square=dot(U, U), right_square=dot(Q, Q)
    )
    assert found == mean([seen(U, m, Q) ** 2 for m in signs(6)])
