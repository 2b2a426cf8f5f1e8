"""The public functions: what they return, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import xavier_theory as xt
from tests.documents.fakes import report_for
from xavier_theory import api
from xavier_theory.symbolic.lemmas import LEMMAS

NAME = "product-variance"


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (xt.derive_layer_variance, "layer-variance"),
        (xt.derive_xavier_variance, "xavier-variance"),
        (xt.derive_he_variance, "he-variance"),
        (xt.derive_identity_chain, "identity-chain"),
    ],
)
def test_named_derivations_are_those_of_the_registry(function: Any, name: str) -> None:
    assert function() is xt.derive(name)


def test_derive_suggests_the_nearest_name() -> None:
    with pytest.raises(xt.UnknownNameError, match="did you mean 'he-variance'"):
        xt.derive("he-varience")


@pytest.mark.parametrize("wrong", [None, 3, ["he-variance"]])
def test_derive_refuses_what_is_no_name(wrong: Any) -> None:
    with pytest.raises(xt.InvalidInputError, match="named by a string"):
        xt.derive(wrong)


def test_axioms_are_those_under_the_theorem() -> None:
    assert xt.axioms(NAME) == ()
    found = xt.axioms("glorot-variance")
    assert {axiom.name for axiom in found} == set(xt.derive("glorot-variance").axioms())
    assert all(axiom.source == LEMMAS[axiom.name].source for axiom in found)


def test_check_takes_data_text_and_a_file(tmp_path: Path) -> None:
    data = xt.derive(NAME).certificate()
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    for given in (data, json.dumps(data), path, str(path)):
        assert xt.check(given) == xt.derive(NAME).theorem


def test_check_names_the_step_that_was_changed() -> None:
    data = xt.derive(NAME).certificate()
    data["lines"][3][0] = "symmetry"
    with pytest.raises(xt.CertificateError, match="line 3"):
        xt.check(data)


@pytest.mark.parametrize("text", ['{"format":', "[]", "", "{}"])
def test_check_refuses_what_is_no_certificate(text: str) -> None:
    with pytest.raises(xt.XavierTheoryError):
        xt.check(text)


def test_check_says_that_a_file_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(xt.InvalidInputError, match=r"none\.json: No such file"):
        xt.check(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(xt.InvalidInputError, match="no UTF-8 text"):
        xt.check(str(tmp_path / "bytes.json"))


@pytest.mark.parametrize("name", xt.theorems())
def test_every_theorem_proves_itself(name: str) -> None:
    assert api.proves_the_theorem(xt.derive(name).theorem)


def test_another_conclusion_under_a_theorems_name_is_noticed() -> None:
    data = xt.derive("layer-variance").certificate()
    data["results"]["conclusion"], data["results"]["mean"] = (
        data["results"]["mean"],
        data["results"]["conclusion"],
    )
    assert not api.proves_the_theorem(xt.check(data))


def test_claims_are_judged_by_the_given_report() -> None:
    verdicts = {
        verdict.id: verdict.verdict for verdict in xt.claims(report_for(NAME, "layer-variance"))
    }
    assert verdicts["C16"] == "verified within a bound"
    assert verdicts["C20"] == "not yet checked"


def test_claims_without_a_report_verify_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def verify(names: list[str]) -> Any:
        asked.append(names)
        return report_for(*names)

    monkeypatch.setattr(api, "verify", verify)
    assert [verdict.id for verdict in xt.claims()][:2] == ["C1", "C2"]
    assert "layer-variance" in asked[0]
