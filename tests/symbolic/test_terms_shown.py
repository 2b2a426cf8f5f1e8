"""Terms take no text, and whatever is made of them can be shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy

from xavier_theory.symbolic.terms import (
    Cov,
    E,
    Entry,
    ProductOver,
    SumExcept,
    SumOver,
    Var,
    constants,
    random_family,
    random_variable,
)
from xavier_theory.theorems import theorem_module, theorems

TEXT = "__import__('os').getcwd()"
W, X = random_family("W", 2), random_variable("X")


@pytest.mark.parametrize(
    "make",
    [
        lambda: E(TEXT),
        lambda: Var("X"),
        lambda: Cov(X, "X"),
        lambda: W[1, "j"],
        lambda: Entry(constants("b", 1), "1"),
        lambda: SumOver("n", X),
        lambda: SumOver(3, TEXT),
        lambda: SumExcept(3, "1", X),
        lambda: ProductOver(3, "2"),
    ],
)
def test_text_is_refused_and_not_evaluated(make: Callable[[], object]) -> None:
    with pytest.raises(sympy.SympifyError):
        make()


def test_a_family_is_no_sequence() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        iter(W)


@pytest.mark.parametrize("name", theorems())
def test_assumptions_and_definitions_can_be_shown(name: str) -> None:
    context = theorem_module(name).CONTEXT
    for item in (*context.assumptions, *context.definitions):
        assert item.name in repr(item)
        assert "#" not in repr(item)


def test_a_product_of_numbers_that_are_not_negative_is_not_negative() -> None:
    width = constants("width", 1, "width")
    assert ProductOver(3, width[1] * 0).is_nonnegative
    assert ProductOver(3, constants("v", 1, "nonnegative")[1]).is_nonnegative
    assert ProductOver(3, constants("v", 1)[1]).is_nonnegative is None
