"""Laws with a density: their results hold in every model, what is off fails, nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from flint import arb
from sympy import Integer, Rational, Symbol

from xavier_theory.continuous_models import (
    Atoms,
    LogChiSquare,
    Model,
    NoValueError,
    Numbers,
    StandardNormal,
    holds,
    models,
    value,
)
from xavier_theory.errors import XavierTheoryError
from xavier_theory.finite_models.arithmetic import exact
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.assumptions import density
from xavier_theory.symbolic.judgements import Context
from xavier_theory.symbolic.terms import Cov, E, Var, random_variable, scalar
from xavier_theory.theorems import derive
from xavier_theory.theorems.weight_laws.proof import uniform

WEIGHTS = derive("weight-laws")
x = scalar("x")


def given(name: str) -> list[Model]:
    step = WEIGHTS.results[name]
    return models(step.context, step.assumptions, (step.left, step.right))


def test_laws_together_multiply_their_moments() -> None:
    """E (X + N)²Λ for X on 1 and 2, N normal, and Λ the logarithm of a chi-square."""
    members = random_variable("X"), random_variable("N"), random_variable("Lambda")
    laws = dict(zip(members, (Atoms((1, 2)), StandardNormal(), LogChiSquare(2)), strict=True))
    X, N, Lambda = members
    found = value(E((X + N) ** 2 * Lambda), Model({}, laws=laws))
    expected = Rational(7, 2) * (sympy.log(2) - sympy.EulerGamma)
    assert float(found.mid()) == pytest.approx(float(expected), rel=1e-14)


def test_a_mean_that_is_no_moment_needs_a_law_that_knows_it() -> None:
    X, at = random_variable("X"), Symbol("at", real=True)
    assert value(E(abs(X)), Model({}, laws={X: Atoms((-1, 2))})) == exact(Rational(3, 2))
    with pytest.raises(NoValueError, match="no mean is known"):
        LogChiSquare(3).mean(abs(at), at)


@pytest.mark.parametrize("result", ["conclusion", "uniform", "truncated"])
def test_results_about_densities_hold_in_every_model(result: str) -> None:
    step = WEIGHTS.results[result]
    found = given(result)
    assert len(found) == 3
    assert [holds(step.relation, step.left, step.right, model) for model in found] == [True] * 3


@pytest.mark.parametrize("result", ["conclusion", "uniform", "truncated"])
def test_results_about_densities_that_are_off_fail(result: str) -> None:
    step = WEIGHTS.results[result]
    for factor in (sympy.Rational(10**20 + 1, 10**20), sympy.Rational(101, 100)):
        wrong = step.right * factor
        assert {holds("=", step.left, wrong, model) for model in given(result)} == {False}


def test_a_density_integrates_to_one_and_has_its_moments() -> None:
    for model in given("uniform"):
        law = model.laws[uniform]
        limit = float(law.upper)
        one = law.mean(sympy.Integer(1), law.variable)
        fourth = model.expectation(uniform**4)
        assert float(one.mid()) == pytest.approx(1.0, abs=1e-14)
        assert float(fourth.mid()) == pytest.approx(limit**4 / 5, rel=1e-13)


def test_models_of_a_density_differ() -> None:
    assert len({model.laws[uniform] for model in given("uniform")}) == 3


def test_the_ends_of_a_density_are_in_order() -> None:
    """Of a normal law cut at any a and b: three models, each with a below b."""
    cut = derive("truncated-normal").results["conclusion"]
    found = models(cut.context, cut.assumptions, (cut.left, cut.right))
    assert len(found) == 3
    assert all(law.lower < law.upper for model in found for law in model.laws.values())
    assert all(holds(cut.relation, cut.left, cut.right, model) for model in found)


def test_what_does_not_integrate_to_one_is_no_density() -> None:
    law = density("twice", uniform, x, Integer(2), Integer(0), Integer(1))
    context = Context((law,))
    assert models(context, frozenset(), (E(uniform),))
    assert models(context, frozenset({law}), (E(uniform),)) == []


@pytest.mark.parametrize("term", [E(random_variable("other")), E(sympy.log(uniform))])
def test_a_mean_that_is_not_known_is_refused(term: Any) -> None:
    with pytest.raises(NoValueError):
        value(term, given("uniform")[0])


@pytest.mark.parametrize("term", [1 / scalar("x"), sympy.log(scalar("x"))])
def test_a_ball_around_0_does_not_decide_whether_a_term_has_a_value(term: Any) -> None:
    for number, refused in ((arb(0, 1), NoValueError), (exact(0), OutsideDomainError)):
        with pytest.raises(refused):
            value(term, Numbers({scalar("x"): number}))


def test_variance_and_covariance_are_what_they_mean() -> None:
    model = given("uniform")[0]
    limit = float(model.laws[uniform].upper)
    assert float(value(Var(uniform), model).mid()) == pytest.approx(limit**2 / 3, rel=1e-13)
    third = value(Cov(uniform, uniform**3), model)
    assert float(third.mid()) == pytest.approx(limit**4 / 5, rel=1e-13)


def test_an_unknown_scalar_has_no_value() -> None:
    with pytest.raises(XavierTheoryError):
        value(sympy.Symbol("unknown"), given("uniform")[0])
    assert value(sympy.Rational(1, 3), given("uniform")[0]) == exact(sympy.Rational(1, 3))
