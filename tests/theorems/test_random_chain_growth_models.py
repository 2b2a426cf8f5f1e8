"""Chains of Gaussian matrices: the results hold in every one, and wrong formulas fail in one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from xavier_theory.continuous_models import ContinuousModel, NoValueError, holds
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.terms import random_variable
from xavier_theory.theorems import derive, theorem_folder

CHAIN, FOLDER = derive("random-chain-growth"), theorem_folder("random-chain-growth")


def given(step: Step) -> Sequence[ContinuousModel]:
    return FOLDER.models(step.context, step.assumptions, (step.left, step.right))


@pytest.mark.parametrize("result", ["conclusion", "one_layer", "below_mean_square"])
def test_results_about_chains_hold_in_every_model(result: str) -> None:
    step = CHAIN.results[result]
    found = [holds(step.relation, step.left, step.right, model) for model in given(step)]
    assert found == [True] * 48


@pytest.mark.parametrize("wrong", sorted(FOLDER.wrong))
def test_wrong_growth_rates_fail(wrong: str) -> None:
    step = CHAIN.results["conclusion"]
    formula = FOLDER.wrong[wrong]
    found = [holds("=", step.left, formula, model) for model in given(step)]
    assert False in found


def test_a_chain_knows_no_other_mean() -> None:
    model = given(CHAIN.results["conclusion"])[0]
    with pytest.raises(NoValueError):
        model.expectation(random_variable("X"))
