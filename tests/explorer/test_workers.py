"""Workers and sessions by themselves: limits of time, deaths, rests."""

from __future__ import annotations

import asyncio
import json
import os
import signal

from tests.explorer.serving import SETUP
from xavier_theory.explorer.sessions import Sessions
from xavier_theory.explorer.workers import Answer, Worker

DATA = json.dumps(SETUP)


def test_a_question_over_its_time_is_stopped_and_the_next_one_answered() -> None:
    async def story() -> None:
        worker = Worker()
        late = await worker.ask("signal", DATA, 0.02)
        assert (late.status, "0.02 seconds" in late.body) == (504, True)
        assert worker.pid is None
        assert (await worker.ask("options", "", 60.0)).status == 200
        await worker.end()

    asyncio.run(story())


def test_a_worker_that_dies_is_told_and_replaced() -> None:
    async def story() -> None:
        worker = Worker()
        assert (await worker.ask("options", "", 60.0)).status == 200
        first = worker.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        statuses = [(await worker.ask("options", "", 60.0)).status for _ in range(2)]
        assert statuses in ([500, 200], [200, 200])  # its death is seen at once or by the question
        assert worker.pid not in (None, first)
        await worker.end()

    asyncio.run(story())


def test_questions_to_one_worker_do_not_mix() -> None:
    async def story() -> None:
        worker = Worker()
        widths = range(1, 9)
        asked = [worker.ask("signal", json.dumps(SETUP | {"widths": [w, 2]}), 60.0) for w in widths]
        found = [json.loads(answer.body)["widths"][1] for answer in await asyncio.gather(*asked)]
        assert found == list(widths)
        await worker.end()

    asyncio.run(story())


def test_a_session_that_nobody_asks_is_ended() -> None:
    async def story() -> None:
        sessions = Sessions(idle_seconds=0.1)
        sweeping = asyncio.create_task(sessions.sweep())
        started = await sessions.start(DATA)
        identity = json.loads(started.body)["id"]
        pid = sessions._sessions[identity].worker.pid
        for _ in range(100):
            if not len(sessions):
                break
            await asyncio.sleep(0.1)
        assert len(sessions) == 0
        assert pid is not None
        for _ in range(100):  # it is no session any more before its process has ended
            if not os.path.exists(f"/proc/{pid}"):
                break
            await asyncio.sleep(0.1)
        assert not os.path.exists(f"/proc/{pid}")
        assert (await sessions.advance(identity, '{"steps": 1}')).status == 404
        sweeping.cancel()

    asyncio.run(story())


class Fake(Worker):
    """A worker that answers without computing; a setup that is "wrong" is refused."""

    async def ask(self, name: str, data: str, seconds: float) -> Answer:
        return Answer(422 if data == "wrong" else 200, "{}")


def _identity(answer: Answer) -> str:
    found: str = json.loads(answer.body)["id"]
    return found


def test_sessions_are_few() -> None:
    async def story() -> None:
        sessions = Sessions(most=3, new_worker=Fake)
        started = [await sessions.start("") for _ in range(4)]
        assert [answer.status for answer in started] == [200, 200, 200, 429]
        assert await sessions.end(_identity(started[1]))
        assert not await sessions.end(_identity(started[1]))
        assert (await sessions.start("wrong")).status == 422
        assert len(sessions) == 2  # neither the ended one nor the refused one is counted
        assert (await sessions.start("")).status == 200

    asyncio.run(story())


def test_a_resting_session_gives_way_to_a_new_one(monkeypatch) -> None:
    monkeypatch.setattr("xavier_theory.explorer.sessions._SHORTEST_REST", 0.0)

    async def story() -> None:
        sessions = Sessions(most=2, new_worker=Fake)
        first, second = [_identity(await sessions.start("")) for _ in range(2)]
        assert sessions.ping(first)  # its page still looks at it
        third = await sessions.start("")
        known = [(await sessions.advance(name, "")).status for name in (first, second)]
        assert (third.status, known) == (200, [200, 404])

    asyncio.run(story())
