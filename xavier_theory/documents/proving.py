"""The whole of ``prove``: verify with the fixed seed, make the pages, write or compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xavier_theory.api import verify
from xavier_theory.documents.authors import authors_page
from xavier_theory.documents.generated_parts import BEGIN, END, with_part, with_rows
from xavier_theory.documents.pages import (
    AXIOMS,
    INDEX,
    RULES,
    all_pages,
    axioms_page,
    certificates,
    page_names,
    theorem_pages,
    theorem_table,
)
from xavier_theory.documents.publishing import (
    difference,
    differences,
    listed,
    publish,
    published,
    readme_part,
    require_free,
    require_writable,
    strangers,
)
from xavier_theory.files import write_whole
from xavier_theory.theorems import theorem_folder, theorems

if TYPE_CHECKING:
    from xavier_theory.verification import Report

SEED = 0
LEFT = (
    "the textbook's claims, the experiments on training and the count of all checks are as they "
    "were: prove without a NAME writes them"
)
"""What pages of some theorems do not bring up to date."""


@dataclass(frozen=True)
class Book:
    """All pages, or those of some theorems; and the report that they were made from.

    Pages of some theorems are put among those that stand already. ``write`` and ``differences``
    then bring up to date what stands there and takes seconds: their rows in the tables of
    theorems, the page for authors and, if a proof changed, the lemmas' users and the
    certificates, which cite by digest.
    """

    pages: Mapping[str, str]
    report: Report
    whole: bool = True

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return self.report.passed

    def write(self, folder: Path) -> list[Path]:
        """Write the pages into ``folder``, the table into the README; return what changed."""
        changed = publish(self._pages(folder), folder, self.whole)
        readme, text = self._readme(folder)
        if text is not None and difference(readme, text):
            write_whole(readme, text)
            changed.append(readme)
        return changed

    def differences(self, folder: Path) -> str:
        """A unified diff from what is there to what should be there; empty if all is fresh."""
        readme, text = self._readme(folder)
        return differences(self._pages(folder), folder, self.whole) + (
            difference(readme, text) if text is not None else ""
        )

    def strangers(self, folder: Path) -> list[Path]:
        """What stands among the pages in ``folder`` without being one: it is left alone."""
        others = () if self.whole else page_names(theorems())
        return strangers([*self.pages, *others], folder)

    def _pages(self, folder: Path) -> Mapping[str, str]:
        """The pages, with those of all theorems that change with them and stand in ``folder``."""
        if self.whole:
            return self.pages
        pages = dict(self.pages)
        index = published(INDEX, folder)
        rows = index and with_rows(index, theorem_table(self.report), theorems())
        if rows:
            pages[INDEX] = rows
        if published(RULES, folder):
            pages[RULES] = authors_page()
        proofs = certificates(part.name for part in self.report.theorems)
        if any(text != published(name, folder) for name, text in proofs.items()):
            resting = {AXIOMS: axioms_page(theorems()), **certificates(theorems())}
            pages |= {name: resting[name] for name in resting.keys() & listed(folder).keys()}
        return pages

    def _readme(self, folder: Path) -> tuple[Path, str | None]:
        readme = folder.resolve().parent / "README.md"
        found = readme_part(readme)
        if found is None:
            return readme, None
        text, old = found
        new: str | None = theorem_table(self.report, f"{folder.name}/")
        if not self.whole:
            new = with_rows(old, str(new), theorems())
        return readme, None if new is None else with_part(text, BEGIN, END, new)


def require_place(folder: Path, names: Sequence[str] = ()) -> None:
    """Refuse a ``folder`` that the pages could not be written into: before the work, not after it.

    ``names`` are the theorems whose pages these are, by default all. Raises ``OSError`` where
    nothing can be written, ``InvalidInputError`` where something that ``prove`` did not write has
    the place of a page, and ``UnknownNameError`` for what is no theorem.
    """
    chosen = [theorem_folder(name).statement.name for name in names] or theorems()
    require_writable(folder)
    require_free(page_names(chosen), folder)


def book(
    progress: Callable[[str], None] | None = None, workers: int = 1, names: Sequence[str] = ()
) -> Book:
    """Verify theorems with seed 0 and make pages of ``proofs/``: those of ``names``, or all.

    Raises ``UnknownNameError`` for a name that is no theorem's.
    """
    for name in names:
        theorem_folder(name)
    report = verify(names=list(names) or None, seed=SEED, progress=progress, workers=workers)
    pages = theorem_pages(report, theorems()) if names else all_pages(report)
    return Book(pages, report, whole=not names)
