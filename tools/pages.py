"""What the tools that write a page of docs/ share: tables, and writing or comparing the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from xavier_theory.documents.publishing import difference
from xavier_theory.files import write_whole

__all__ = ["command", "table", "written"]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; a bar in a cell is the cell's own affair."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def written(path: Path, text: str, check: bool) -> int:
    """Write the page, or with ``check`` print what would change; the exit status."""
    if check:
        changes = difference(path, text)
        sys.stdout.write(changes)
        return 1 if changes else 0
    write_whole(path, text)
    return 0


def command(module: str, path: Path, page: Callable[[], str], arguments: Sequence[str]) -> int:
    """``python -m module [--check]``: the page of that path; the exit status."""
    if list(arguments) not in ([], ["--check"]):
        sys.stderr.write(f"usage: python -m {module} [--check]\n")
        return 2
    return written(path, page(), bool(arguments))
