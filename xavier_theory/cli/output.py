"""Tables, JSON and progress: colours and progress on a terminal only, JSON alone on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xavier_theory.cli.streams import is_unicode, printable

PIPE_WIDTH = 140
STYLES = {
    "verified": "green",
    "consistent": "green",
    "verified within a bound": "green",
    "refuted as stated": "yellow",
    "not yet checked": "dim",
    "undecided": "yellow",
    "refuted": "red",
    "check failed": "bold red",
    "conforms": "green",
    "deviates": "bold red",
    "refuses": "yellow",
    "undocumented": "dim",
}


class _Console(Console):
    """A console that leaves a closed pipe to the caller, who knows the exit status."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output: as wide as the terminal, or wide enough for a table in a pipe."""
    found = _Console(highlight=False, markup=False)
    return found if found.is_terminal else _Console(highlight=False, markup=False, width=PIPE_WIDTH)


def print_json(data: Any) -> None:
    """``data`` as JSON; a NaN is an error, never ``null``.

    What the output cannot encode is escaped, as JSON does it: nothing of the data is changed.
    """
    escaped = not is_unicode(sys.stdout)
    click.echo(json.dumps(data, indent=2, ensure_ascii=escaped, allow_nan=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with a line of titles; verdicts are coloured."""
    titles = (printable(title, sys.stdout) for title in columns)
    table = Table(*titles, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        cells = ((printable(cell, sys.stdout), STYLES.get(cell, "")) for cell in row)
        table.add_row(*(Text(cell, style=style) for cell, style in cells))
    console().print(table)


@contextmanager
def progress(text: str) -> Iterator[Callable[[str], None] | None]:
    """A line on standard error that says what is going on; None where nobody watches."""
    stderr = Console(stderr=True, markup=False)
    if not stderr.is_terminal:
        yield None
        return
    spinner = "dots" if is_unicode(sys.stderr) else "line"
    with stderr.status(Text(printable(text, sys.stderr)), spinner=spinner) as status:
        yield lambda line: status.update(Text(printable(line, sys.stderr)))
