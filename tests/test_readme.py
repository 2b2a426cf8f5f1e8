"""What the README and the tutorial show is what happens."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from pathlib import Path

import pytest

from xavier_theory.documents.generated_parts import BEGIN, END

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(text: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_example_prints_what_the_readme_says() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(_block(README, "python"), {})  # noqa: S102  # the README's own code
    assert printed.getvalue() == _block(README, "text")


def test_the_example_has_ten_lines_at_most() -> None:
    lines = [line for line in _block(README, "python").splitlines() if line.strip()]
    assert 5 <= len(lines) <= 10


def test_readme_has_one_place_for_the_table() -> None:
    assert README.count(BEGIN) == README.count(END) == 1
    assert README.index(BEGIN) < README.index(END)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/architecture.md", "docs/training.md", "docs/tutorial.md"]
)
def test_links_lead_to_files(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_tutorial_runs_as_printed() -> None:
    failed, tried = doctest.testfile(
        str(ROOT / "docs" / "tutorial.md"),
        module_relative=False,
        encoding="utf-8",
        optionflags=doctest.ELLIPSIS,
    )
    assert (failed, tried >= 20) == (0, True)
