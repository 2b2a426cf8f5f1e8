"""The list of theorems: found by themselves, in reading order, each complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from xavier_theory.claims import ledger
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.finite_models.drawing.theory import statements
from xavier_theory.monte_carlo.experiments import Experiment
from xavier_theory.symbolic.encoding import well_formed
from xavier_theory.symbolic.signs import is_zero_function
from xavier_theory.theorems import derive, theorem_folder, theorem_module, theorems

NAMES = pytest.mark.parametrize("name", theorems())


def test_they_come_in_the_order_that_they_state() -> None:
    stated = [theorem_module(name).STATEMENT for name in theorems()]
    assert [(said.order, said.name) for said in stated] == sorted((s.order, s.name) for s in stated)


STATED = theorem_module("he-variance").STATEMENT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"order": "second"}, "the order of he-variance is a number, got 'second'"),
        ({"name": "He_variance"}, "a theorem is called like-this, in lower case: 'He_variance'"),
        ({"claims": ("C99",)}, "a claim of C1 to C21, got 'C99'"),
        ({"claims": ("C0",)}, "a claim of C1 to C21, got 'C0'"),
        ({"claims": ("C22",)}, "a claim of C1 to C21, got 'C22'"),
        ({"sources": "He et al. (2015)"}, r"the sources of he-variance are a tuple, \("),
        ({"remarks": ["one"]}, "the remarks of he-variance are a tuple"),
    ],
)
def test_a_statement_that_says_something_else_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        replace(STATED, **change)


def test_every_claim_of_the_ledger_may_be_answered() -> None:
    claims = tuple(found.id for found in ledger())
    assert len(claims) == 21 and replace(STATED, claims=claims).claims == claims


@NAMES
def test_what_a_theorem_uses_is_read_before_it(name: str) -> None:
    before = theorems()[: theorems().index(name)]
    assert set(derive(name).lemmas) <= set(before)


@NAMES
def test_a_theorem_is_called_like_its_folder(name: str) -> None:
    folder = theorem_folder(name)
    module = folder.proof
    assert module.__name__ == f"xavier_theory.theorems.{folder.folder.name}.proof"
    assert module.STATEMENT.name == name == derive(name).name


@pytest.mark.parametrize("look_up", [theorem_module, derive])
@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("layer-varience", "layer-variance"), ("he-var", "he-variance"), ("symetry", "symmetry")],
)
def test_an_unknown_name_suggests_the_nearest(
    look_up: Callable[[str], object], wrong: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError) as refusal:
        look_up(wrong)
    assert str(refusal.value) == f"unknown theorem {wrong!r}; did you mean {nearest!r}?"


def test_a_name_like_none_lists_them_all() -> None:
    with pytest.raises(UnknownNameError, match="known: product-variance, centred-moments, layer"):
        derive("zzz")


def test_a_derivation_is_made_once() -> None:
    assert derive("he-variance") is derive("he-variance")


@NAMES
def test_a_theorem_says_what_it_means_and_names_its_sources(name: str) -> None:
    said = theorem_module(name).STATEMENT
    assert said.sources and said.practice
    assert said.title.strip() == said.title != ""
    assert said.notation.strip() == said.notation
    assert all(source.where for source in said.sources)


@NAMES
def test_a_theorem_file_opens_with_its_plan(name: str) -> None:
    text = theorem_module(name).__doc__ or ""
    for part in ("Assumptions:", "Plan of the proof", "\n1. "):
        assert part in text


@NAMES
def test_the_experiments_ask_for_what_predict_takes(name: str) -> None:
    derivation, experiments = derive(name), theorem_folder(name).experiments
    assert experiments and all(isinstance(found, Experiment) for found in experiments)
    assert len({found.name for found in experiments}) == len(experiments)
    for found in experiments:
        assert 0 < found.delta < 1
        if found.result is not None:
            assert found.result in derivation.results


@NAMES
def test_the_wrong_conclusions_differ_from_the_right_one(name: str) -> None:
    derivation, wrong = derive(name), theorem_folder(name).wrong
    assert wrong
    right = [derivation.results["conclusion"].right] if len(derivation.main) == 1 else []
    right = right or [derivation.results["lower"].left, derivation.results["upper"].right]
    for planted_sides in wrong.values():
        sides = planted_sides if isinstance(planted_sides, tuple) else (planted_sides,)
        assert len(sides) == len(right)
        pairs = zip(right, sides, strict=True)
        assert not all(is_zero_function(well_formed(side) - truth) for truth, side in pairs)


@NAMES
def test_what_finite_models_solve_for_is_an_assumption(name: str) -> None:
    folder = theorem_folder(name)
    declared = {assumption.name for assumption in folder.proof.CONTEXT.assumptions}
    solved = folder.solved
    assert set(solved) <= declared
    said = [statement for solution in solved.values() for statement in statements(solution)]
    assert all(relation in ("=", "<=", ">=") for _, relation, _ in said)
