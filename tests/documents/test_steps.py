"""No step is hidden, each says what it used, and every rule has its words."""

from __future__ import annotations

import re

import pytest

from tests.symbolic.proofs import RULES
from xavier_theory.documents.citations import Citations, joined
from xavier_theory.documents.outline import outline, plain_steps
from xavier_theory.documents.plain_assumptions import _BODIES, plain_assumption
from xavier_theory.documents.rule_texts import RULE_TEXTS, rule_text
from xavier_theory.documents.steps import step_paragraphs
from xavier_theory.kernel.assumptions import KINDS
from xavier_theory.theorems import derive, theorems


def test_every_rule_has_a_text() -> None:
    assert set(RULE_TEXTS) == set(RULES)


@pytest.mark.parametrize("name", theorems())
def test_every_step_is_there_once_and_in_order(name: str) -> None:
    text = "\n\n".join(step_paragraphs(derive(name)))
    numbers = [int(found) for found in re.findall(r"\*\*\((\d+)\)\*\*", text)]
    assert numbers == list(range(1, len(derive(name).steps) + 1))


@pytest.mark.parametrize("name", theorems())
def test_every_step_cites_its_premises(name: str) -> None:
    derivation = derive(name)
    citations = Citations(derivation)
    for step in derivation.steps:
        text = rule_text(step, citations)
        for premise in step.premises:
            assert citations.step(premise) in text


@pytest.mark.parametrize("name", theorems())
def test_new_assumptions_are_named_where_they_come_in(name: str) -> None:
    derivation = derive(name)
    citations = Citations(derivation)
    named: set[str] = set()
    for step in derivation.steps:
        named |= set(re.findall(r"\bA\d+\b", rule_text(step, citations)))
        wanted = {citations.label(assumption) for assumption in step.assumptions} - {None}
        assert wanted <= named, step


@pytest.mark.parametrize("name", theorems())
def test_plain_steps_are_one_line_without_latex(name: str) -> None:
    for _, reason, formula in plain_steps(derive(name)):
        assert not re.search(r"[\\$\n]|\*\*", reason + formula)


def test_outline_lists_what_the_conclusion_rests_on() -> None:
    assert len(outline(derive("layer-variance"))) == len(derive("layer-variance").assumptions) + 1
    *_, domains = outline(derive("layer-variance"))
    first, second, third, *_ = outline(derive("layer-variance"))
    assert first == "A1 Weights have zero mean: E(W[i, j]) = 0 for all i, j"
    assert third.endswith("Cov(W[i, j], W[i, k]) = 0 for all i, j, k with j ≠ k")
    assert second != third
    assert domains == "Throughout: fan_in ∈ {1, 2, …}, input_variance ≥ 0, weight_variance ≥ 0"


def test_every_kind_of_assumption_says_what_it_states() -> None:
    assert set(_BODIES) == {*KINDS, "distinct"}
    (density,) = derive("weight-laws").context.of_kind("density")[:1]
    assert plain_assumption(density) == "U has the density 1/(2·limit) for x from -limit to limit"
    (slope,) = derive("correlation-map").context.of_kind("derivative")
    assert plain_assumption(slope).startswith("d/dh E(")


def test_cited_theorems_are_linked_with_the_step() -> None:
    derivation = derive("xavier-variance")
    (lemma,) = derivation.lemmas.values()
    place = Citations(derivation).step(lemma.results["conclusion"])
    assert place == f"[layer-variance](layer-variance.md) ({len(lemma.steps)})"


@pytest.mark.parametrize(
    ("parts", "text"),
    [(["(1)"], "(1)"), (["(1)", "(2)"], "(1) and (2)"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_in_words(parts: list[str], text: str) -> None:
    assert joined(parts) == text


def test_cases_of_a_step_name_0_apart() -> None:
    """At 0 a step is 0, as for negative numbers; without one both closed cases are enough."""
    derivation = derive("homogeneous-activation")
    cases = [step for step in derivation.steps if step.rule == "sign_cases"]
    texts = [rule_text(step, Citations(derivation)) for step in cases]
    for step, text in zip(cases, texts, strict=True):
        assert ("equal to 0" in text) == ('"step"' in step.text)
    assert 0 < sum("equal to 0" in text for text in texts) < len(texts)
