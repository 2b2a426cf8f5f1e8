"""The parts of a run, one after another or in several processes: with the same results.

A part depends on the seed and its own name alone (``budget.seed_sequence``), so that it does not
matter where it runs, nor when.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from typing import TypeVar

from xavier_theory.errors import InvalidInputError, XavierTheoryError
from xavier_theory.following import follow_the_parent
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
    pickled; then ``tell`` gets a line as each part ends. An interruption ends the workers as well,
    and so does the end of this process. Raises ``XavierTheoryError`` if a worker is killed.
    """
    if min(workers, len(names)) < 2:
        with one_thread():
            return [task(name, tell) for name in names]
    done: dict[str, Result] = {}
    # A fresh interpreter each: forking a process that has threads (progress is one) may hang.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(workers, len(names)), context, follow_the_parent) as pool:
        try:
            tell(f"{', '.join(names[:workers])} …")
            with _stops_put_off(), _interruptions_kept_from_children():
                futures = {pool.submit(_run, task, name): name for name in names}
            for number, future in enumerate(as_completed(futures), 1):
                done[futures[future]] = future.result()
                tell(f"{futures[future]} is done ({number} of {len(names)})")
        except BaseException as error:
            # The pool sees that it is broken. Told to shut down, it would write to closed pipes.
            _end(set(multiprocessing.active_children()) - others)
            if isinstance(error, BrokenProcessPool):
                raise XavierTheoryError(
                    "a worker process was killed (out of memory?); fewer workers need less"
                ) from None
            raise
    return [done[name] for name in names]


def _run(task: Callable[[str, Tell], Result], name: str) -> Result:
    with one_thread():
        return task(name, lambda line: None)


def _end(children: Iterable[BaseProcess]) -> None:
    for child in children:
        child.kill()  # there is nothing that a worker would have to undo
    for child in children:
        child.join()


@contextmanager
def _stops_put_off() -> Iterator[None]:
    """A signal that stops this process waits for the end of the block.

    In it new processes are told what to do; one that is left in the middle of that says so in a
    traceback. A mask would not do: another thread of this process may take the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    known = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {n: signal.getsignal(n) for n in known if n is not None}
    put_off = {n: handler for n, handler in before.items() if callable(handler)}
    for number in put_off:
        signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in put_off.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


@contextmanager
def _interruptions_kept_from_children() -> Iterator[None]:
    """Processes that are started in this block do not see Ctrl-C, from their first moment on.

    It reaches every process of the terminal; the first one sees to the others. A blocked signal
    stays so in a new process; one that comes in this block waits for its end.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows; ``follow_the_parent`` does it later
        yield
        return
    resource_tracker.ensure_running()  # when it starts it sets the mask itself
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
