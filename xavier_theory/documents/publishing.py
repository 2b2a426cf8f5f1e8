"""Writing ``proofs/`` so that an interruption leaves every page whole, and telling what is stale.

All pages go into a hidden folder beside the final ones first; each is then renamed into its place.
Only files that ``prove`` wrote are ever removed.
"""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from xavier_theory.documents.readme_table import BEGIN, END, with_table

MARK = "<!-- Written by `xavier-theory prove`"
CERTIFICATE_MARK = '"format": "xavier_theory certificate"'
_PARTIAL = ".writing-"


def publish(pages: Mapping[str, str], folder: Path) -> list[Path]:
    """Write ``pages`` into ``folder``, remove what is left of others, return what changed.

    Raises ``OSError`` if the folder cannot be written; pages that were there before are then whole,
    old or new.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_PARTIAL}*"):  # of a run that was killed
        shutil.rmtree(left)
    stale = [folder / name for name, text in pages.items() if _read(folder / name) != text]
    extra = leftovers(pages, folder)
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=folder) as partial:
        places = [(Path(partial) / str(number), path) for number, path in enumerate(stale)]
        for source, path in places:
            _write(source, pages[path.relative_to(folder).as_posix()])
        for source, path in places:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, path)
    for path in extra:
        path.unlink()
    return [*stale, *extra]


def require_writable(folder: Path) -> None:
    """Raise ``OSError`` if ``folder`` could not be written: before the work, not after it."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=place):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o644)  # what a temporary folder holds is private by default


def leftovers(pages: Mapping[str, str], folder: Path) -> list[Path]:
    """The files in ``folder`` that ``prove`` once wrote and that are no longer among ``pages``."""
    candidates = [(path, MARK) for path in folder.glob("*.md")]
    candidates += [(path, CERTIFICATE_MARK) for path in (folder / "certificates").glob("*.json")]
    return sorted(
        path
        for path, mark in candidates
        if path.relative_to(folder).as_posix() not in pages and mark in (_read(path) or "")
    )


def differences(pages: Mapping[str, str], folder: Path) -> str:
    """A unified diff from what is in ``folder`` to ``pages``: empty when everything is fresh."""
    found = [
        _diff(_read(folder / name), text, str(folder / name))
        for name, text in sorted(pages.items())
    ]
    found += [_diff(_read(path), None, str(path)) for path in leftovers(pages, folder)]
    return "".join(found)


def readme_with_table(readme: Path, table: str) -> str | None:
    """The text that ``readme`` should have; None without the file or its markers."""
    text = _read(readme)
    return with_table(text, table) if text is not None and BEGIN in text and END in text else None


def rewrite(path: Path, text: str) -> None:
    """Replace the file at ``path`` by ``text``, at once."""
    beside = path.with_name(f".{path.name}{_PARTIAL}")
    try:
        _write(beside, text)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def difference(path: Path, text: str) -> str:
    """A unified diff from the file at ``path`` to ``text``."""
    return _diff(_read(path), text, str(path))


def _diff(old: str | None, new: str | None, name: str) -> str:
    before, after = (text.splitlines(keepends=True) if text else [] for text in (old, new))
    start, end = (name if text is not None else "/dev/null" for text in (old, new))
    return "".join(difflib.unified_diff(before, after, start, end, n=1))


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""  # no page of ours
