"""The ledger: what it holds, and that no verdict outlives its evidence."""

from __future__ import annotations

import pytest

from tests.documents.fakes import CONTROL, STEPS, WRONG, FakeReport, FakeTheoremReport, report_for
from xavier_theory.claims import (
    FAILED,
    NOT_YET,
    REFUTED,
    VERDICTS,
    Claim,
    claim,
    judge,
    ledger,
)
from xavier_theory.errors import UnknownNameError
from xavier_theory.theorems import theorem_module, theorems
from xavier_theory.training.experiments import EXPERIMENTS


def test_ledger_has_all_claims_in_order() -> None:
    assert [found.id for found in ledger()] == [f"C{number}" for number in range(1, 22)]


def test_every_claim_has_evidence() -> None:
    assert [found.id for found in ledger() if not found.evidence] == []


@pytest.mark.parametrize("found", ledger(), ids=lambda found: found.id)
def test_a_verdict_says_what_was_found_and_a_claim_without_one_says_nothing(found: Claim) -> None:
    assert found.claim.endswith(".")
    assert found.verdict in VERDICTS
    assert bool(found.evidence) == bool(found.finding) == (found.verdict != NOT_YET)
    assert bool(found.literal) == bool(found.charitable)


def test_evidence_names_theorems_that_exist() -> None:
    trained = {found.name for found in EXPERIMENTS}
    assert not trained & set(theorems())
    assert {name for found in ledger() for name in found.evidence} <= trained | set(theorems())


def test_every_experiment_on_training_is_evidence_for_the_claims_it_names() -> None:
    for found in EXPERIMENTS:
        named = {claim.id for claim in ledger() if found.name in claim.evidence}
        assert named == set(found.claims), found.name


@pytest.mark.parametrize("name", theorems())
def test_a_theorem_is_evidence_for_the_claims_that_it_answers(name: str) -> None:
    """Both ways; a theorem that answers none of the textbook's claims says so."""
    named = [claim.id for claim in ledger() if name in claim.evidence]
    assert named == list(theorem_module(name).STATEMENT.claims)


def test_verdicts_stand_when_all_theorems_pass() -> None:
    verdicts = judge(report_for())
    assert [v.verdict for v in verdicts] == [found.verdict for found in ledger()]
    assert all(v.evidence == v.claim.evidence for v in verdicts)


@pytest.mark.parametrize("name", theorems())
def test_a_failed_theorem_takes_its_claims_with_it(name: str) -> None:
    reports = [FakeTheoremReport(n, (WRONG if n == name else STEPS, CONTROL)) for n in theorems()]
    for verdict in judge(FakeReport(tuple(reports), training=report_for().training)):
        failed = name in verdict.claim.evidence
        assert (verdict.verdict == FAILED) == failed
        assert failed or verdict.verdict == verdict.claim.verdict


@pytest.mark.parametrize("name", theorems())
def test_a_theorem_that_was_not_verified_leaves_its_claims_unchecked(name: str) -> None:
    for verdict in judge(report_for(*(n for n in theorems() if n != name))):
        if name in verdict.claim.evidence:
            assert verdict.verdict == NOT_YET
            assert name not in verdict.evidence


@pytest.mark.parametrize("name", [found.name for found in EXPERIMENTS])
def test_a_failed_experiment_takes_its_claims_with_it(name: str) -> None:
    reports = report_for()
    training = tuple(
        FakeTheoremReport(part.name, (WRONG,)) if part.name == name else part
        for part in reports.training
    )
    for verdict in judge(FakeReport(reports.theorems, training=training)):
        assert (verdict.verdict == FAILED) == (name in verdict.claim.evidence)
    without = tuple(part for part in reports.training if part.name != name)
    for verdict in judge(FakeReport(reports.theorems, training=without)):
        assert (verdict.verdict == NOT_YET) == (name in verdict.claim.evidence)


def test_textbook_claims_that_are_wrong_are_refuted() -> None:
    refuted = {found.id for found in ledger() if found.verdict == REFUTED}
    assert refuted == {"C5", "C8", "C10", "C12", "C13", "C19"}


def test_json_keys_are_the_documented_ones() -> None:
    assert judge(report_for())[2].to_dict() == {
        "id": "C3", "verdict": "verified", "evidence": ["symmetry", "optimizer-symmetry"],
    }  # fmt: skip


def test_unknown_claim_is_named() -> None:
    assert claim("C16").evidence == ("product-variance", "layer-variance")
    with pytest.raises(UnknownNameError, match="unknown claim 'C22'"):
        claim("C22")
