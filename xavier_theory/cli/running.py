"""Exit statuses: what becomes of an error, an interruption or a closed pipe.

0: well. 1: a check was refuted, or pages are stale. 2: the user's error, one line on standard
error. 70: a bug, with its traceback. 129, 130, 143: stopped by HUP, Ctrl-C, TERM. 141: the reader
of the output went away.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

import click

from xavier_theory.cli.stopping import Stop
from xavier_theory.cli.streams import prepare_streams
from xavier_theory.errors import XavierTheoryError

OK, REFUTED, USER_ERROR, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141
PROGRAM = "xavier-theory"


def run(command: click.Command, arguments: Sequence[str], stop: Stop | None = None) -> int:
    """Run ``command`` and return its exit status; a user's error is one line on stderr.

    ``stop`` knows whether the process was told to end, which goes before all that came of it.
    """
    stop = Stop() if stop is None else stop
    try:
        prepare_streams()
        # It tells of its cache where HOME cannot be written: nobody asked, and the figure is drawn.
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        stop.begin()
        status = _finished(command, arguments)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (each is told, none is lost)
        status = INTERRUPTED if stop.number is not None else _told(error)
        _flush_or_forget()
    if stop.number is not None:
        _say(stop.text)
        return stop.status
    return status


def _finished(command: click.Command, arguments: Sequence[str]) -> int:
    try:
        with command.make_context(PROGRAM, list(arguments)) as context:
            command.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return OK


def _told(error: BaseException) -> int:
    """The exit status that ``error`` comes to, after a line about it."""
    match error:
        case click.UsageError():
            return _complain(f"{error.format_message()} {_hint(error)}")
        case click.ClickException():
            return _complain(error.format_message())
        case BrokenPipeError():
            return PIPE_CLOSED
        case XavierTheoryError() | OSError():
            return _complain(_in_words(error))
        case MemoryError():
            return _complain("the memory does not suffice for this")
        case KeyboardInterrupt() | click.Abort():
            _say(Stop().text)
            return INTERRUPTED
    _say(f"a bug: {type(error).__name__}: {error}")
    with suppress(OSError):
        traceback.print_exception(error)
    return BUG


def _hint(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else PROGRAM
    return f"(see '{path} --help')"


def _in_words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    return str(error)


def _complain(text: str) -> int:
    _say(text)
    return USER_ERROR


def _say(text: str) -> None:
    with suppress(OSError):  # a terminal that was closed hears nothing
        click.echo(f"{PROGRAM}: {' '.join(text.split())}", err=True)


def _flush_or_forget() -> None:
    """Write what was printed; if that fails, let Python's last attempt go nowhere."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
