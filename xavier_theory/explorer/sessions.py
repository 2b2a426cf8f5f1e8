"""Training sessions: a few at a time, each a worker of its own, ended when nobody asks any more.

Training is pulled, never pushed: steps are taken only while a request of the page asks for them.
When the browser goes away the work stops with the last request; the session itself is ended after
``idle_seconds`` without one.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from xavier_theory.explorer.workers import Answer, Worker

__all__ = ["Sessions"]

_ENDED = json.dumps({"error": "this training session has ended"})
_START_SECONDS, _ADVANCE_SECONDS, _SWEEP_SECONDS = 20.0, 10.0, 0.5
_SHORTEST_REST = 1.0  # a session that was used more recently gives way to no new one


@dataclass
class _Session:
    worker: Worker
    last_use: float = field(default_factory=time.monotonic)
    running: int = 0


class Sessions:
    """The sessions by id. ``sweep`` is to run as long as the server does."""

    def __init__(
        self,
        most: int = 6,
        idle_seconds: float = 120.0,
        new_worker: Callable[[], Worker] = Worker,
    ) -> None:
        self.most = most
        self.idle_seconds = idle_seconds
        self._new_worker = new_worker
        self._sessions: dict[str, _Session] = {}

    def __len__(self) -> int:
        """How many sessions there are."""
        return len(self._sessions)

    async def start(self, setup: str) -> Answer:
        """A new session, and its first frame; 429 when too many are in use."""
        if len(self._sessions) >= self.most and not await self._give_way():
            text = f"{self.most} pages are training already; pause one, or close it"
            return Answer(429, json.dumps({"error": text}))
        identity, session = secrets.token_urlsafe(12), _Session(self._new_worker())
        self._sessions[identity] = session  # counted from here on
        found = await self._ask(session, "start", setup, _START_SECONDS)
        if found.status != 200:
            await self.end(identity)
            return found
        return Answer(200, f'{{"id":"{identity}","frame":{found.body}}}')

    async def restart(self, identity: str, setup: str) -> Answer:
        """Another run in the same session, from another setup."""
        found = await self._continued(identity, "start", setup, _START_SECONDS)
        if found.status != 200:
            return found
        return Answer(200, f'{{"id":"{identity}","frame":{found.body}}}')

    async def advance(self, identity: str, data: str) -> Answer:
        """Some steps, and the frame after them; 404 for a session that has ended."""
        return await self._continued(identity, "advance", data, _ADVANCE_SECONDS)

    def ping(self, identity: str) -> bool:
        """Note that a page still looks at the session; whether there is one."""
        session = self._sessions.get(identity)
        if session is not None:
            session.last_use = time.monotonic()
        return session is not None

    async def end(self, identity: str) -> bool:
        """End one session; whether there was one."""
        session = self._sessions.pop(identity, None)
        if session is not None:
            await session.worker.end()
        return session is not None

    async def end_all(self) -> None:
        """End every session."""
        for identity in list(self._sessions):
            await self.end(identity)

    async def sweep(self) -> None:
        """End idle sessions, again and again."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            for identity, session in list(self._sessions.items()):
                if self._rest(session) > self.idle_seconds:
                    await self.end(identity)

    async def _continued(self, identity: str, name: str, data: str, seconds: float) -> Answer:
        session = self._sessions.get(identity)
        if session is None:
            return Answer(404, _ENDED)
        found = await self._ask(session, name, data, seconds)
        if found.status >= 500:
            await self.end(identity)
        return found

    async def _ask(self, session: _Session, name: str, data: str, seconds: float) -> Answer:
        session.running += 1
        try:
            return await session.worker.ask(name, data, seconds)
        finally:
            session.running -= 1
            session.last_use = time.monotonic()

    async def _give_way(self) -> bool:
        """End the session that rests longest, if any rests; whether one did."""
        rests = {name: self._rest(session) for name, session in self._sessions.items()}
        longest = max(rests, key=lambda name: rests[name])
        return rests[longest] > _SHORTEST_REST and await self.end(longest)

    @staticmethod
    def _rest(session: _Session) -> float:
        return 0.0 if session.running else time.monotonic() - session.last_use
