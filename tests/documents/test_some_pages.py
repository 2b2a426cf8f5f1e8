"""Pages of some theorems, put among those that stand already."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.documents.fakes import SAMPLED, STEPS, report_for
from xavier_theory.documents import proving
from xavier_theory.documents.generated_parts import BEGIN, END, with_rows
from xavier_theory.documents.publishing import SUMS, listed, publish
from xavier_theory.errors import InvalidInputError, UnknownNameError
from xavier_theory.theorems import theorems

NAME = "layer-variance"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All pages, and a README with the table beside them; ``verify`` samples nothing."""

    def verify(names: Any, **_: Any) -> Any:
        return report_for(*(names or ()), checks=(STEPS, SAMPLED) if names else (STEPS,))

    monkeypatch.setattr(proving, "verify", verify)
    (tmp_path / "README.md").write_text(f"mine\n{BEGIN}\n{END}\n", encoding="utf-8")
    proving.book().write(tmp_path / "proofs")
    return tmp_path / "proofs"


def _sums_hold(folder: Path) -> bool:
    found = {
        path.relative_to(folder).as_posix(): {hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in folder.rglob("*")
        if path.is_file() and path.name != SUMS
    }
    return found == listed(folder)


def _row(page: Path) -> str:
    (row,) = [line for line in page.read_text().splitlines() if line.startswith(f"| [{NAME}]")]
    return row


def test_a_page_and_its_rows_change_and_nothing_else(folder: Path) -> None:
    book = proving.book(names=[NAME])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    stale = book.differences(folder)
    assert stale.count("+++ ") == 4  # the page, the index, the list of sums, the README
    changed = book.write(folder)
    assert set(changed) == {
        folder / f"{NAME}.md", folder / "README.md", folder.parent / "README.md",
    }  # fmt: skip
    assert {path for path, data in before.items() if path.read_bytes() != data} == {
        folder / f"{NAME}.md", folder / "README.md", folder / SUMS,
    }  # fmt: skip
    for index in (folder / "README.md", folder.parent / "README.md"):
        assert _row(index).endswith("| 2 | verified |")
        assert index.read_text().count("| 1 | verified |") == len(theorems()) - 1
    assert _sums_hold(folder)
    assert (book.differences(folder), book.write(folder)) == ("", [])


def test_a_new_proof_brings_what_cites_it_up_to_date(folder: Path) -> None:
    places = [f"certificates/{name}.json" for name in (NAME, "xavier-variance")]
    whole = {name: (folder / name).read_text() for name in listed(folder)}
    stale = dict.fromkeys((*places, "axioms.md"), "old\n")
    publish({**whole, **stale}, folder)
    changed = proving.book(names=[NAME]).write(folder)
    assert {folder / name for name in stale} <= set(changed)
    assert all((folder / name).read_text() == whole[name] for name in stale)
    assert _sums_hold(folder)


def test_what_is_not_on_the_list_is_left_alone(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "README.md").write_text("mine")
    proving.book(names=[NAME]).write(tmp_path / "new")
    assert set(listed(tmp_path / "new")) == {f"{NAME}.md", f"certificates/{NAME}.json"}
    assert (tmp_path / "new" / "README.md").read_text() == "mine"


def test_other_pages_are_neither_removed_nor_strangers(folder: Path) -> None:
    publish({"gone.md": "gone\n"}, folder, whole=False)
    (folder / "notes.md").write_text("mine")
    book = proving.book(names=[NAME])
    book.write(folder)
    assert (folder / "gone.md").exists() and "gone.md" in listed(folder)
    assert book.strangers(folder) == [folder / "notes.md"]


def test_an_unknown_name_is_told_before_the_work(folder: Path) -> None:
    for refusing in (
        lambda: proving.require_place(folder, ["layer-varianc"]),
        lambda: proving.book(names=["layer-varianc"]),
    ):
        with pytest.raises(UnknownNameError, match="did you mean 'layer-variance'"):
            refusing()


def test_a_strangers_page_in_its_place_is_told_and_in_anothers_is_not(tmp_path: Path) -> None:
    (tmp_path / "he-variance.md").write_text("mine")
    proving.require_place(tmp_path, [NAME])
    with pytest.raises(InvalidInputError, match=r"he-variance\.md was not written by prove"):
        proving.require_place(tmp_path, [NAME, "he-variance"])


PAGE = "head\n| a | b |\n|---|---|\n| [b](b.md) | 1 |\n| [gone](gone.md) | 1 |\n\ntail\n"


def test_rows_take_their_place_in_reading_order() -> None:
    rows = "| a | b |\n|---|---|\n| [a](a.md) | 2 |\n| [c](c.md) | 2 |\n"
    found = with_rows(PAGE, rows, ["a", "b", "c"])
    assert found is not None
    table = ["| [a](a.md) | 2 |", "| [b](b.md) | 1 |", "| [c](c.md) | 2 |"]
    assert found.splitlines()[3:6] == table
    assert found.endswith("2 |\n\ntail\n") and "gone" not in found
    assert with_rows(found, "", ["a", "b", "c"]) == found
    assert with_rows("no table\n", rows, ["a", "b", "c"]) is None
