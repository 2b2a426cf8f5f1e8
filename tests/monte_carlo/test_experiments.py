"""Experiments: predictions come from the derivation, planted formulas are refuted or named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from xavier_theory.errors import InvalidInputError
from xavier_theory.monte_carlo.experiments import (
    Experiment,
    planted,
    run_experiment,
    value_of,
)
from xavier_theory.statistics import ErrorRates
from xavier_theory.symbolic.predictions import PredictionError
from xavier_theory.theorems import derive, theorem_folder
from xavier_theory.theorems.layer_variance.experiment import layer
from xavier_theory.theorems.layer_variance.proof import fan_in, input_variance, weight_variance

RATES = ErrorRates(0.01, 1e-6, 1e-6)
LAYER = derive("layer-variance")
TRUE = fan_in * weight_variance * input_variance
THREE = Experiment(
    "three inputs", layer, {"fan_in": 3, "weight_variance": 0.5, "input_variance": 2}, 0.01
)


@pytest.fixture
def rng(run_seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(run_seed))


def test_the_derived_prediction_is_consistent_and_planted_ones_are_refuted(
    rng: np.random.Generator,
) -> None:
    wrong = theorem_folder("layer-variance").wrong
    run = run_experiment(LAYER, THREE, wrong, RATES, rng)
    assert run.judged[0].prediction == LAYER.predict(**THREE.parameters) == 3.0
    assert [judged.control for judged in run.judged] == [None, *wrong]
    assert [judged.outcome.verdict for judged in run.judged] == ["consistent"] + ["refuted"] * 4
    assert all(judged.passed for judged in run.judged)
    assert run.judged[0].estimate == pytest.approx(3.0, rel=0.01)


@pytest.mark.parametrize("factor", [(101, 100), (99, 100)])
def test_a_formula_one_percent_off_is_refuted(
    factor: tuple[int, int], rng: np.random.Generator
) -> None:
    wrong = {"off": TRUE * factor[0] / factor[1]}
    run = run_experiment(LAYER, THREE, wrong, RATES, rng)
    assert [judged.outcome.verdict for judged in run.judged] == ["consistent", "refuted"]


def test_planted_formulas_that_cannot_be_judged_are_named(rng: np.random.Generator) -> None:
    other = derive("depth-product").quantities["depth"]
    wrong = {"a tenth of a percent off": TRUE * 1001 / 1000, "another theorem's": TRUE * other}
    run = run_experiment(LAYER, THREE, wrong, RATES, rng)
    assert run.too_close == ("a tenth of a percent off",)
    assert run.without_value == ("another theorem's",)
    assert len(run.judged) == 1


def test_a_true_formula_that_is_planted_fails(rng: np.random.Generator) -> None:
    """A control that is refuted by a wrong prediction of the sampler's own would pass here."""
    broken = dataclasses.replace(THREE, settings={"law": "normal"}, result="mean")
    with pytest.raises(PredictionError):
        run_experiment(LAYER, broken, {}, RATES, rng)


def test_an_unknown_setting_is_refused(rng: np.random.Generator) -> None:
    experiment = dataclasses.replace(THREE, settings={"colour": "red"})
    with pytest.raises(InvalidInputError, match="unknown colour"):
        run_experiment(LAYER, experiment, {}, RATES, rng)


def test_members_are_compared_where_nothing_is_predicted(rng: np.random.Generator) -> None:
    folder = theorem_folder("symmetry")
    (experiment,) = folder.experiments
    run = run_experiment(derive("symmetry"), experiment, folder.wrong, RATES, rng)
    assert [judged.outcome.verdict for judged in run.judged] == ["consistent", "refuted", "refuted"]
    assert run.judged[0].estimate is None


def test_the_conclusions_wrong_formulas_belong_to_the_conclusion_alone() -> None:
    wrong = {"wrong": TRUE * 2}
    own = dataclasses.replace(THREE, wrong={"own": TRUE * 3})
    other = dataclasses.replace(own, result="second_moment")
    assert list(planted(own, wrong)) == ["wrong", "own"]
    assert list(planted(other, wrong)) == ["own"]


def test_a_pair_of_formulas_has_a_pair_of_values() -> None:
    found = value_of(LAYER, (TRUE, TRUE * 2), THREE.parameters)
    assert found == (3.0, 6.0)
