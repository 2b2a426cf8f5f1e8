"""Writing pages: whole or not at all, nothing foreign removed, staleness told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.documents.fakes import report_for
from xavier_theory.documents import proving
from xavier_theory.documents.publishing import (
    CERTIFICATE_MARK,
    MARK,
    differences,
    leftovers,
    publish,
)
from xavier_theory.documents.readme_table import BEGIN, END, with_table

PAGES = {"a.md": f"{MARK}. -->\nA\n", "certificates/a.json": "{" + CERTIFICATE_MARK + "}\n"}


def test_pages_are_written_once(tmp_path: Path) -> None:
    assert sorted(publish(PAGES, tmp_path)) == [tmp_path / name for name in sorted(PAGES)]
    assert publish(PAGES, tmp_path) == []
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} == set(
        PAGES
    )
    assert all((tmp_path / name).read_text() == text for name, text in PAGES.items())


def test_pages_of_gone_theorems_are_removed_and_foreign_files_kept(tmp_path: Path) -> None:
    publish(
        {**PAGES, "b.md": PAGES["a.md"], "certificates/b.json": PAGES["certificates/a.json"]},
        tmp_path,
    )
    mine = [tmp_path / "notes.md", tmp_path / "certificates" / "mine.json", tmp_path / "latin.md"]
    for path in mine:
        path.write_bytes(b"mine \xff")
    gone = [tmp_path / "b.md", tmp_path / "certificates" / "b.json"]
    assert leftovers(PAGES, tmp_path) == gone
    assert publish(PAGES, tmp_path) == gone
    assert all(path.exists() for path in mine) and not any(path.exists() for path in gone)


def test_differences_are_a_diff_of_stale_missing_and_extra(tmp_path: Path) -> None:
    publish({**PAGES, "b.md": PAGES["a.md"]}, tmp_path)
    assert "+++ /dev/null" in differences(PAGES, tmp_path)
    (tmp_path / "b.md").unlink()
    assert differences(PAGES, tmp_path) == ""
    (tmp_path / "a.md").write_text(f"{MARK}. -->\nB\n")
    assert "-B\n+A\n" in differences(PAGES, tmp_path)
    (tmp_path / "a.md").unlink()
    assert "--- /dev/null" in differences(PAGES, tmp_path)


def test_line_endings_count(tmp_path: Path) -> None:
    publish(PAGES, tmp_path)
    (tmp_path / "a.md").write_bytes(PAGES["a.md"].replace("\n", "\r\n").encode())
    assert differences(PAGES, tmp_path) != ""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_interruption_leaves_each_page_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    old = {f"{letter}.md": f"{MARK} old {letter}" for letter in "abc"}
    new = {name: text.replace("old", "new") for name, text in old.items()}
    publish(old, tmp_path)
    real, calls = os.replace, []

    def replace(source: Any, target: Any) -> None:
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(target)
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            publish(new, tmp_path)
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(found) == set(old)
    assert sum(found[name] == new[name] for name in new) == after
    assert all(found[name] in (old[name], new[name]) for name in old)


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".writing-abc"
    left.mkdir()
    (left / "0").write_text("half a pa")
    publish(PAGES, tmp_path)
    assert not left.exists()


def test_the_table_stands_between_its_markers() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = with_table(text, "| t |")
    assert once == f"before\n{BEGIN}\n\n| t |\n\n{END}\nafter\n"
    assert with_table(once, "| t |") == once


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> proving.Book:
    monkeypatch.setattr(proving, "verify", lambda **_: report_for("product-variance"))
    return proving.book()


def test_the_readme_beside_gets_its_table(tmp_path: Path, book: proving.Book) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"mine\n{BEGIN}\n{END}\n", encoding="utf-8")
    assert "README" in book.differences(tmp_path / "proofs")
    assert readme in book.write(tmp_path / "proofs")
    assert "(proofs/product-variance.md)" in readme.read_text()
    assert book.differences(tmp_path / "proofs") == ""
    assert book.write(tmp_path / "proofs") == []


def test_a_readme_without_markers_is_left_alone(tmp_path: Path, book: proving.Book) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("mine\n", encoding="utf-8")
    book.write(tmp_path / "proofs")
    assert readme.read_text() == "mine\n"
