"""The routes: the page and its files, questions to workers, training sessions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from xavier_theory.explorer.guard import Guard
from xavier_theory.explorer.sessions import Sessions
from xavier_theory.explorer.workers import Answer, Worker

__all__ = ["PAGE", "make_app"]

PAGE = Path(__file__).parent / "static"

_MOST_BODY = 16_384
_LANES: Mapping[str, tuple[str, float]] = {
    "options": ("quick", 30.0),  # the first that is asked: its process may have to start yet
    "signal": ("quick", 15.0),
    "activation": ("slow", 10.0),
    "phases": ("slow", 15.0),
    "theorem": ("theorems", 60.0),
    "theorems": ("theorems", 60.0),
}
"""Question -> the worker that answers it, so that no panel waits for a slow one, and seconds."""


def make_app(authorities: Iterable[str], sessions: Sessions | None = None) -> Starlette:
    """The application, which answers to ``authorities`` alone (``host:port``, as in Host)."""
    lanes = {lane: Worker() for lane, _ in _LANES.values()}
    training = Sessions() if sessions is None else sessions

    async def page(request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def ask(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _LANES:
            raise HTTPException(404)
        lane, seconds = _LANES[name]
        return _response(await lanes[lane].ask(name, await _body(request), seconds))

    async def start(request: Request) -> Response:
        return _response(await training.start(await _body(request)))

    async def advance(request: Request) -> Response:
        body = await _body(request)
        return _response(await training.advance(request.path_params["identity"], body))

    async def restart(request: Request) -> Response:
        body = await _body(request)
        return _response(await training.restart(request.path_params["identity"], body))

    async def ping(request: Request) -> Response:
        known = training.ping(request.path_params["identity"])
        return JSONResponse({"known": known}, 200 if known else 404)

    async def end(request: Request) -> Response:
        found = await training.end(request.path_params["identity"])
        return JSONResponse({"ended": found}, 200 if found else 404)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(training.sweep())
        warming = [
            asyncio.create_task(lanes[_LANES[name][0]].ask(name, data, 60.0))
            for name, data in _WARM
        ]
        try:
            yield
        finally:
            for task in (sweeping, *warming):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await training.end_all()
            for worker in lanes.values():
                await worker.end()

    return Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route("/api/sessions", start, methods=["POST"]),
            Route("/api/sessions/{identity}/advance", advance, methods=["POST"]),
            Route("/api/sessions/{identity}/restart", restart, methods=["POST"]),
            Route("/api/sessions/{identity}/ping", ping, methods=["POST"]),
            Route("/api/sessions/{identity}", end, methods=["DELETE"]),
            Route("/api/{name}", ask, methods=["POST"]),
            Mount("/static", StaticFiles(directory=PAGE)),
        ],
        middleware=[Middleware(Guard, authorities=frozenset(authorities))],
        exception_handlers={HTTPException: _http_error, ClientDisconnect: _gone},
        lifespan=life,
        max_body_size=_MOST_BODY,
    )


_FIRST = '{"data":"moons","widths":[2],"activation":"tanh","scheme":"xavier","scale":1,"seed":0}'
_WARM = (("signal", _FIRST), ("activation", _FIRST), ("phases", _FIRST), ("theorems", ""))
"""Asked when the server starts, so that the page waits for no import."""


async def _body(request: Request) -> str:
    """The request's body, which must say that it is JSON: no form of another site can say so."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(415, "the content type must be application/json")
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the request is not UTF-8") from None


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type="application/json")


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else "an error"
    return Response(json.dumps({"error": text}), status, media_type="application/json")


def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)
