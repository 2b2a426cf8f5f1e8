"""Who may talk to the server: the page that it serves itself, and nobody else.

A server on the loopback address is still within reach of every page that the user's browser shows:
by a form or a fetch to 127.0.0.1 (stopped by ``Origin`` and ``Sec-Fetch-Site``), and by a foreign
name that resolves to 127.0.0.1 (DNS rebinding; stopped by ``Host``).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SECURITY_HEADERS", "Guard", "refusal"]

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
"""Sent with every answer: the page can load nothing from elsewhere, and nobody can frame it."""


class Guard:
    """ASGI middleware that refuses foreign requests with 403 and adds ``SECURITY_HEADERS``."""

    def __init__(self, app: ASGIApp, authorities: Iterable[str]) -> None:
        self.app = app
        self.authorities = frozenset(authorities)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket; there are none here
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        reason = refusal(scope, self.authorities)
        if reason is None:
            await self.app(scope, receive, send_safely)
        else:
            await JSONResponse({"error": reason}, 403)(scope, receive, send_safely)


def refusal(scope: Scope, authorities: frozenset[str]) -> str | None:
    """Why a request is refused; None if it is welcome.

    ``authorities`` are the server's own names with its port, such as ``localhost:8765``.
    """
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or hosts[0].lower() not in authorities:
        return "the Host header is not this server's address"
    own = {urlunsplit(("http", name, "", "", "")) for name in authorities}
    if origins and (len(origins) > 1 or origins[0].lower() not in own):
        return "the Origin header is another site's"
    came_from = headers.get("sec-fetch-site", "none")
    is_page = scope["method"] == "GET" and scope["path"] == "/"  # a shared link may lead there
    if came_from not in {"none", "same-origin"} and not is_page:
        return "another site may not use this server"
    return None
