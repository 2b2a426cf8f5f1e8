"""Start the server on the loopback address, tell where it is, and open the browser."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from urllib.parse import urlunsplit

from xavier_theory.errors import InvalidInputError, MissingExtraError

__all__ = ["ADDRESS", "explore"]

ADDRESS = "127.0.0.1"


def explore(
    port: int = 0, *, browser: bool = True, tell: Callable[[str], None], idle_seconds: float = 120.0
) -> None:
    """Serve the explorer until Ctrl-C; ``tell`` is given the address first.

    ``port`` 0 takes any free one. Raises ``MissingExtraError`` without starlette and uvicorn, and
    ``InvalidInputError`` for a port that is taken or not allowed.
    """
    try:
        import starlette  # noqa: F401 - the server below needs it
        import uvicorn
    except ImportError:
        raise MissingExtraError("the explorer", "explore") from None
    from xavier_theory.explorer.server import make_app
    from xavier_theory.explorer.sessions import Sessions

    with _listening(port) as listener:
        taken = listener.getsockname()[1]
        names = [f"{host}:{taken}" for host in (ADDRESS, "localhost")]
        if taken == 80:  # a browser leaves out the port that is usual
            names += [ADDRESS, "localhost"]
        address = urlunsplit(("http", f"{ADDRESS}:{taken}", "/", "", ""))
        config = uvicorn.Config(
            make_app(names, Sessions(idle_seconds=idle_seconds)),
            log_level="error", access_log=False, server_header=False, lifespan="on", ws="none",
            proxy_headers=False, timeout_graceful_shutdown=2, limit_concurrency=64,
        )  # fmt: skip
        tell(address)
        if browser:
            webbrowser.open(address)
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise InvalidInputError(f"a port is a number from 0 to 65535, got {port}")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise InvalidInputError(
            f"port {port} cannot be used ({error.strerror}); choose another, or 0 for any free one"
        ) from None
    return listener
