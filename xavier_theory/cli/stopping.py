"""Being stopped: Ctrl-C, a polite kill (TERM) and a closed terminal (HUP) take the same way.

Each raises ``KeyboardInterrupt`` where the main thread is, so that what is open is closed and what
was begun is undone. Such an exception can come out as another one (from the middle of an import, or
through a library in C) or not at all (from a callback); so the signal itself is remembered, and
decides the exit status. Nothing is imported here that takes time.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any

__all__ = ["STOPPING", "Stop"]

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_PATIENCE = 1.0  # seconds in which a second Ctrl-C does not disturb the first one's cleaning up


class Stop:
    """A context in which the signals of ``STOPPING`` stop the command, and are remembered.

    Until ``begin`` nothing has been done that would have to be undone: the process ends at once.
    ``process_ends`` says that it does after the context, too; otherwise the signals then do what
    they did before. A signal that was ignored stays so (``nohup``).
    """

    def __init__(self, process_ends: bool = False) -> None:
        self.number: int | None = None
        self._process_ends = process_ends
        self._begun = False
        self._last = -_PATIENCE
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    @property
    def status(self) -> int:
        """The exit status of a stopped process, as shells count: 130 for Ctrl-C."""
        return 128 + (self.number or signal.SIGINT)

    @property
    def text(self) -> str:
        """What the user is told."""
        name = signal.Signals(self.number or signal.SIGINT).name
        how = "interrupted" if name == "SIGINT" else f"stopped by {name}"
        return f"{how}; nothing was left half-written"

    def begin(self) -> None:
        """From here on a signal is an exception, which lets what is open be closed."""
        self._begun = True

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():
            for number in STOPPING:
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:
                    self._before[number] = before
                    signal.signal(number, self._stop)
            sys.unraisablehook = self._unraisable
        if self._process_ends:
            atexit.register(self._leave)  # the first that is registered runs last
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._begun = False
        if self._process_ends:
            return
        sys.unraisablehook = self._hook
        for number, before in self._before.items():
            signal.signal(number, before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.number is None:
            self.number = number
        if not self._begun:
            self._end_at_once()
        if time.monotonic() - self._last >= _PATIENCE:
            self._last = time.monotonic()
            raise KeyboardInterrupt

    def _end_at_once(self) -> None:
        try:
            os.write(2, f"xavier-theory: {self.text}\n".encode())
        finally:
            os._exit(self.status)

    def _leave(self) -> None:
        """End with the right status: Python takes another one for any ``KeyboardInterrupt``.

        (It notes each that passes through code which was text, as that of a dataclass is, and ends
        by SIGINT, although it was caught further out.)
        """
        if self.number is not None:
            os._exit(self.status)

    def _unraisable(self, found: sys.UnraisableHookArgs) -> None:
        """An interruption that fell into a callback was lost there: it comes again, soon."""
        number = self.number
        if number is None or not issubclass(found.exc_type, KeyboardInterrupt):
            self._hook(found)
            return
        self._last = -_PATIENCE
        again = threading.Timer(0.01, os.kill, (os.getpid(), number))
        again.daemon = True
        again.start()
