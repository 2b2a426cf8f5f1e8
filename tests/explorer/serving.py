"""A real server in a process of its own, and requests to it, well-formed or not."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SETUP: dict[str, Any] = {
    "data": "moons", "widths": [6, 6], "activation": "tanh", "scheme": "xavier", "scale": 1.0,
    "compare": "none", "rate": 0.1, "optimizer": "gd", "seed": 0,
}  # fmt: skip


class Reply(NamedTuple):
    """Status, headers with lower-case names, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running ``xavier-theory explore``."""

    def __init__(self, *arguments: str) -> None:
        code = "from xavier_theory.cli import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "explore", "--no-browser", "--port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        line = self.process.stdout.readline() if self.process.stdout else ""
        self.address = line.split(" ")[0]
        self.host = urlsplit(self.address).netloc

    def interrupt(self) -> tuple[int, str, str]:
        """Ctrl-C; returns the exit status and what is left of both outputs."""
        os.killpg(self.process.pid, signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def request(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """One request; ``data`` is sent as JSON, ``body`` as it is."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = {"content-type": "application/json"} | dict(headers or {})
        content = json.dumps(data).encode() if body is None and data is not None else body
        try:
            connection.putrequest(method, path, skip_host="host" in sent)
            for name, value in (sent | {"content-length": str(len(content or b""))}).items():
                connection.putheader(name, value)
            connection.endheaders(content)
            found = connection.getresponse()
            named = {name.lower(): value for name, value in found.getheaders()}
            return Reply(found.status, named, found.read())
        finally:
            connection.close()

    def ask(self, question: str, **changes: Any) -> Reply:
        """A question about ``SETUP`` with some values changed."""
        return self.request("POST", f"/api/{question}", SETUP | changes)

    def raw(self, data: bytes) -> bytes:
        """Bytes as they are, and the beginning of what comes back."""
        host, port = self.host.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return connection.recv(4096)


@contextmanager
def running(*arguments: str) -> Iterator[Server]:
    """A server until the end of the block; its process is ended, whatever happens."""
    server = Server(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()
