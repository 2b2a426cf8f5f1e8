"""Start the server on the loopback address, tell where it is, and open the browser."""

from __future__ import annotations

import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlunsplit

from xavier_theory.errors import InvalidInputError, MissingExtraError

if TYPE_CHECKING:
    import uvicorn

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
    from xavier_theory.explorer.punctuality import MOST_CONNECTIONS, PunctualProtocol
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
            proxy_headers=False, timeout_graceful_shutdown=2, http=PunctualProtocol,
            limit_concurrency=MOST_CONNECTIONS,
        )  # fmt: skip
        tell(address)
        if browser:
            webbrowser.open(address)
        server = uvicorn.Server(config)
        with _ended_by_hanging_up(server):
            server.run(sockets=[listener])


@contextmanager
def _ended_by_hanging_up(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGHUP end the server in order, as uvicorn lets SIGINT and SIGTERM, then raise it."""
    number = getattr(signal, "SIGHUP", None)
    in_main = threading.current_thread() is threading.main_thread()  # where signals are handled
    before = signal.getsignal(number) if number is not None and in_main else None
    if number is None or not callable(before):
        yield
        return
    noted: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        server.should_exit = True

    signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(number, before)
        if noted:
            signal.raise_signal(number)


def _listening(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise InvalidInputError(f"a port is a number from 0 to 65535, got {port}")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise InvalidInputError(
            f"port {port} cannot be used ({error.strerror}); choose another, or 0 for any free one"
        ) from None
    return listener
