"""Writing pages: whole or not at all, nothing foreign removed, staleness told."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.documents.fakes import report_for
from xavier_theory.documents import proving
from xavier_theory.documents.generated_parts import BEGIN, END, with_part
from xavier_theory.documents.publishing import (
    SUMS,
    SUMS_HEAD,
    differences,
    leftovers,
    publish,
    require_free,
    strangers,
)
from xavier_theory.errors import InvalidInputError

PAGES = {"a.md": "A\n", "certificates/a.json": "{}\n"}
MORE = {**PAGES, "b.md": "B\n", "certificates/b.json": "[]\n"}
GONE = ("b.md", "certificates/b.json")


def test_pages_are_written_once_with_their_sums(tmp_path: Path) -> None:
    assert sorted(publish(PAGES, tmp_path)) == [tmp_path / name for name in sorted(PAGES)]
    assert publish(PAGES, tmp_path) == []
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {*PAGES, SUMS}
    assert all((tmp_path / name).read_text() == text for name, text in PAGES.items())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum of coreutils")
def test_the_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    publish(PAGES, tmp_path)
    command = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout


def test_pages_of_gone_theorems_are_removed(tmp_path: Path) -> None:
    publish(MORE, tmp_path)
    gone = [tmp_path / name for name in GONE]
    assert leftovers(PAGES, tmp_path) == gone
    assert publish(PAGES, tmp_path) == gone
    assert not any(path.exists() for path in gone)
    assert leftovers(PAGES, tmp_path) == strangers(PAGES, tmp_path) == []


FOREIGN = {
    "notes.md": b"I quote <!-- Written by `xavier-theory prove` and go on",
    "marked.md": b"<!-- Written by `xavier-theory prove`; do not edit. -->\nmine",
    "latin.md": b"mine \xff",
    "certificates/mine.json": b'{"format": "xavier_theory certificate", "theorem": "mine"}',
    ".writing-mine/chapter": b"one",
    ".a.md.part": b"mine",
}


def test_nothing_is_removed_that_prove_did_not_write(tmp_path: Path) -> None:
    publish(MORE, tmp_path)
    for name, data in FOREIGN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "b.md").write_text("B, and what I made of it\n")
    assert publish(PAGES, tmp_path) == [tmp_path / "certificates/b.json"]
    assert all((tmp_path / name).read_bytes() == data for name, data in FOREIGN.items())
    assert (tmp_path / "b.md").exists()
    told = {path.relative_to(tmp_path).as_posix() for path in strangers(PAGES, tmp_path)}
    assert told == {"notes.md", "marked.md", "latin.md", "b.md", "certificates/mine.json"}


def test_a_list_that_somebody_else_made_gives_no_right_to_remove(tmp_path: Path) -> None:
    mine = tmp_path / "thesis.md"
    mine.write_text("mine")
    text = f"{hashlib.sha256(b'mine').hexdigest()}  thesis.md\n"
    (tmp_path / SUMS).write_text(text)
    with pytest.raises(InvalidInputError, match=SUMS):
        publish(PAGES, tmp_path)
    assert mine.exists() and (tmp_path / SUMS).read_text() == text


def test_a_list_names_pages_alone(tmp_path: Path) -> None:
    folder = tmp_path / "proofs"
    publish(PAGES, folder)
    outside = [tmp_path / "mine.md", folder / "mine.txt"]
    for path in outside:
        path.write_text("mine")
    with (folder / SUMS).open("a") as file:
        for name in ("../mine.md", str(outside[0]), "mine.txt", "certificates/../../mine.md"):
            file.write(f"{hashlib.sha256(b'mine').hexdigest()}  {name}\n")
    publish(PAGES, folder)
    assert all(path.exists() for path in outside)


def test_a_list_with_both_sides_of_a_merge_still_counts(tmp_path: Path) -> None:
    publish(MORE, tmp_path)
    lines = (tmp_path / SUMS).read_text().splitlines()
    ours, theirs = lines[1:3], [line.replace("b.md", "c.md") for line in lines[1:]]
    merged = [lines[0], "<<<<<<< HEAD", *ours, "=======", *theirs, ">>>>>>> theirs"]
    (tmp_path / SUMS).write_text("\n".join(merged) + "\n")
    assert "+<<<<<<<" not in differences(MORE, tmp_path) and differences(MORE, tmp_path)
    assert publish({**MORE, "a.md": "new\n"}, tmp_path) == [tmp_path / "a.md"]
    assert differences({**MORE, "a.md": "new\n"}, tmp_path) == ""


@pytest.mark.parametrize("name", ["a.md", "certificates/a.json", SUMS])
@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link", "FIFO"])
def test_what_has_a_pages_place_is_told_before_anything_is_written(
    tmp_path: Path, name: str, kind: str
) -> None:
    folder, other = tmp_path / "proofs", tmp_path / "other"
    path = folder / name
    path.parent.mkdir(parents=True)
    other.write_text("mine")
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    elif kind == "FIFO":
        os.mkfifo(path)
    else:
        path.symlink_to(other if kind == "link" else tmp_path / "nothing")
    before = path.lstat()
    for refusing in (require_free, publish):
        with pytest.raises(InvalidInputError, match=str(path)):
            refusing(PAGES, folder)
    assert path.lstat() == before and other.read_text() == "mine"
    assert [found for found in folder.rglob("*") if not found.is_dir()] in ([path], [])


def test_strays_among_the_pages_are_told_and_not_tripped_over(tmp_path: Path) -> None:
    publish(PAGES, tmp_path)
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("/dev/zero")
    (tmp_path / "folder.md").mkdir()
    assert publish(PAGES, tmp_path) == []
    names = [path.name for path in strangers(PAGES, tmp_path)]
    assert names == ["folder.md", "link.md", "pipe.md"]
    assert differences(PAGES, tmp_path) == ""


def test_two_runs_into_one_folder_wait_for_each_other(tmp_path: Path) -> None:
    old = {f"{number}.md": "old\n" * 1000 for number in range(30)}
    new = {f"{number}.md": "new\n" * 1000 for number in range(20, 50)}
    publish(old, tmp_path)
    code = (
        "import sys; from pathlib import Path;"
        "from xavier_theory.documents.publishing import publish;"
        "pages = {f'{n}.md': f'{sys.argv[2]}\\n' * 1000 for n in range(*map(int, sys.argv[3:]))};"
        "[publish(pages, Path(sys.argv[1])) for _ in range(20)]"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), *arguments], stderr=-1)
        for arguments in (["old", "0", "30"], ["new", "20", "50"])
    ]
    for process in both:
        assert process.communicate()[1] == b"" and process.returncode == 0
    found = {p.name: p.read_text() for p in tmp_path.iterdir() if p.name != SUMS}
    assert found in (old, new)
    assert differences(found, tmp_path) == ""


def test_differences_are_a_diff_of_stale_missing_and_extra(tmp_path: Path) -> None:
    publish(MORE, tmp_path)
    assert "+++ /dev/null" in differences(PAGES, tmp_path)
    publish(PAGES, tmp_path)
    assert differences(PAGES, tmp_path) == ""
    (tmp_path / "a.md").write_text("B\n")
    assert "-B\n+A\n" in differences(PAGES, tmp_path)
    (tmp_path / "a.md").unlink()
    assert "--- /dev/null" in differences(PAGES, tmp_path)
    (tmp_path / SUMS).unlink()
    assert f"+++ {tmp_path / SUMS}" in differences(PAGES, tmp_path)


def test_line_endings_count(tmp_path: Path) -> None:
    publish(PAGES, tmp_path)
    (tmp_path / "a.md").write_bytes(PAGES["a.md"].replace("\n", "\r\n").encode())
    assert differences(PAGES, tmp_path) != ""


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_an_interruption_leaves_each_page_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    old = {f"{letter}.md": f"old {letter}" for letter in "abcd"}
    new = {f"{letter}.md": f"new {letter}" for letter in "abc"}
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
    found = {path.name: path.read_text() for path in tmp_path.iterdir() if path.name != SUMS}
    assert set(found) in (set(old), set(new))
    assert sum(found[name] == new[name] for name in new) == min(max(after - 1, 0), 3)
    assert all(found[name] in (old[name], new.get(name)) for name in found)
    publish(new, tmp_path)  # and the next run is not kept from its work
    assert differences(new, tmp_path) == "" and not (tmp_path / "d.md").exists()
    assert (tmp_path / SUMS).read_text().startswith(SUMS_HEAD)


def test_the_table_stands_between_its_markers() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = with_part(text, BEGIN, END, "| t |")
    assert once == f"before\n{BEGIN}\n\n| t |\n\n{END}\nafter\n"
    assert with_part(once, BEGIN, END, "| t |") == once


@pytest.mark.parametrize("text", [
    "", BEGIN, END, f"{END} then {BEGIN}", f"{BEGIN} {BEGIN} {END}", f"{BEGIN} {END} {END}",
])  # fmt: skip
def test_a_page_with_other_markers_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="the page needs one"):
        with_part(text, BEGIN, END, "| t |")


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
