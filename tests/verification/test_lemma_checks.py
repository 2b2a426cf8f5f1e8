"""The checks of lemmas: each holds, and less of it is refuted."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy

from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.theorems import derive, theorems
from xavier_theory.verification.lemma_checks import lemma_checks
from xavier_theory.verification.pointwise import RANGES, check_pointwise

SMALL = sympy.Rational(1, 100)


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


@pytest.mark.parametrize("wrong", [1, sympy.Rational(1, 1000)])
def test_the_formula_about_a_layers_norm_must_be_what_its_law_gives(wrong, monkeypatch) -> None:
    name = "gaussian-layer-norm"
    lemma = replace(LEMMAS[name], right=LEMMAS[name].right + wrong)
    monkeypatch.setitem(LEMMAS, name, lemma)
    (certified, *_) = lemma_checks((name,), "random-chain-growth", 0)
    assert (certified.name, certified.verdict) == (f"lemma {name}", "refuted")
