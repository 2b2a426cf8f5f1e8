"""The whole of ``prove``: verify with the fixed seed, make the pages, write or compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xavier_theory.api import verify
from xavier_theory.documents.pages import all_pages, theorem_table
from xavier_theory.documents.publishing import (
    difference,
    differences,
    publish,
    readme_with_table,
    rewrite,
)

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
            rewrite(readme, text)
            changed.append(readme)
        return changed

    def differences(self, folder: Path) -> str:
        """A unified diff from what is there to what should be there; empty if all is fresh."""
        readme, text = self._readme(folder)
        return differences(self.pages, folder) + (
            difference(readme, text) if text is not None else ""
        )

    def _readme(self, folder: Path) -> tuple[Path, str | None]:
        readme = folder.resolve().parent / "README.md"
        return readme, readme_with_table(readme, theorem_table(self.report, f"{folder.name}/"))


def book(progress: Callable[[str], None] | None = None, workers: int = 1) -> Book:
    """Verify every theorem with seed 0 and make the pages of ``proofs/``."""
    report = verify(seed=SEED, progress=progress, workers=workers)
    return Book(all_pages(report), report, report.passed)
