"""Rules about finite sums and products."""

from __future__ import annotations

import pytest
from sympy import Integer

from tests.symbolic.proofs import RULES
from xavier_theory.symbolic.assumptions import at_most
from xavier_theory.symbolic.binding import product_over, sum_except, sum_over
from xavier_theory.symbolic.errors import RuleRefusedError
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import constants, scalar

i, j, k, m, n = (scalar(name, "width") for name in "ijkmn")
l = scalar("l", "natural")  # noqa: E741
x = scalar("x")
c, d, g = constants("c", 1), constants("d", 1), constants("g", 2)
NOTHING = Context()


def call(rule: str, *arguments: object, context: Context = NOTHING) -> object:
    return RULES[rule](context, *arguments)


def test_product_of_sums_derives_a_double_sum() -> None:
    both = sum_over(j, n, c[j]) * sum_over(k, m, d[k])
    assert call("product_of_sums", both).right in (
        sum_over(j, n, sum_over(k, m, c[j] * d[k])),
        sum_over(k, m, sum_over(j, n, c[j] * d[k])),
    )
    square = sum_over(j, n, g[i, j]) ** 2
    assert call("product_of_sums", square).right == sum_over(
        j, n, sum_over(k, n, g[i, j] * g[i, k])
    )


@pytest.mark.parametrize("term", [x, sum_over(j, n, c[j]), sum_over(j, n, c[j]) ** 3,
                                  x * sum_over(j, n, c[j]), product_over(j, n, c[j]) ** 2,
                                  sum_except(j, n, i, c[j]) ** 2])  # fmt: skip
def test_product_of_sums_refuses_other_terms(term: object) -> None:
    with pytest.raises(RuleRefusedError, match="no product of two sums"):
        call("product_of_sums", term)


def test_split_diagonal_derives() -> None:
    step = call("split_diagonal", sum_over(j, n, sum_over(k, n, g[j, k])))
    rest = sum_over(j, n, sum_except(k, n, j, g[j, k]))
    assert step.right == sum_over(j, n, g[j, j]) + rest


@pytest.mark.parametrize("term", [x, sum_over(j, n, c[j]), sum_over(j, n, sum_over(k, m, g[j, k])),
                                  sum_over(j, n, sum_over(k, j, g[j, k])),
                                  sum_except(j, n, i, sum_over(k, n, g[j, k]))])  # fmt: skip
def test_split_diagonal_refuses_other_terms(term: object) -> None:
    with pytest.raises(RuleRefusedError, match="no double sum over one range"):
        call("split_diagonal", term)


def test_sum_is_linear_derives() -> None:
    step = call("sum_is_linear", sum_over(j, n, x * c[j] + 3))
    assert step.right == x * sum_over(j, n, c[j]) + 3 * n
    assert call("sum_is_linear", sum_over(j, l, x)).right == l * x  # an empty range: 0
    skipped = call("sum_is_linear", sum_except(j, n, i, 2))
    assert skipped.right == 2 * sum_except(j, n, i, 1)
    nested = sum_over(j, n, sum_over(k, j, c[j]))
    assert call("sum_is_linear", nested).right == sum_over(j, n, j * c[j])


def test_sum_is_linear_refuses_other_terms() -> None:
    for term in (x, product_over(j, n, 2 * c[j])):
        with pytest.raises(RuleRefusedError, match="is no sum"):
            call("sum_is_linear", term)


def test_sum_is_linear_refuses_where_nothing_can_be_taken_out() -> None:
    with pytest.raises(RuleRefusedError, match="nothing to take out"):
        call("sum_is_linear", sum_over(j, n, c[j]))


def test_sum_is_monotone_derives() -> None:
    step = call("sum_is_monotone", call("nonnegative", c[j] ** 2), j, n)
    assert (step.left, step.relation) == (sum_over(j, n, 0), "<=")
    assert step.right == sum_over(j, n, c[j] ** 2)


def test_sum_is_monotone_refuses_an_equation() -> None:
    with pytest.raises(RuleRefusedError, match="its premise is an inequality"):
        call("sum_is_monotone", call("peel", sum_over(j, 0, c[j])), j, n)


def test_sum_is_monotone_refuses_an_index_of_which_more_is_known() -> None:
    context = Context((at_most("the square is small", c[j] ** 2, x),))
    small = call("by_assumption", "the square is small", context=context)
    with pytest.raises(RuleRefusedError, match="j"):
        call("sum_is_monotone", small, j, n, context=context)


def test_peel_derives_the_last_term_and_the_empty_range() -> None:
    assert call("peel", sum_over(j, l + 1, c[j])).right == sum_over(j, l, c[j]) + c[l + 1]
    assert call("peel", product_over(j, n, c[j])).right == product_over(j, n - 1, c[j]) * c[n]
    assert call("peel", sum_over(j, 0, c[j])).right == 0
    assert call("peel", product_over(j, Integer(0), c[j])).right == 1


def test_peel_refuses_other_terms() -> None:
    for term in (x, sum_except(j, n, i, c[j])):
        with pytest.raises(RuleRefusedError, match="no sum or product over"):
            call("peel", term)


def test_peel_refuses_a_range_that_may_be_empty() -> None:
    with pytest.raises(RuleRefusedError, match="not plainly one more"):
        call("peel", sum_over(j, l, c[j]))
