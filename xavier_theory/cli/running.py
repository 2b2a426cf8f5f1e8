"""Exit statuses: what becomes of an error, an interruption or a closed pipe.

0: well. 1: a check was refuted, or pages are stale. 2: the user's error, one line on standard
error. 130: interrupted. 141: the reader of the output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from xavier_theory.errors import XavierTheoryError

OK, REFUTED, USER_ERROR, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
PROGRAM = "xavier-theory"


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Run ``command`` and return its exit status; a user's error is one line on stderr."""
    try:
        with command.make_context(PROGRAM, list(arguments)) as context:
            command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        return _complain(f"{error.format_message()} {_hint(error)}")
    except click.ClickException as error:
        return _complain(error.format_message())
    except BrokenPipeError:
        _forget_output()
        return PIPE_CLOSED
    except (XavierTheoryError, OSError) as error:
        return _complain(_in_words(error))
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted; nothing was left half-written")
        return INTERRUPTED
    return OK


def _hint(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else PROGRAM
    return f"(see '{path} --help')"


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    return str(error)


def _complain(text: str) -> int:
    _say(text)
    return USER_ERROR


def _say(text: str) -> None:
    click.echo(f"{PROGRAM}: {' '.join(text.split())}", err=True)


def _forget_output() -> None:
    """Let Python's last flush go nowhere: nobody reads the pipe any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
