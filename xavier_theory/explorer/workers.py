"""Processes that compute, one question at a time, each under a time limit.

What a question costs is bounded by the limits on its values (``setups``); where that is not enough,
such as for an expression that is slow to analyse, the process is ended and replaced. A worker reads
lines from its standard input and ends with it, so that none outlives the server; it is no member of
the terminal's process group, so that Ctrl-C reaches the server alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any, NamedTuple

__all__ = ["Answer", "Worker"]

_MOST_BYTES = 2**23  # of one answer
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Answer(NamedTuple):
    """A status of HTTP and a body of JSON."""

    status: int
    body: str


class Worker:
    """A process that is started by the first question, and again by the next one after a limit."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, None while there is none."""
        return None if self._process is None else self._process.pid

    async def ask(self, name: str, data: str, seconds: float) -> Answer:
        """The answer to question ``name`` of ``answers``, with ``data`` the request's body.

        504 after ``seconds``; 500 if the process died. Questions wait for each other: the wait
        counts, too.
        """
        try:
            async with asyncio.timeout(seconds):
                async with self._lock:
                    return await self._answer(name, data)
        except TimeoutError:
            return _error(504, f"this took longer than {seconds:g} seconds, and was stopped")
        except (BrokenPipeError, ConnectionResetError, asyncio.IncompleteReadError, ValueError):
            await self.end()
            return _error(500, "the calculation ended unexpectedly")

    async def _answer(self, name: str, data: str) -> Answer:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await _started()
        try:
            question = json.dumps([name, data]) + "\n"
            await _input(process, question.encode())
            status, body = json.loads(await _line(process))
        except asyncio.CancelledError:  # its answer would be taken for the next one
            await self.end()
            raise
        return Answer(int(status), str(body))

    async def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        if process.stdout is not None:  # read to the end, or the pipe stays open
            await process.stdout.read()
        await process.wait()


async def _started() -> asyncio.subprocess.Process:
    environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "xavier_theory.explorer.answers",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
        start_new_session=True, limit=_MOST_BYTES,
    )  # fmt: skip


async def _input(process: asyncio.subprocess.Process, text: bytes) -> None:
    if process.stdin is None:
        raise BrokenPipeError
    process.stdin.write(text)
    await process.stdin.drain()


async def _line(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        raise BrokenPipeError
    found = await process.stdout.readline()
    if not found.endswith(b"\n"):
        raise asyncio.IncompleteReadError(found, None)
    return found


def _error(status: int, text: str) -> Answer:
    body: dict[str, Any] = {"error": text}
    return Answer(status, json.dumps(body))
