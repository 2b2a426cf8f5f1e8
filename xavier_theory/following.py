"""What a worker process does first: leave Ctrl-C to its parent, and end when the parent does.

This module stands alone and imports next to nothing, so that a worker follows from its first moment
on, and not only after the seconds that its imports take.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess

__all__ = ["follow_the_parent"]


def follow_the_parent() -> None:
    """Ignore interruptions, and end this process as soon as its parent has ended, however."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)  # from this thread nothing else ends the others
