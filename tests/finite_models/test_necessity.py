"""The stored counterexamples are ones, they are the smallest, and every assumption has an entry."""

from dataclasses import replace

import pytest

from xavier_theory.errors import UnknownNameError
from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.finite_models.search import necessity as searching
from xavier_theory.finite_models.search.necessity import claim_about, every_assumption, question
from xavier_theory.finite_models.search.scope import separate_law
from xavier_theory.finite_models.stored import counterexamples
from xavier_theory.symbolic.judgements import Context
from xavier_theory.theorems import derive, theorem_folder, theorems

QUICK = 3_000
"""Searches that took no more work than this are run again."""


def stored_counterexamples(name):
    return counterexamples.stored_counterexamples(theorem_folder(name).counterexamples)


def verify_counterexample(result):
    continuous = theorem_folder(result.theorem).continuous
    return counterexamples.verify_counterexample(result, derive(result.theorem), continuous)


def necessity(derivation, assumption, result=None, heights=None):
    continuous = theorem_folder(derivation.name).continuous
    return searching.necessity(derivation, assumption, continuous, result, heights)


STORED = [result for name in theorems() for result in stored_counterexamples(name)]
FOUND = [result for result in STORED if result.needed]


def _label(result):
    return f"{result.theorem}-{result.assumption}"


@pytest.mark.parametrize("name", theorems())
def test_every_assumption_of_a_theorem_has_an_entry(name):
    """``make counterexamples`` makes what is missing, and what answers yesterday's question."""
    derivation = derive(name)
    stored = stored_counterexamples(name)
    assert {r.assumption: r.question for r in stored} == {
        a.name: question(derivation, result, a) for result, a in every_assumption(derivation)
    }
    for found in stored:
        resting = {a.name for a in derivation.results[found.result].assumptions}
        assert found.assumption in resting


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
        why = ("moment", "a finite model cannot satisfy")
        assert result.kind != "not searched" or any(words in result.reason for words in why)


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


def test_each_assumption_is_a_question_of_its_own():
    layer, product = derive("layer-variance"), derive("product-variance")
    asked = {question(d, r, a) for d in (layer, product) for r, a in every_assumption(d)}
    assert len(asked) == sum(len(every_assumption(d)) for d in (layer, product))


def test_a_law_of_a_defined_variable_is_not_separate() -> None:
    """C = exp(x) has a law, so x cannot be chosen freely: dropping the law is no mere renaming."""
    derivation = derive("log-norm-spread")
    dropped = next(a for a in derivation.assumptions if a.name == "c_is_chi_square")
    claim, kept = claim_about(derivation, "conclusion", dropped)
    assert not separate_law(dropped, claim, kept)
    undefined = replace(claim, context=Context(claim.context.assumptions))
    assert separate_law(dropped, undefined, kept)


def test_a_model_that_cannot_tell_a_kept_assumption_is_no_counterexample():
    """Weights of variance 0 keep nothing: the equation speaks of a Z that the model lacks."""
    stored = next(r for r in FOUND if r.kind == "counterexample")
    model = {"sizes": {"fan_in": 1}, "widths": [1], "indices": {}, "functions": {}, "blocks": []}
    model |= {"scalars": {"weight_variance": "0"}, "constants": {}}
    wrong = replace(
        stored,
        theorem="gated-gain",
        result="conclusion",
        assumption="z_is_standard_normal",
        left="0",
        right="2.35171561407",
        difference="-2.35171561407",
        model=model,
    )
    assert not verify_counterexample(wrong)


def test_what_the_conclusion_may_do_without_another_result_may_need():
    """Memories of outgoing weights reach the incoming ones later than the search looks."""
    dropped = "units_start_with_equal_first_memories_of_outgoing_weights"
    derivation = derive("optimizer-symmetry")
    assert necessity(derivation, dropped, "conclusion").kind == "none found"
    found = necessity(derivation, dropped)
    assert (found.kind, found.result) == ("counterexample", "outgoing_weights")
    assert verify_counterexample(found)
