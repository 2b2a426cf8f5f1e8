"""Connections that keep nobody waiting: a request must arrive, and an answer be taken, in time.

A connection that says nothing, or half of a request, or does not read, costs a place among the few
that the server holds. It has some seconds; and where places are rare, those that have waited
longest without asking anything are closed for a new one.
"""

from __future__ import annotations

import asyncio
import time

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MOST_CONNECTIONS", "PunctualProtocol"]

MOST_CONNECTIONS = 64  # uvicorn answers 503 from here on
_ROOMY = MOST_CONNECTIONS - 8
_ASKING, _ANSWERED, _IDLE, _CLOSED = "asking", "being answered", "idle", "closed"


class PunctualProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with limits of time.

    uvicorn itself limits how long a connection may rest between two requests, and nothing else.
    """

    request_seconds = 5.0
    """From the connection, or the first byte of a further request, to the end of its body."""

    answer_seconds = 90.0
    """From there until the answer was taken; no question may take longer than 60."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, for which the one that rests longest may have to go."""
        super().connection_made(transport)
        self._state, self._since = "", 0.0
        self._limit: asyncio.TimerHandle | None = None
        self._enter(_ASKING)
        known = [found for found in self.connections if isinstance(found, PunctualProtocol)]
        if sum(found._state != _CLOSED for found in known) > _ROOMY:
            resting = [found for found in known if found._state in (_ASKING, _IDLE)]
            min(resting, key=lambda found: found._since)._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes of a request."""
        super().data_received(data)
        cycle = self.cycle
        answering = cycle is not None and not cycle.more_body and not cycle.response_complete
        self._enter(_ANSWERED if answering else _ASKING)

    def on_response_complete(self) -> None:
        """Rest, or go on with a request that came in the meantime."""
        super().on_response_complete()
        self._enter(_IDLE if self.cycle.response_complete else _ANSWERED)

    def _enter(self, state: str) -> None:
        if self._state in (state, _CLOSED):
            return
        self._stop_waiting()
        self._state, self._since = state, time.monotonic()
        # One that is idle may still have to take an answer: uvicorn has handed it over, and will
        # close the connection, but politely.
        seconds = self.request_seconds if state == _ASKING else self.answer_seconds
        self._limit = self.loop.call_later(seconds, self._close)

    def _stop_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _close(self) -> None:
        self._stop_waiting()
        self._state = _CLOSED
        self.transport.abort()  # a polite close would wait until all was read
