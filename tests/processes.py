"""Which processes run: for tests that count what is left of a command that was stopped."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A row of /proc, as far as tests ask for it."""

    parent: int
    session: int
    state: str


def children(pid: int) -> set[int]:
    """The running processes whose parent is ``pid``."""
    return {number for number, found in _processes().items() if found.parent == pid}


def members(session: int) -> set[int]:
    """The running processes of a session, which is called by its first one."""
    return {
        number
        for number, found in _processes().items()
        if found.session == session and found.state != "Z"
    }


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    found = _processes().get(pid)
    return found is not None and found.state != "Z"


def left_of(session: int, seconds: float = 20.0) -> set[int]:
    """The processes of a session that are still there after ``seconds``, if any are."""
    ends = time.monotonic() + seconds
    while (found := members(session)) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def _processes() -> dict[int, Process]:
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _, session = path.read_text().rsplit(")", 1)[1].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended since it was listed
        found[int(path.parent.name)] = Process(int(parent), int(session), state)
    return found
