"""Certified checks: true statements hold, planted errors are refuted, and nothing is guessed."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from flint import arb
from scipy import special, stats

from tools.slips.perturbed_chains import many_chi_square_chains
from xavier_theory.errors import XavierTheoryError
from xavier_theory.finite_models.arithmetic import exact
from xavier_theory.finite_models.errors import OutsideDomainError
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.symbolic.terms import Cov, E, Var, random_variable, scalar
from xavier_theory.theorems import derive, theorem_folder, theorems
from xavier_theory.theorems.log_norm_spread.proof import log_length
from xavier_theory.verification.chi_square import mean_of_log
from xavier_theory.verification.chi_square_chains import chi_square_chains
from xavier_theory.verification.continuous import NoValueError, holds, value
from xavier_theory.verification.densities import DensityModel, density_models
from xavier_theory.verification.gaussian_chains import chain_models
from xavier_theory.verification.lemma_checks import lemma_checks
from xavier_theory.verification.pointwise import RANGES, check_pointwise

SMALL = sympy.Rational(1, 100)
WEIGHTS = derive("weight-laws")
CHAIN = derive("random-chain-growth")
UNIFORM = (random_variable("U"), sympy.Integer(1), Fraction(0), Fraction(1))


def models(name: str) -> list[DensityModel]:
    return density_models(WEIGHTS.context, WEIGHTS.results[name].assumptions)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 64, 301])
def test_the_mean_of_log_chi_square_encloses_the_formula(degrees: int) -> None:
    ball = mean_of_log(degrees)
    expected = math.log(2) + special.digamma(degrees / 2)
    assert float(ball.mid()) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    assert float(ball.rad()) < 1e-24


def test_the_mean_of_log_chi_square_agrees_with_a_quadrature() -> None:
    points = np.linspace(-60, 8, 200_001)
    weight = stats.chi2(5).pdf(np.exp(points)) * np.exp(points)
    found = np.trapezoid(points * weight, points)
    assert float(mean_of_log(5).mid()) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("degrees", [1, 2, 5, 64])
def test_the_mean_square_of_log_chi_square_encloses_the_formula(degrees: int) -> None:
    ball = mean_of_log(degrees, 2)
    mean = math.log(2) + special.digamma(degrees / 2)
    expected = mean**2 + special.polygamma(1, degrees / 2)
    assert float(ball.mid()) == pytest.approx(expected, rel=1e-12)
    assert float(ball.rad()) < 1e-22


@pytest.mark.parametrize("degrees", [1, 5])
@pytest.mark.parametrize("power", [3, 4, 8])
def test_higher_moments_of_log_chi_square_enclose_a_quadrature(degrees: int, power: int) -> None:
    """By cumulants: those of log χ²_n are polygammas at n/2, and log 2 is added to the first."""
    ball = mean_of_log(degrees, power)
    half = degrees / 2
    cumulants = [math.log(2) + special.digamma(half)]
    cumulants += [float(special.polygamma(r, half)) for r in range(1, power)]
    moments = [1.0]
    for n in range(power):
        moments.append(sum(math.comb(n, r) * cumulants[r] * moments[n - r] for r in range(n + 1)))
    assert float(ball.mid()) == pytest.approx(moments[power], rel=1e-10)
    assert float(ball.rad()) < 1e-18 * abs(float(ball.mid()))


@pytest.mark.parametrize("power", [0, -1, 9])
def test_other_powers_of_the_logarithm_are_refused(power: int) -> None:
    with pytest.raises(XavierTheoryError, match=f"must be 1 to 8, got {power}"):
        mean_of_log(4, power)


def test_chains_of_chi_squares_know_polynomials_and_no_more() -> None:
    chain = chi_square_chains(derive("log-norm-spread").context)[1]
    with pytest.raises(NoValueError, match="does not know the mean"):
        chain.expectation(abs(log_length[1]))
    spread = value(Var(log_length[2]), chain)
    assert float(spread) == pytest.approx(14 / 3 + 2 * special.polygamma(1, 1.0), rel=1e-12)


def test_a_chain_of_chi_squares_has_the_moments_of_its_samples() -> None:
    """E Λ_2⁴ against a plain sum over the start and a quadrature over the two factors."""
    for chain in many_chi_square_chains(derive("log-norm-spread").context)[:12:3]:
        n = chain.degrees
        points = np.linspace(-80, 8, 400_001)
        weight = stats.chi2(n).pdf(np.exp(points)) * np.exp(points)
        one = [np.trapezoid(points**r * weight, points) for r in range(5)]
        two = [sum(math.comb(r, q) * one[q] * one[r - q] for q in range(r + 1)) for r in range(5)]
        fixed = [start + 2 * math.log(3 / n) for start in chain.start]
        expected = np.mean(
            [sum(math.comb(4, r) * two[r] * f ** (4 - r) for r in range(5)) for f in fixed]
        )
        assert float(value(E(log_length[2] ** 4), chain)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("result", ["conclusion", "one_layer", "at_least"])
def test_chains_of_chi_squares_satisfy_every_result_and_refute_what_is_off(result: str) -> None:
    step = derive("log-norm-spread").results[result]
    chains = many_chi_square_chains(step.context)
    assert all(holds(step.relation, step.left, step.right, chain) for chain in chains)
    wrong = step.right - SMALL if result != "at_least" else 2 * step.right / 3
    assert False in [holds(step.relation, step.left, wrong, chain) for chain in chains]


def test_other_contexts_are_no_chains_of_chi_squares() -> None:
    assert chi_square_chains(CHAIN.context) == []
    assert chi_square_chains(derive("layer-variance").context) == []


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_pointwise_lemma_holds_and_less_of_it_does_not(name: str) -> None:
    assert check_pointwise(LEMMAS[name]) is True
    assert check_pointwise(LEMMAS[name], -SMALL) is False


@pytest.mark.parametrize("name", ["logarithm-of-product", "sigmoid-reflection"])
def test_an_identity_with_more_on_the_right_is_refuted(name: str) -> None:
    assert check_pointwise(LEMMAS[name], sympy.Rational(1, 10**20)) is False


@pytest.mark.parametrize("name", ["logarithm-below-tangent", "tanh-is-bounded"])
def test_a_touching_inequality_has_no_room(name: str) -> None:
    assert check_pointwise(LEMMAS[name], -sympy.Rational(1, 10**9)) is not True


def test_every_pointwise_lemma_has_a_range() -> None:
    pointwise = {lemma.name for lemma in LEMMAS.values() if lemma.check == "pointwise"}
    assert pointwise == set(RANGES)


def test_every_lemma_is_checked_by_a_known_way() -> None:
    used = {axiom for name in theorems() for axiom in derive(name).axioms()}
    for name in used - {"gaussian-layer-norm"}:
        checks = lemma_checks((name,), "a theorem", 0)
        assert [check.passed for check in checks] == [True, True]


@pytest.mark.parametrize("result", ["conclusion", "uniform", "truncated"])
def test_results_about_densities_hold_in_every_model(result: str) -> None:
    step = WEIGHTS.results[result]
    found = models(result)
    assert len(found) == 3
    assert [holds(step.relation, step.left, step.right, model) for model in found] == [True] * 3


@pytest.mark.parametrize("result", ["conclusion", "uniform", "truncated"])
def test_results_about_densities_that_are_off_fail(result: str) -> None:
    step = WEIGHTS.results[result]
    for factor in (sympy.Rational(10**20 + 1, 10**20), sympy.Rational(101, 100)):
        wrong = step.right * factor
        assert {holds("=", step.left, wrong, model) for model in models(result)} == {False}


def test_a_density_integrates_to_one_and_has_its_moments() -> None:
    for model in models("uniform"):
        limit = float(model.upper)
        one = model.expectation(sympy.Integer(1))
        fourth = model.expectation(model.member**4)
        assert float(one.mid()) == pytest.approx(1.0, abs=1e-14)
        assert float(fourth.mid()) == pytest.approx(limit**4 / 5, rel=1e-13)


def test_models_of_a_density_differ() -> None:
    assert len({(model.lower, model.upper) for model in models("uniform")}) == 3


def test_the_ends_of_a_density_are_in_order() -> None:
    """Of a normal law cut at any a and b: three models, each with a below b."""
    cut = derive("truncated-normal")
    models = density_models(cut.context, frozenset(cut.context.assumptions))
    assert len(models) == 3
    assert all(model.lower < model.upper for model in models)


def test_no_density_no_model() -> None:
    assert density_models(WEIGHTS.context, frozenset()) == []


@pytest.mark.parametrize(
    "term", [E(random_variable("other")), E(sympy.log(models("uniform")[0].member))]
)
def test_a_mean_that_is_not_known_is_refused(term: Any) -> None:
    with pytest.raises(NoValueError):
        value(term, models("uniform")[0])


@pytest.mark.parametrize("term", [1 / scalar("x"), sympy.log(scalar("x"))])
def test_a_ball_around_0_does_not_decide_whether_a_term_has_a_value(term: Any) -> None:
    for number, refused in ((arb(0, 1), NoValueError), (exact(0), OutsideDomainError)):
        with pytest.raises(refused):
            value(term, DensityModel({scalar("x"): number}, *UNIFORM))


def test_variance_and_covariance_are_what_they_mean() -> None:
    model = models("uniform")[0]
    member, limit = model.member, float(model.upper)
    assert float(value(Var(member), model).mid()) == pytest.approx(limit**2 / 3, rel=1e-13)
    third = value(Cov(member, member**3), model)
    assert float(third.mid()) == pytest.approx(limit**4 / 5, rel=1e-13)


@pytest.mark.parametrize("result", ["conclusion", "one_layer", "below_mean_square"])
def test_results_about_chains_hold_in_every_model(result: str) -> None:
    step = CHAIN.results[result]
    found = [
        holds(step.relation, step.left, step.right, model) for model in chain_models(CHAIN.context)
    ]
    assert found == [True] * 3


@pytest.mark.parametrize("wrong", sorted(theorem_folder("random-chain-growth").wrong))
def test_wrong_growth_rates_fail(wrong: str) -> None:
    step = CHAIN.results["conclusion"]
    formula = theorem_folder("random-chain-growth").wrong[wrong]
    found = [holds("=", step.left, formula, model) for model in chain_models(CHAIN.context)]
    assert False in found


def test_a_chain_knows_no_other_mean() -> None:
    model = chain_models(CHAIN.context)[0]
    with pytest.raises(NoValueError):
        model.expectation(random_variable("X"))


def test_other_theorems_are_no_chains() -> None:
    assert chain_models(derive("layer-variance").context) == []


def test_an_unknown_scalar_has_no_value() -> None:
    with pytest.raises(XavierTheoryError):
        value(sympy.Symbol("unknown"), models("uniform")[0])
    assert value(sympy.Rational(1, 3), models("uniform")[0]) == exact(sympy.Rational(1, 3))


@pytest.mark.parametrize("wrong", [1, sympy.Rational(1, 1000)])
def test_the_formula_about_a_layers_norm_must_be_what_its_law_gives(wrong, monkeypatch) -> None:
    name = "gaussian-layer-norm"
    lemma = replace(LEMMAS[name], right=LEMMAS[name].right + wrong)
    monkeypatch.setitem(LEMMAS, name, lemma)
    (certified, *_) = lemma_checks((name,), "random-chain-growth", 0)
    assert (certified.name, certified.verdict) == (f"lemma {name}", "refuted")
