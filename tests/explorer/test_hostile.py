"""Hostile work and hostile connections: what everybody else still gets, and what it may cost."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.explorer.serving import SETUP, Reply, Server, running
from tests.processes import children

SESSIONS = 6
SLOW = "max(log1p(exp(7*z)), tanh(3*z), sin(9*z)) + cos(exp(z)*3)"
WORK = {
    "signal": {"widths": [64] * 30, "activation": SLOW},
    "activation": {"activation": SLOW},
    "phases": {"activation": SLOW},
    "theorem": {"name": "selu-fixed-point"},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


def _at_once(calls: list[Callable[[], Reply]]) -> list[Reply]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def test_seventy_half_sent_requests_keep_nobody_out(server: Server) -> None:
    host, port = server.host.split(":")
    held = []
    for _ in range(70):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(b"POST /api/signal HTTP/1.1\r\nhost: x\r\n")
        held.append(connection)
    assert [server.request("GET", "/").status for _ in range(10)] == [200] * 10
    for connection in held:
        connection.settimeout(20)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""  # within seconds none is held any more
        connection.close()


def test_six_sessions_train_and_the_rest_is_told_so(server: Server) -> None:
    def start() -> Reply:
        return server.request("POST", "/api/sessions", SETUP)

    replies = _at_once([start] * (SESSIONS + 4))
    assert sorted(reply.status for reply in replies) == [200] * SESSIONS + [429] * 4
    for reply in replies:
        if reply.status == 200:
            server.request("DELETE", f"/api/sessions/{reply.json['id']}")


def test_hostile_work_in_every_lane_leaves_the_page_quick_and_the_memory_bounded(
    server: Server,
) -> None:
    widest = SETUP | {"widths": [64] * 30, "compare": "too-small"}
    paths = [
        f"/api/sessions/{server.request('POST', '/api/sessions', widest).json['id']}"
        for _ in range(SESSIONS)
    ]
    hostile = [
        lambda path=path: server.request("POST", f"{path}/advance", {"steps": 1000})
        for path in paths
    ]
    hostile += [
        lambda name=name, data=data: server.request("POST", f"/api/{name}", SETUP | data)
        for name, data in WORK.items()
    ]
    seconds, peak = [], 0.0
    with ThreadPoolExecutor(len(hostile)) as pool:
        futures = [pool.submit(call) for call in hostile]
        while not all(future.done() for future in futures):
            begin = time.perf_counter()
            assert server.request("GET", "/").status == 200
            seconds.append(time.perf_counter() - begin)
            peak = max(peak, _gigabytes(server.process.pid))
            time.sleep(0.05)
    assert len(seconds) >= 20
    assert statistics.median(seconds) < 0.3
    assert peak < 1.2
    for path in paths:
        server.request("DELETE", path)


def test_a_killed_worker_is_replaced_as_fast_as_a_process_starts(server: Server) -> None:
    def fresh() -> float:
        begin = time.perf_counter()
        code = "import xavier_theory.explorer.answers as a; a.answer('options', '')"
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begin

    def replaced() -> tuple[float, int]:
        killed = children(server.process.pid)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        begin = time.perf_counter()
        while server.request("POST", "/api/options", {}).status != 200:
            assert time.perf_counter() - begin < 60
        return time.perf_counter() - begin, len(killed)

    def fast_enough() -> bool:
        """The new ones start at once, and share the processors with whatever else runs."""
        seconds, processes = replaced()
        return seconds < 2 * processes * fresh() + 0.5

    assert any(fast_enough() for _ in range(3))


def _gigabytes(server: int) -> float:
    """The memory of a process and its children, what they share counted once."""
    total = 0
    for process in (server, *children(server)):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 2**20
