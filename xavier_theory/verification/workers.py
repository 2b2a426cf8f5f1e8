"""The parts of a run, one after another or in several processes: with the same results.

A part depends on the seed and its own name alone (``budget.seed_sequence``), so that it does not
matter where it runs, nor when.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from xavier_theory.errors import InvalidInputError
from xavier_theory.verification.threads import one_thread

__all__ = ["available", "results", "valid_workers"]

Result = TypeVar("Result")
Tell = Callable[[str], None]


def available() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def valid_workers(workers: int) -> int:
    """``workers``, if it is a whole number >= 1; otherwise ``InvalidInputError``."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise InvalidInputError(f"the number of workers must be a whole number >= 1, got {workers}")
    return workers


def results(
    task: Callable[[str, Tell], Result], names: Sequence[str], workers: int, tell: Tell
) -> list[Result]:
    """``task(name, tell)`` for each name, in the order of ``names``.

    With several workers ``task`` must be a module's function, and its result one that can be
    pickled; then ``tell`` gets a line as each part ends. An interruption ends the workers as well.
    """
    if min(workers, len(names)) < 2:
        with one_thread():
            return [task(name, tell) for name in names]
    done: dict[str, Result] = {}
    # A fresh interpreter each: forking a process that has threads (progress is one) may hang.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(workers, len(names)), context, _leave_interruptions) as pool:
        try:
            tell(f"{', '.join(names[:workers])} …")
            futures = {pool.submit(_run, task, name): name for name in names}
            for number, future in enumerate(as_completed(futures), 1):
                done[futures[future]] = future.result()
                tell(f"{futures[future]} is done ({number} of {len(names)})")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            ours = set(multiprocessing.active_children()) - others
            for child in ours:
                child.terminate()
            for child in ours:
                child.join()
            raise
    return [done[name] for name in names]


def _run(task: Callable[[str, Tell], Result], name: str) -> Result:
    with one_thread():
        return task(name, lambda line: None)


def _leave_interruptions() -> None:
    """Ctrl-C reaches every process of the terminal; the first one sees to the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
