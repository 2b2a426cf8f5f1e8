"""Models of smooth functions: what is assumed holds in them, and what is off is seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy
from sympy import Abs, Function, Integer, Rational

from xavier_theory.continuous_models import ContinuousModel, holds
from xavier_theory.symbolic.assumptions import Assumption, at_most, derivative, equation
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import random_variable, scalar
from xavier_theory.theorems import derive, theorem_folder

x, y, p = scalar("x"), scalar("y"), scalar("p")
k = scalar("k", "nonnegative")
f, df = Function("f", real=True), Function("df", real=True)
FOLDER = theorem_folder("near-fixed-point")
SLOPE = derivative("slope", f(x), df(x), x)
SLOWLY = at_most("slowly", Abs(df(x) - df(y)), k * Abs(x - y), x, y)
FIXED = equation("fixed", f(p), p)


def models(*assumptions: Assumption, term: sympy.Expr | None = None) -> Sequence[ContinuousModel]:
    return FOLDER.models(Context(), frozenset(assumptions), [f(x) if term is None else term])


def test_they_satisfy_the_theorem_and_refute_half_of_its_bound() -> None:
    step = derive("near-fixed-point").results["conclusion"]
    found = FOLDER.models(step.context, step.assumptions, (step.left, step.right))
    assert len(found) > 20
    assert all(holds("<=", step.left, step.right, model) for model in found)
    assert not all(holds("<=", step.left, step.right / 2, model) for model in found)


def test_the_numbers_are_those_for_which_the_assumptions_hold() -> None:
    found = models(SLOPE, SLOWLY, FIXED)
    assert found
    for model in found:
        assert holds("=", f(p), p, model) is True
        for at in (Integer(0), Rational(5, 3)):
            apart = Abs(df(at) - df(at + 2))
            assert holds("<=", apart, 2 * k, model) is True
    free = models(SLOPE, SLOWLY, term=f(p))
    assert not all(holds("=", f(p), p, model) for model in free)


@pytest.mark.parametrize(
    "other",
    [
        equation("everywhere", f(x), x, x),
        at_most("bounded", Abs(f(x)), k, x),
        at_most("contracts", Abs(f(x) - f(y)), Abs(x - y) / 9, x, y),
    ],
)
def test_what_the_curves_do_not_satisfy_has_no_model(other: Assumption) -> None:
    assert models(SLOPE, other) == []


def test_what_speaks_of_more_has_no_such_model() -> None:
    assert models(SLOPE, FIXED, term=f(x) + Function("g", real=True)(x)) == []
    assert models(FIXED, term=sympy.Integer(0) * x + random_variable("X")) == []
    assert FOLDER.models(Context(), frozenset(), [f(x)]) == []
