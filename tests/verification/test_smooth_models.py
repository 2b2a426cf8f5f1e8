"""Models of smooth functions, and lemmas at points: what is assumed holds, and slips are seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from sympy import Abs, Function, Integer, Rational

from xavier_theory.symbolic.assumptions import Assumption, at_most, derivative, equation
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.symbolic.terms import random_variable, scalar
from xavier_theory.theorems import derive
from xavier_theory.verification import lemmas_at_points
from xavier_theory.verification.continuous import holds
from xavier_theory.verification.lemmas_at_points import CURVES, Curve, holds_at_points
from xavier_theory.verification.smooth_models import smooth_models

x, y, p = scalar("x"), scalar("y"), scalar("p")
k = scalar("k", "nonnegative")
f, df = Function("f", real=True), Function("df", real=True)
SLOPE = derivative("slope", f(x), df(x), x)
SLOWLY = at_most("slowly", Abs(df(x) - df(y)), k * Abs(x - y), x, y)
FIXED = equation("fixed", f(p), p)


def models(*assumptions: Assumption, term: sympy.Expr | None = None) -> list[object]:
    return smooth_models(frozenset(assumptions), [f(x) if term is None else term])


def test_they_satisfy_the_theorem_and_refute_half_of_its_bound() -> None:
    step = derive("near-fixed-point").results["conclusion"]
    found = smooth_models(step.assumptions, (step.left, step.right))
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
    assert smooth_models(frozenset(), [f(x)]) == []


@pytest.mark.parametrize("name", ["triangle-inequality", "quadratic-remainder"])
def test_a_lemma_holds_at_all_points_and_less_of_it_does_not(name: str) -> None:
    assert holds_at_points(LEMMAS[name]) is True
    assert holds_at_points(LEMMAS[name], Rational(-1, 1000)) is False


@pytest.mark.parametrize("place", range(len(CURVES)))
def test_the_bounds_of_the_curves_are_needed(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three fifths of it the lemma fails, and so does a slope that is not the function's."""
    curve = CURVES[place]
    for wrong in (
        replace(curve, bound=curve.bound * Rational(3, 5)),
        Curve(curve.function, curve.slope + Rational(1, 2), curve.bound),
    ):
        monkeypatch.setattr(lemmas_at_points, "CURVES", (wrong,))
        assert holds_at_points(LEMMAS["quadratic-remainder"]) is False
