"""Nothing is said that is not shown: every sentence carries evidence that exists and holds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import arb

from tests.theorems.evidence_checks import faults, sentences
from xavier_theory.activations import Enclosure
from xavier_theory.claims import ledger
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.theorems import theorem_folder, theorems
from xavier_theory.theorems.evidence import (
    Cited,
    Computed,
    Evidence,
    Fact,
    Fails,
    Proved,
    Sampled,
    Trained,
    evidence_from,
    misprint,
)
from xavier_theory.training.experiments import EXPERIMENTS


@pytest.mark.parametrize("speaker", ["", *theorems()])
def test_what_shows_a_sentence_exists_and_holds(speaker: str) -> None:
    said = [fact for name, fact in sentences() if name == speaker]
    assert said
    assert [(fact.text, faults(speaker, fact)) for fact in said if faults(speaker, fact)] == []


def test_every_number_that_is_computed_is_printed() -> None:
    printed = {
        (shown.theorem or speaker, shown.phrase)
        for speaker, fact in sentences()
        for shown in fact.evidence
        if isinstance(shown, Computed)
    }
    computed = {(name, phrase) for name in theorems() for phrase in theorem_folder(name).numbers}
    assert computed == printed


def test_every_observation_is_evidence_for_a_sentence() -> None:
    told = {
        (shown.theorem or speaker, shown.experiment)
        for speaker, fact in sentences()
        for shown in fact.evidence
        if isinstance(shown, Sampled)
    }
    assert {
        (name, seen.name) for name in theorems() for seen in theorem_folder(name).observed
    } <= told


@pytest.mark.parametrize("found", ledger(), ids=lambda found: found.id)
def test_a_verdict_falls_with_all_that_shows_it(found: object) -> None:
    """What the sentences of a claim name is the evidence that the report judges."""
    used = {
        shown.experiment if isinstance(shown, Trained) else shown.theorem
        for fact in found.findings
        for shown in fact.evidence
        if isinstance(shown, Trained | Proved | Fails | Sampled)
    }
    assert used == set(found.evidence)


TRUE = Fact("A true remark: at least 3 of 4.", Proved("half"), Proved())


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Proved("helf"), "he-variance has no result helf"),
        (Proved("conclusion", "he-varience"), "no theorem he-varience"),
        (Sampled("a whole lair"), "he-variance samples no a whole lair"),
        (Trained("learnig"), "no training experiment learnig"),
        (Fails("pre_activations_are_sweet"), "pre_activations_are_sweet breaks nothing"),
        (Fails("weights_have_finite_second_moments"), "breaks nothing"),
        (Computed("at least 3"), "he-variance computes no at least 3"),
    ],
)
def test_a_planted_false_remark_is_found(evidence: Evidence, said: str) -> None:
    assert faults("he-variance", TRUE) == []
    (fault,) = faults("he-variance", Fact(TRUE.text, *TRUE.evidence, evidence))
    assert said in fault


def test_a_number_that_is_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fact = Fact("tanh keeps 39 %.", Computed("tanh keeps 39 %"))
    assert faults("tanh-linearization", fact) == []
    folder, wrong = theorem_folder("tanh-linearization"), Fraction(38, 100)
    monkeypatch.setitem(folder.numbers, "tanh keeps 39 %", lambda: wrong)
    (fault,) = faults("tanh-linearization", fact)
    assert fault == "'tanh keeps 39 %': the value is in [0.38, 0.38]"


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("it is 1.14", Fraction(1144, 1000)),
        ("it is 1.14", arb("1.1449")),
        ("at −2.5", Fraction(-5, 2)),
        ("loses 23 %", Fraction(226, 1000)),
        ("by about 3,600", 3591),
        ("by 3,591", 3591),
        ("it is 2", Enclosure(Fraction(3, 2), Fraction(5, 2))),
    ],
)
def test_a_number_is_right_within_half_of_its_last_place(phrase: str, value: object) -> None:
    assert misprint(phrase, value) is None


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("it is 1.15", Fraction(1144, 1000)),
        ("it is 1.14", arb("1.1451")),
        ("at 2.5", Fraction(-5, 2)),
        ("loses 22 %", Fraction(226, 1000)),
        ("by 3,600", 3591),
        ("by about 3,600", 3551 - 2),
        ("it is 2", Enclosure(Fraction(3, 2), Fraction(51, 20))),
    ],
)
def test_a_number_that_is_not_that_of_the_enclosure_is_no_rounding(
    phrase: str, value: object
) -> None:
    assert phrase in (misprint(phrase, value) or "")


def test_a_float_encloses_nothing() -> None:
    with pytest.raises(InvalidInputError, match=r"1\.5 encloses nothing"):
        misprint("it is 1.5", 1.5)


SHOWN = Proved()


@pytest.mark.parametrize(
    ("text", "evidence", "given", "said"),
    [
        ("No evidence.", (), (), "carries its evidence"),
        ("No stop", (SHOWN,), (), "full stop"),
        (" Space.", (SHOWN,), (), "full stop"),
        ("Text as evidence.", ("conclusion",), (), "evidence is Proved"),
        ("It is 1.14.", (SHOWN,), (), r"1\.14 is neither computed nor given"),
        ("It is 117.", (SHOWN,), (), "117 is neither computed nor given"),
        ("It is 1,024.", (SHOWN,), (), "1,024 is neither"),
        ("It loses 5 %.", (SHOWN,), (), "5 % is neither"),
        ("It is small.", (SHOWN,), ("1.14",), r"1\.14 is given, but not in the sentence"),
        ("It is 1.15.", (Computed("It is 1.14"),), (), "computed, but not in the sentence"),
        ("It is 1.145.", (Computed("It is 1.14"),), (), "computed, but not in the sentence"),
    ],
)
def test_a_sentence_without_evidence_cannot_be_made(
    text: str, evidence: tuple[Evidence, ...], given: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said):
        Fact(text, *evidence, given=given)


def test_numbers_that_need_no_evidence() -> None:
    assert Fact("n = 64 and l = 10: 2^1000, c^(-64), φ₁₀₀ of C12.", SHOWN)
    assert Fact("Width 1,024, c = 0.5.", SHOWN, given=("1,024", "0.5"))
    assert Fact("At n = 2 it is 2.5.", Computed("it is 2.5"))


def test_a_phrase_ends_with_its_number() -> None:
    with pytest.raises(InvalidInputError, match="does not end with a number"):
        Computed("it is 2.5 there")


def test_an_unknown_key_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'he2015'"):
        Cited("hee2015", "section 2")


@pytest.mark.parametrize(
    "table",
    [{"shown": "x"}, {"proved": "x", "sampled": "y"}, {"trained": "x", "theorem": "y"}, {}],
)
def test_a_table_that_is_no_evidence_is_refused(table: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError, match="evidence"):
        evidence_from(table)


def test_tables_are_read() -> None:
    assert evidence_from({"proved": "half", "theorem": "he-variance"}) == Proved(
        "half", "he-variance"
    )
    assert evidence_from({"trained": "learning"}) == Trained(EXPERIMENTS[0].name)


def test_a_statement_takes_no_bare_text() -> None:
    stated = theorem_folder("he-variance").statement
    with pytest.raises(InvalidInputError, match="he-variance: a sentence is a Fact"):
        replace(stated, remarks=("Quite so.",))
    with pytest.raises(InvalidInputError, match="he-variance: a source is Cited"):
        replace(stated, sources=("He et al. (2015)",))
