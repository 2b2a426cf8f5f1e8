"""A whole new theorem in a folder outside of the package: the example of the architecture page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.theorems.example import NAME, write_example
from tests.theorems.theorem_checks import assert_each_assumption_is_needed, assert_replays
from tools import search_counterexamples
from tools.slips.verdicts import judge_slips
from xavier_theory.cli import main
from xavier_theory.documents import proving
from xavier_theory.finite_models.stored.counterexamples import store, stored_counterexamples
from xavier_theory.theorems import also_in, derive, theorem_folder, theorems
from xavier_theory.verification import verify

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the new theorem, found while the tests of this file run, and searched."""
    place = tmp_path_factory.mktemp("theorems")
    path = write_example(place)
    with also_in(place):
        search_counterexamples.update([NAME], False, lambda line: None)
        yield path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out

    return called


def test_it_is_listed_in_its_place(folder: Path, run: Run) -> None:
    status, out = run("list", "--json")
    listed = json.loads(out)
    assert status == 0
    assert [said["name"] for said in listed] == theorems()
    place = theorems().index(NAME)
    orders = [theorem_folder(name).statement.order for name in theorems()[place - 1 : place + 2]]
    assert orders == sorted(orders) and orders[1] == 1.5
    assert listed[place]["claims"] == []
    assert "sum of their variances" in run("show", NAME)[1]


def test_it_proves_what_it_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert derive(NAME).predict(variance_x=1, variance_y=2) == 3
    assert_replays(NAME)
    assert_each_assumption_is_needed(NAME, monkeypatch)


def test_its_counterexamples_are_searched_and_stored_beside_it(folder: Path) -> None:
    stored = json.loads((folder / "counterexamples.json").read_text(encoding="utf-8"))
    kinds = {answer["assumption"]: answer["kind"] for answer in stored}
    assert kinds["x_and_y_are_uncorrelated"] == "counterexample"
    assert set(kinds) == {assumption.name for assumption in derive(NAME).assumptions}


def test_it_is_verified_in_other_processes_too(folder: Path, run: Run) -> None:
    status, out = run("verify", NAME, "product-variance", "--workers", "2", "--json")
    assert status == 0
    report = json.loads(out)
    assert report["passed"] and report["false_alarm_probability"] < 2e-8
    assert [part["name"] for part in report["theorems"]] == ["product-variance", NAME]
    (found,) = [part for part in report["theorems"] if part["name"] == NAME]
    assert {check["kind"] for check in found["checks"]} == {
        "finite-model",
        "monte-carlo",
        "necessity",
    }
    refuted = {check["name"] for check in found["checks"] if check["verdict"] == "refuted"}
    wrong = theorem_folder(NAME).wrong
    (experiment,) = theorem_folder(NAME).experiments
    assert refuted == {f"wrong conclusion: {said}" for said in wrong} | {
        f"{experiment.name}: {said}" for said in wrong
    }


def test_its_page_is_written(
    folder: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "verify", lambda names, **options: verify([NAME], **options))
    assert run("prove", "--out", str(tmp_path / "proofs"))[0] == 0
    page = (tmp_path / "proofs" / f"{NAME}.md").read_text(encoding="utf-8")
    assert "Verdict: **verified**" in page
    assert "answers" not in page.partition("\n**")[0]  # no claim of the textbook
    assert "**X and y are uncorrelated**" in page or "X and y are uncorrelated" in page
    assert (tmp_path / "proofs" / "certificates" / f"{NAME}.json").is_file()
    assert f"[{NAME}]({NAME}.md)" in (tmp_path / "proofs" / "README.md").read_text(encoding="utf-8")
    assert run("prove", "--check", "--out", str(tmp_path / "proofs")) == (0, "")
    assert run("prove", NAME, "--check", "--out", str(tmp_path / "proofs")) == (0, "")


def test_every_slip_in_it_is_judged(folder: Path) -> None:
    kinds = {report.kind for report in judge_slips(NAME)}
    assert kinds == {"refuted", "equivalent"}


def test_what_is_not_answered_is_said_with_the_command(folder: Path, run: Run) -> None:
    stored = folder / "counterexamples.json"
    kept = stored_counterexamples(stored)
    store(stored, [answer for answer in kept if not answer.needed])
    status, out = run("verify", NAME, "--workers", "1")
    store(stored, kept)
    assert status == 1
    (line,) = [line for line in out.splitlines() if line.startswith("FAILED")]
    assert f"make ARGS={NAME} counterexamples searches for x_and_y_are_uncorrelated" in line


def test_the_search_takes_its_name(folder: Path) -> None:
    result = CliRunner().invoke(search_counterexamples.main, [NAME])
    assert result.exit_code == 0
    assert "every assumption has its answer" in result.output
