"""docs/lecture.md is what the theorems say today, and its commands run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools import lecture
from xavier_theory.cli.commands import xavier_theory
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.theorems import theorem_folder

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / lecture.PAGE).read_text(encoding="utf-8")
COMMANDS = re.findall(r"^xavier-theory (.*)$", PAGE, re.MULTILINE)


def test_the_page_is_fresh() -> None:
    assert lecture.rendered(PAGE) == PAGE


def test_the_path_goes_where_it_says() -> None:
    assert lecture.path(PAGE) == [
        "layer-variance", "xavier-variance", "depth-product", "identity-chain", "he-variance",
        "backward-variance", "glorot-variance", "sigmoid-gradient", "random-chain-growth",
        "chain-descent",
    ]  # fmt: skip


def test_every_wrong_formula_of_the_path_is_an_exercise() -> None:
    for name in lecture.path(PAGE):
        part = PAGE.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
        labels = re.findall(r"^\d+\. (.*): \$", part, re.MULTILINE)
        assert labels == list(theorem_folder(name).wrong)
        assert f"(../proofs/{name}.md)" in part


def test_answers_are_where_the_links_lead() -> None:
    for name, anchor in re.findall(r"\(\.\./proofs/([\w-]+\.md)#([\w-]+)\)", PAGE):
        headings = re.findall(r"^#+ (.*)$", (ROOT / "proofs" / name).read_text(), re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings]


def test_pairs_of_wrong_bounds_are_shown_as_pairs() -> None:
    pairs = lecture.rendered("<!-- tanh-linearization -->\n<!-- /tanh-linearization -->")
    formulas = re.findall(r"^\d+\. .*$", pairs, re.MULTILINE)
    assert formulas and all(line.count(r"\leq") == line.count(" and $") + 1 for line in formulas)


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(command: str) -> None:
    assert CliRunner().invoke(xavier_theory, command.split()).exit_code == 0


@pytest.mark.parametrize(
    ("page", "error", "said"),
    [
        ("<!-- layer-varianc -->\n<!-- /layer-varianc -->", UnknownNameError, "layer-variance"),
        ("<!-- layer-variance -->\n", InvalidInputError, "the page needs one"),
    ],
)
def test_a_page_with_other_parts_is_refused(page: str, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        lecture.rendered(page)


def test_it_is_written_and_a_stale_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    page = tmp_path / lecture.PAGE
    page.write_text("mine\n<!-- he-variance -->\nold\n<!-- /he-variance -->\n", encoding="utf-8")
    run = CliRunner().invoke
    assert run(lecture.main, ["--check"]).exit_code == 1 and "old" in page.read_text()
    assert run(lecture.main, []).exit_code == 0
    assert page.read_text().startswith("mine\n") and "**Exercise.**" in page.read_text()
    assert run(lecture.main, ["--check"]).exit_code == 0
    page.unlink()
    missing = run(lecture.main, [])
    assert missing.exit_code == 2 and "docs/lecture.md" in missing.output
