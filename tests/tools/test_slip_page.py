"""Perturbed results that need continuous laws, reasons by hand, and the page that says it all."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools.slips.changes import Slip, slips
from tools.slips.continuous import certified
from tools.slips.finite import SlipReport
from tools.slips.page import digest, load, main, records, render
from tools.slips.verdicts import KINDS, explanations, judge_slips, slip_key
from xavier_theory.finite_models.checking.claims import Claim
from xavier_theory.theorems import derive, theorems

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def stored():
    return load(DOCS / "mutations")


@pytest.mark.parametrize("name", theorems())
def test_the_stored_slips_are_those_of_the_theorem(name, stored):
    """``make ARGS=NAME slips`` judges them again."""
    population = [m.name.removeprefix(f"{name}.") for m in slips(derive(name))]
    judged = stored[name]
    assert judged["digest"] == digest(population)
    named = Counter(item["kind"] for item in judged["not_refuted"])
    assert Counter(judged["counts"]) - named == {"refuted": len(population) - named.total()}
    assert named.keys() <= set(KINDS) - {"refuted"}
    left = {item["slip"] for item in judged["not_refuted"]}
    assert [item["slip"] for item in judged["not_refuted"]] == [n for n in population if n in left]


def test_another_list_of_slips_has_another_digest():
    assert digest(["a", "b"]) != digest(["b", "a"])
    assert digest(["a", "b"]) != digest(["a", "c"])


def test_no_slip_survives_without_a_reason(stored):
    assert set(stored) == set(theorems())
    assert {name for name, judged in stored.items() if "survived" in judged["counts"]} == set()


def test_models_speak_of_every_result(stored):
    """A theorem with unjudged slips has lost its models."""
    assert {name for name, judged in stored.items() if "unjudged" in judged["counts"]} == set()


def test_reasons_by_hand_are_of_slips_that_nothing_else_judges(stored):
    told = {name: set(explanations(name).values()) for name in theorems()}
    shown = {
        name: {i["detail"] for i in judged["not_refuted"] if i["kind"] == "explained"}
        for name, judged in stored.items()
    }
    assert told == shown


def test_every_reason_by_hand_is_a_proof():
    """What is only believed would be an open question, and no explanation."""
    reasons = [reason for name in theorems() for reason in explanations(name).values()]
    assert [reason for reason in reasons if not reason.startswith("True")] == []


def test_the_page_is_that_of_the_stored_results(stored):
    page = (DOCS / "mutations.md").read_text(encoding="utf-8")
    assert render(page, stored) == page


def test_the_page_names_every_slip_that_nothing_refutes_under_its_theorem(stored):
    page = (DOCS / "mutations.md").read_text(encoding="utf-8")
    for kinds, part in (
        ({"explained", "survived"}, page.split("<!-- explained -->")[1]),
        ({"equivalent", "implied"}, page.split("<!-- proved -->")[1]),
    ):
        part = part.split("<!-- /")[0]
        assert part.count("<details>") == part.count("</details>")
        for name, judged in stored.items():
            found = [item for item in judged["not_refuted"] if item["kind"] in kinds]
            named = {f"- `{item['slip']}`" for item in found}
            (*_, fold) = part.partition(f"<summary>{name}: {len(named)}</summary>")
            assert named == set(re.findall("(?m)^- `.*`$", fold.split("</details>")[0]))


def test_a_page_without_such_slips_says_so(stored):
    page = (DOCS / "mutations.md").read_text(encoding="utf-8")
    refuted = {name: {**judged, "not_refuted": []} for name, judged in stored.items()}
    assert render(page, refuted).count("\n\nNone.\n\n") == 2


@pytest.mark.parametrize("name", ["product-variance", "xavier-variance", "weight-laws"])
def test_judging_again_says_the_same(name, stored):
    again = records(name, examples=300)
    assert again == stored[name]


def test_a_chain_of_gaussian_matrices_refutes_all_but_what_is_explained(monkeypatch):
    known = explanations("random-chain-growth")
    monkeypatch.setattr("tools.slips.verdicts.explanations", lambda theorem: {})
    found = list(judge_slips("random-chain-growth", examples=1, near=None))
    survivors = {slip_key(report) for report in found if report.kind == "survived"}
    assert survivors == set(known)
    assert {report.kind for report in found} == {"refuted", "survived", "weaker"}


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("weight-laws", set()),
        ("random-chain-growth", set()),
        ("gain-stability", set()),
        ("selu-fixed-point", set()),
        ("correlation-map", {"covariance", "backward"}),
        (
            "gated-gain",
            {"gelu_share", "silu_share", "silu_at_most", "silu_at_least", "gelu_at_least"},
        ),
    ],
)
def test_the_results_themselves_are_refuted_by_no_continuous_model(name, silent):
    """Of the silent ones, which finite models judge, no continuous model speaks."""
    derivation = derive(name)
    reports = {result: _unchanged(name, result) for result in derivation.results}
    assert {r for r, report in reports.items() if report.kind == "unjudged"} == silent
    for result in set(reports) - silent:
        assert reports[result].kind == "survived"
        assert not reports[result].detail.startswith("it holds in 0 ")


def _unchanged(name, result, forget=(), sides=None):
    """What continuous models say of a result, or of an equation, without some assumptions."""
    derivation = derive(name)
    step = derivation.results[result]
    claim = Claim.of(step, derivation.context)
    kept = frozenset(a for a in claim.assumptions if a.name not in forget)
    claim = replace(claim, assumptions=kept)
    if sides is not None:
        claim = replace(claim, relation="=", left=sides[0], right=sides[1])
    return certified(SlipReport(Slip(name, result, "nothing", claim), "not finite"), step)


def test_a_model_that_violates_an_assumption_refutes_nothing():
    """SELU's mean is 0 at its steepness; models with another one speak only without that."""
    assert _unchanged("selu-fixed-point", "mean").kind == "survived"
    refuted = _unchanged("selu-fixed-point", "mean", forget=["the_steepness_balances"])
    assert refuted.kind == "refuted"
    assert "steepness = " in refuted.detail


def test_a_theorem_on_any_activation_is_refuted_by_a_polynomial_that_is_named():
    """That the weights have the gain is true in models of that assumption, and in those alone."""
    gain = derive("gain-stability").context.named("the_weights_have_the_gain")
    assert _unchanged("gain-stability", "conclusion", sides=gain.parts).kind == "survived"
    free = _unchanged("gain-stability", "conclusion", forget=[gain.name], sides=gain.parts)
    assert free.kind == "refuted"
    assert "phi(x) = " in free.detail


def test_keys_of_reasons_are_formulas_without_the_change():
    first = next(iter(judge_slips("product-variance", examples=1, near=None)))
    assert slip_key(first).startswith("conclusion: Var(X*Y) = 2*E(X)**2*Var(Y)")


def test_a_survivor_without_a_reason_fails_the_command(monkeypatch):
    def survivors(name, **how):
        for slip in list(slips(derive(name)))[:2]:
            yield SlipReport(slip, "survived", "no model refutes it")

    monkeypatch.setattr("tools.slips.page.judge_slips", survivors)
    result = CliRunner().invoke(main, ["product-variance"])
    assert result.exit_code == 1
    assert "survived: product-variance.conclusion: twice" in result.output


def test_the_command_refuses_unknown_theorems_and_foreign_folders(tmp_path, monkeypatch):
    result = CliRunner().invoke(main, ["he-varianse"])
    assert result.exit_code == 2
    assert "he-variance" in result.output
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["--write", "product-variance"])
    assert result.exit_code == 2
    assert "root of the repository" in result.output
    assert list(tmp_path.iterdir()) == []


def test_writing_puts_results_and_tables_into_the_docs(tmp_path, monkeypatch):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "mutations.md").write_text((DOCS / "mutations.md").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["--write", "--examples", "2", "product-variance"])
    assert result.exit_code == 0, result.output
    written = json.loads((docs / "mutations" / "product-variance.json").read_text())
    assert written["counts"] == {"refuted": 35}
    assert written["not_refuted"] == []
    assert "| product-variance | 35 | 35 |" in (docs / "mutations.md").read_text()
