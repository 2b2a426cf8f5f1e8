"""Writing ``proofs/``: every page whole, nothing foreign touched, and telling what is stale.

Beside the pages stands ``SHA256SUMS``, the list of what ``prove`` wrote, in the form that
``sha256sum --check`` reads. A file is replaced only if it is on that list, and removed only if it
also has the very bytes that were written; so nothing is ever lost that a user put there.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from xavier_theory.documents.generated_parts import BEGIN, END, part_of
from xavier_theory.errors import InvalidInputError
from xavier_theory.files import is_regular, kind_of, read_regular, write_whole

SUMS = "SHA256SUMS"
SUMS_HEAD = "# Written by `xavier-theory prove`, which replaces and removes these files alone.\n"
_PLACES = ("*.md", "certificates/*.json")  # where pages stand
_LINE = re.compile(r"([0-9a-f]{64})  ([\w-]+\.md|certificates/[\w-]+\.json)")
_MOST_BYTES = 2**26  # of a file that is compared with a page


def publish(pages: Mapping[str, str], folder: Path, whole: bool = True) -> list[Path]:
    """Write ``pages`` into ``folder``, remove what is left of others, return what changed.

    Unless ``pages`` are the ``whole``, the others are left as they are, on the list too.
    Another process that publishes there is waited for. Raises ``InvalidInputError`` like
    ``require_free``, and ``OSError`` if the folder cannot be written; pages that were there before
    are then whole, old or new.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        require_free(pages, folder)
        stale = [name for name, text in pages.items() if _read(folder / name) != text]
        extra = leftovers(pages, folder) if whole else []
        kept = {} if whole else _others(pages, folder)
        final = _sums(pages, kept)
        if stale or extra:  # the list comes first: what it does not name is not ours
            gone = {_name(path, folder): _read(path) or "" for path in extra}
            write_whole(folder / SUMS, _sums({**pages, **gone}, kept))
        for name in stale:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, pages[name])
        for path in extra:
            path.unlink()
        if _read(folder / SUMS) != final:
            write_whole(folder / SUMS, final)
    return [*(folder / name for name in stale), *extra]


def require_free(names: Iterable[str], folder: Path) -> None:
    """Raise ``InvalidInputError`` if something that ``prove`` did not write has a page's place.

    ``names`` are those of the pages, such as ``certificates/he-variance.json``.
    """
    written = listed(folder)
    for name in (*names, SUMS):
        path = folder / name
        what = kind_of(path)
        if what not in (None, "a file"):
            raise InvalidInputError(f"{path} is {what}, where prove would write; move it away")
        ours = (_read(path) or "").startswith(SUMS_HEAD) if name == SUMS else name in written
        if what is not None and not ours:
            raise InvalidInputError(
                f"{path} was not written by prove, which would write there; move it away"
            )


def require_writable(folder: Path) -> None:
    """Raise ``OSError`` if ``folder`` could not be written: before the work, not after it."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def leftovers(pages: Collection[str], folder: Path) -> list[Path]:
    """The files in ``folder`` that ``prove`` once wrote and that are no longer among ``pages``."""
    return sorted(
        folder / name
        for name, sums in listed(folder).items()
        if name not in pages and _digest(_bytes(folder / name)) in sums
    )


def strangers(pages: Iterable[str], folder: Path) -> list[Path]:
    """What stands among the pages without being one: left alone, and told."""
    names = set(pages)
    known = {folder / name for name in names} | set(leftovers(names, folder))
    return sorted({path for place in _PLACES for path in folder.glob(place)} - known)


def differences(pages: Mapping[str, str], folder: Path, whole: bool = True) -> str:
    """A unified diff from what is in ``folder`` to ``pages``: empty when everything is fresh.

    Unless ``pages`` are the ``whole``, the others are not looked at.
    """
    expected = {**pages, SUMS: _sums(pages, {} if whole else _others(pages, folder))}
    found = [
        _diff(_read(folder / name), text, str(folder / name))
        for name, text in sorted(expected.items())
    ]
    gone = leftovers(pages, folder) if whole else []
    found += [_diff(_read(path), None, str(path)) for path in gone]
    return "".join(found)


def readme_part(readme: Path) -> tuple[str, str] | None:
    """The text of ``readme``, and of the table in it; None without the file or its markers."""
    text = _read(readme.resolve())
    if text is None or BEGIN not in text or END not in text:
        return None
    return text, part_of(text, BEGIN, END)


def published(name: str, folder: Path) -> str | None:
    """The page ``name`` of ``folder``; None where ``prove`` wrote none."""
    return _read(folder / name) if name in listed(folder) else None


def difference(path: Path, text: str) -> str:
    """A unified diff from the file at ``path`` to ``text``."""
    return _diff(_read(path.resolve()), text, str(path))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold ``folder`` against other runs until the block or the process ends."""
    if sys.platform == "win32":
        yield  # nothing there locks a folder: two runs at once may mix their pages, each whole
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sums(pages: Mapping[str, str], kept: Mapping[str, set[str]]) -> str:
    sums = {name: {str(_digest(text.encode()))} for name, text in pages.items()}
    lines = [
        f"{digest}  {name}\n"
        for name, digests in sorted({**kept, **sums}.items())
        for digest in sorted(digests)
    ]
    return SUMS_HEAD + "".join(lines)


def _others(pages: Collection[str], folder: Path) -> dict[str, set[str]]:
    """What the list in ``folder`` says of files that are not among ``pages``."""
    return {name: sums for name, sums in listed(folder).items() if name not in pages}


def listed(folder: Path) -> dict[str, set[str]]:
    """Name -> digests, from the list in ``folder``; none from a list that ``prove`` did not write.

    Lines of other forms are passed over, and a name may have several digests: a list with both
    sides of a merge in it still says what was written.
    """
    text = _read(folder / SUMS) or ""
    found: dict[str, set[str]] = {}
    for line in text.splitlines() if text.startswith(SUMS_HEAD) else ():
        match = _LINE.fullmatch(line)
        if match:
            found.setdefault(match[2], set()).add(match[1])
    return found


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _diff(old: str | None, new: str | None, name: str) -> str:
    before, after = (text.splitlines(keepends=True) if text else [] for text in (old, new))
    start, end = (name if text is not None else "/dev/null" for text in (old, new))
    return "".join(difflib.unified_diff(before, after, start, end, n=1))


def _read(path: Path) -> str | None:
    """The text of the file at ``path`` itself, None where there is none."""
    data = _bytes(path)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        return ""  # no page of ours


def _bytes(path: Path) -> bytes | None:
    """What is in the file at ``path`` itself; None where no file of a page's size stands."""
    try:
        return read_regular(path, _MOST_BYTES) if is_regular(path) else None
    except InvalidInputError:
        return None
