"""The server as it runs: who is refused, what is bounded, how it ends."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from tests.explorer.serving import SETUP, Server, running
from tests.processes import children, is_alive
from xavier_theory.cli.commands import xavier_theory
from xavier_theory.cli.running import run


@pytest.fixture(scope="module")
def server():
    with running() as started:
        yield started


def test_the_page_forbids_everything_from_elsewhere(server: Server) -> None:
    reply = server.request("GET", "/")
    assert reply.status == 200
    assert b"weight initialization" in reply.body
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example:80"},
        {"host": "127.0.0.1:1"},
        {"host": ""},
        {"origin": "http://www.w3.org"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/options", "/api/sessions"])
def test_foreign_requests_are_refused(server: Server, headers, path) -> None:
    reply = server.request("POST", path, SETUP, headers)
    assert reply.status == 403
    assert "error" in reply.json


def test_a_foreign_host_does_not_even_get_the_page(server: Server) -> None:
    assert server.request("GET", "/", headers={"host": "evil.example"}).status == 403


def test_the_server_answers_to_its_own_names(server: Server) -> None:
    port = server.host.split(":")[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        headers = {
            "host": host,
            "origin": server.address.rstrip("/").replace(server.host, host.lower()),
            "sec-fetch-site": "same-origin",
        }
        assert server.request("POST", "/api/options", {}, headers).status == 200


def test_a_link_from_another_site_may_lead_to_the_page_alone(server: Server) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    assert server.request("GET", "/", headers=headers).status == 200
    assert server.request("GET", "/static/js/main.js", headers=headers).status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[1]", 400),
        (b'{"seed": NaN}', 400),
        (b'{"seed": 1e999999}', 422),
        (b"[" * 15_000, 400),
        (b"\xff\xfe", 400),
        (b'{"a": "' + b"x" * 20_000 + b'"}', 413),
    ],
)
def test_malformed_bodies_are_refused(server: Server, body, status) -> None:
    reply = server.request("POST", "/api/signal", body=body)
    assert reply.status == status
    assert b"error" in reply.body or status == 413


def test_a_body_that_is_no_json_by_its_type_is_refused(server: Server) -> None:
    reply = server.request("POST", "/api/signal", SETUP, {"content-type": "text/plain"})
    assert reply.status == 415


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /api/signal HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /api/signal HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n{",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_malformed_requests_leave_the_server_alive(server: Server, data) -> None:
    answer = server.raw(data)
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert server.request("GET", "/").status == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/static/../server.py", "/static/%2e%2e/server.py", "/static/"]
)
def test_there_is_nothing_but_the_page(server: Server, path) -> None:
    assert server.request("GET", path).status == 404


def test_unknown_questions_and_methods_are_refused(server: Server) -> None:
    assert server.request("POST", "/api/eval", {}).status == 404
    assert server.request("GET", "/api/signal").status == 405
    assert server.request("POST", "/api/start", SETUP).status == 404


def test_a_session_trains_and_ends(server: Server) -> None:
    reply = server.request("POST", "/api/sessions", SETUP)
    assert reply.status == 200
    path = f"/api/sessions/{reply.json['id']}"
    first = reply.json["frame"]
    assert first["step"] == 0
    after = server.request("POST", f"{path}/advance", {"steps": 3}).json
    assert after["step"] == 3
    assert after["cost"][0] < first["cost"][0]
    time.sleep(0.3)  # nobody asks, nothing is trained
    assert server.request("POST", f"{path}/advance", {"steps": 1}).json["step"] == 4
    for steps in (0, -1, 1001, 1.5, "1", None, True):
        refused = server.request("POST", f"{path}/advance", {"steps": steps})
        assert (refused.status, refused.json["field"]) == (422, "steps")
    widest = SETUP | {"widths": [64] * 30, "compare": "too-small"}
    largest = server.request("POST", f"{path}/restart", widest)
    frame = server.request("POST", f"{path}/advance", {"steps": 1000})
    assert max(len(largest.body), len(frame.body)) < 200_000
    assert frame.json["step"] >= 1
    again = server.request("POST", f"{path}/restart", SETUP).json
    assert again["frame"]["cost"] == first["cost"]
    assert server.request("POST", f"{path}/ping", {}).status == 200
    assert server.request("DELETE", path).status == 200
    assert server.request("POST", f"{path}/ping", {}).status == 404
    assert server.request("POST", f"{path}/advance", {"steps": 1}).status == 404
    assert server.request("DELETE", path).status == 404


def test_the_command_ends_on_ctrl_c_without_a_traceback() -> None:
    with running() as server:
        identity = server.request("POST", "/api/sessions", SETUP).json["id"]
        assert server.request("POST", f"/api/sessions/{identity}/advance", {"steps": 2}).json
        workers = children(server.process.pid)
        assert workers
        status, out, err = server.interrupt()
        assert (status, out) == (130, "")
        assert "Traceback" not in err and err.count("\n") <= 1
        assert not any(is_alive(pid) for pid in workers)


def test_workers_end_with_a_server_that_is_killed() -> None:
    with running() as server:
        server.request("POST", "/api/sessions", SETUP)
        workers = children(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        ends = time.monotonic() + 20
        while any(is_alive(pid) for pid in workers) and time.monotonic() < ends:
            time.sleep(0.05)
        assert workers and not any(is_alive(pid) for pid in workers)


def test_a_busy_port_is_one_line(server: Server, capsys) -> None:
    port = server.host.split(":")[1]
    assert run(xavier_theory, ["explore", "--no-browser", "--port", port]) == 2
    captured = capsys.readouterr()
    assert f"port {port} cannot be used" in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_out_of_range_is_one_line(capsys, port) -> None:
    assert run(xavier_theory, ["explore", "--no-browser", "--port", port]) == 2
    assert "from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_the_missing_extra_is_named(monkeypatch, capsys, package) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert run(xavier_theory, ["explore", "--no-browser"]) == 2
    captured = capsys.readouterr()
    assert "pip install 'xavier_theory[explore]'" in captured.err
    assert captured.err.count("\n") == 1
