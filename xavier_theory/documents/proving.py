"""The whole of ``prove``: verify with the fixed seed, make the pages, write or compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xavier_theory.api import verify
from xavier_theory.documents.pages import all_pages, page_names, theorem_table
from xavier_theory.documents.publishing import (
    difference,
    differences,
    publish,
    readme_with_table,
    require_free,
    require_writable,
    strangers,
)
from xavier_theory.files import write_whole
from xavier_theory.theorems import theorems

if TYPE_CHECKING:
    from xavier_theory.verification import Report

SEED = 0


@dataclass(frozen=True)
class Book:
    """All pages, and whether every check passed."""

    pages: Mapping[str, str]
    report: Report
    passed: bool

    def write(self, folder: Path) -> list[Path]:
        """Write the pages into ``folder``, the table into the README; return what changed."""
        changed = publish(self.pages, folder)
        readme, text = self._readme(folder)
        if text is not None and difference(readme, text):
            write_whole(readme, text)
            changed.append(readme)
        return changed

    def differences(self, folder: Path) -> str:
        """A unified diff from what is there to what should be there; empty if all is fresh."""
        readme, text = self._readme(folder)
        return differences(self.pages, folder) + (
            difference(readme, text) if text is not None else ""
        )

    def strangers(self, folder: Path) -> list[Path]:
        """What stands among the pages in ``folder`` without being one: it is left alone."""
        return strangers(self.pages, folder)

    def _readme(self, folder: Path) -> tuple[Path, str | None]:
        readme = folder.resolve().parent / "README.md"
        return readme, readme_with_table(readme, theorem_table(self.report, f"{folder.name}/"))


def require_place(folder: Path) -> None:
    """Refuse a ``folder`` that the pages could not be written into: before the work, not after it.

    Raises ``OSError`` where nothing can be written, ``InvalidInputError`` where something that
    ``prove`` did not write has the place of a page.
    """
    require_writable(folder)
    require_free(page_names(theorems()), folder)


def book(progress: Callable[[str], None] | None = None, workers: int = 1) -> Book:
    """Verify every theorem with seed 0 and make the pages of ``proofs/``."""
    report = verify(seed=SEED, progress=progress, workers=workers)
    return Book(all_pages(report), report, report.passed)
