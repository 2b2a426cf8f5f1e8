"""Files of users: read if they are plain files of a bounded size, written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from xavier_theory.errors import InvalidInputError

__all__ = ["is_regular", "kind_of", "read_regular", "require_replaceable", "write_whole"]

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFREG: "a file",
}

_BINARY = getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY


def kind_of(path: Path) -> str | None:
    """What stands at ``path``, in words, links not followed; None if nothing does."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    return _KINDS.get(stat.S_IFMT(mode), "no file")


def is_regular(path: Path) -> bool:
    """Whether a plain file stands at ``path`` itself: no link, folder, FIFO or device."""
    return kind_of(path) == "a file"


def read_regular(path: Path, most_bytes: int) -> bytes:
    """The bytes of a plain file, links followed.

    Raises ``InvalidInputError`` for what is no plain file (a device may never end, a FIFO may never
    begin) and for one of more than ``most_bytes``; ``OSError`` if it cannot be read.
    """
    # Without O_NONBLOCK, opening a FIFO waits for a writer.
    descriptor = os.open(path, os.O_RDONLY | _BINARY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            what = _KINDS.get(stat.S_IFMT(mode), "something else")
            raise InvalidInputError(f"{path} is {what}, not a file")
        found = file.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise InvalidInputError(f"{path} is larger than {most_bytes:,} bytes")
    return found


def require_replaceable(path: Path) -> tuple[Path, bool]:
    """Where ``path`` leads, links followed, and whether a file stands there already.

    Raises ``InvalidInputError`` if something else does: a folder, a FIFO, a loop of links.
    """
    target = Path(os.path.realpath(path))
    what = kind_of(target)
    if what not in (None, "a file"):
        raise InvalidInputError(f"{path} is {what}, which is not written over")
    return target, what is not None


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace the file at ``path``, or what a link there points to, by ``content``, at once.

    It is written beside the file under a name that nothing else has, then renamed: whoever looks,
    and whatever happens, finds the old file or the new one. Text is UTF-8 with the line ends it
    has. A file that was there keeps its permissions. Raises ``InvalidInputError`` like
    ``require_replaceable``, ``OSError`` where nothing can be written.
    """
    target, there = require_replaceable(path)
    data = content.encode() if isinstance(content, str) else content
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(beside, _NEW, 0o666), "wb") as file:
            file.write(data)
        if there:
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(beside, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        beside.unlink(missing_ok=True)
