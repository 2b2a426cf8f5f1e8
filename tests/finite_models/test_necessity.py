"""The stored counterexamples are ones, they are the smallest, and every assumption has an entry."""

from dataclasses import replace

import pytest

from xavier_theory.errors import UnknownNameError
from xavier_theory.finite_models.counterexamples import (
    stored_counterexamples,
    verify_counterexample,
)
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.necessity import every_assumption, necessity
from xavier_theory.theorems import derive, theorems

QUICK = 3_000
"""Searches that took no more work than this are run again."""

STORED = [result for name in theorems() for result in stored_counterexamples(name)]
FOUND = [result for result in STORED if result.needed]


def _label(result):
    return f"{result.theorem}-{result.assumption}"


@pytest.mark.parametrize("name", theorems())
def test_every_assumption_of_a_theorem_has_an_entry(name):
    stored = {result.assumption: result.result for result in stored_counterexamples(name)}
    assert stored == {a.name: result for result, a in every_assumption(derive(name))}


@pytest.mark.parametrize("result", FOUND, ids=_label)
def test_counterexample_satisfies_the_others_violates_the_dropped_and_refutes(result):
    assert verify_counterexample(result)


@pytest.mark.parametrize("result", [r for r in STORED if r.bound and r.work <= QUICK], ids=_label)
def test_search_finds_the_stored_one_first(result):
    again = necessity(derive(result.theorem), result.assumption, heights=(result.bound,))
    assert again == result
    assert again.model == result.model


def test_what_cannot_be_searched_says_why():
    for result in STORED:
        assert result.needed == (not result.reason), result
        assert result.kind != "not searched" or "moment" in result.reason


def test_a_counterexample_with_another_value_is_no_counterexample():
    good = stored_counterexamples("product-variance")[0]
    blocks = [{"probabilities": ["1/2", "1/2"], "values": {"X": ["1", "1"], "Y": ["0", "1"]}}]
    assert not verify_counterexample(replace(good, model={**good.model, "blocks": blocks}))
    assert not verify_counterexample(replace(good, left="1/3"))


def test_a_model_that_violates_a_kept_assumption_is_no_counterexample():
    good = next(
        r
        for r in stored_counterexamples("layer-variance")
        if r.assumption == "inputs_have_zero_mean"
    )
    scalars = {**good.model["scalars"], "weight_variance": "2"}
    assert not verify_counterexample(replace(good, model={**good.model, "scalars": scalars}))


def test_dropping_an_assumption_that_a_theorem_does_not_have_is_refused():
    with pytest.raises(UnknownNameError, match="x_and_y_are_independent"):
        necessity(derive("product-variance"), "x_and_y_are_indepedent")


def test_verifying_what_is_no_counterexample_is_refused():
    result = next(r for r in STORED if r.kind == "not searched")
    with pytest.raises(FiniteModelError, match=result.assumption):
        verify_counterexample(result)
