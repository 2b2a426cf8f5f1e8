"""Interruptions that wait until a calculation in C is left.

An exception of a signal's handler that is raised inside a callback of Arb comes out as a
``SystemError``, or not at all. So while Arb calls back, signals are only noted; they are raised
again, for their own handlers, as soon as Arb has returned.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def interruptions_noted() -> Iterator[Sequence[int]]:
    """A block in which signals wait; what it yields has those that do, so that it can end early.

    Handlers of Python run in the main thread alone, and elsewhere there is nothing to do.
    """
    noted: list[int] = []
    before = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler):
                    before[number] = handler
                    signal.signal(number, lambda number, frame: noted.append(number))
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(noted):
            signal.raise_signal(number)
