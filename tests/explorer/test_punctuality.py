"""Connections that hold their place: closed in time, and for others at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from xavier_theory.explorer.punctuality import _ROOMY, PunctualProtocol

LONG = b"x" * 50_000_000  # more than the buffers between two sockets hold


async def application(scope: Any, receive: Any, send: Any) -> None:
    message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
    body = LONG if scope["path"] == "/long" else b"short"
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body})


class Hurried(PunctualProtocol):
    request_seconds = 0.5
    answer_seconds = 1.0


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[int, ServerState]]:
    config = Config(application, ws="none", lifespan="off", log_level="critical")
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Hurried(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], state
        while state.connections:  # those that the test closed at its own end
            await asyncio.sleep(0.02)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    return head.split(b"\r\n")[0] + b" " + await reader.readexactly(5)


async def _seconds_until_closed(reader: asyncio.StreamReader) -> float:
    start = asyncio.get_running_loop().time()
    with suppress(ConnectionResetError):
        async with asyncio.timeout(20):
            while await reader.read(1):
                pass
    return asyncio.get_running_loop().time() - start


async def _gone(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(ConnectionResetError):
        await writer.wait_closed()


SHORT = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
HALVES = {
    "nothing": b"",
    "half a header": b"GET / HTTP/1.1\r\nhost: x\r\n",
    "half a body": b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nfour",
    "a request and a half": SHORT + SHORT[:9],
}


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_half_a_request_is_given_up_in_time(sent: bytes) -> None:
    async def story() -> None:
        async with serving() as (port, state):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            if sent.startswith(SHORT):
                assert await _answer(reader) == b"HTTP/1.1 200 OK short"
            assert await _seconds_until_closed(reader) < 10
            assert not state.connections
            await _gone(writer)

    asyncio.run(story())


def test_one_byte_now_and_then_is_no_reason_to_wait_longer() -> None:
    async def story() -> None:
        async with serving() as (port, state):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            for byte in b"GET / HTTP/1.1\r\nhost: " + b"x" * 1000:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)
                if not state.connections:
                    break
            assert not state.connections
            await _gone(writer)

    asyncio.run(story())


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    async def story() -> None:
        async with serving() as (port, state):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n")
            await asyncio.sleep(0.3)
            assert state.connections
            async with asyncio.timeout(10):
                while state.connections:
                    await asyncio.sleep(0.05)
            await _gone(writer)

    asyncio.run(story())


def test_requests_one_after_another_are_answered_on_one_connection() -> None:
    async def story() -> None:
        async with serving() as (port, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(4):  # longer in all than one may take
                writer.write(SHORT)
                assert await _answer(reader) == b"HTTP/1.1 200 OK short"
                await asyncio.sleep(0.3)
            writer.write(SHORT + SHORT)
            assert await _answer(reader) == await _answer(reader) == b"HTTP/1.1 200 OK short"
            await _gone(writer)

    asyncio.run(story())


def test_where_places_are_rare_the_longest_resting_goes() -> None:
    async def story() -> None:
        async with serving() as (port, state):
            held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_ROOMY)]
            await asyncio.sleep(0.1)
            assert len(state.connections) == _ROOMY
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(SHORT)
            assert await _answer(reader) == b"HTTP/1.1 200 OK short"
            assert await _seconds_until_closed(held[0][0]) < 0.1
            assert len(state.connections) == _ROOMY
            for _, other in [*held, (reader, writer)]:
                await _gone(other)

    asyncio.run(story())
