"""Parts of a page that are generated: between two markers, or the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xavier_theory.errors import InvalidInputError

BEGIN = "<!-- theorems: begin (written by `xavier-theory prove`) -->"
END = "<!-- theorems: end -->"
"""The markers of the table of theorems in the README."""


_ROW = re.compile(r"^\| \[([\w-]+)\]\(.*", re.MULTILINE)
"""A line of the table of theorems, which starts with a theorem's name and link."""


def with_part(page: str, begin: str, end: str, part: str) -> str:
    """``page`` with ``part`` between its markers; ``InvalidInputError`` unless it has each once."""
    before, _, after = _parted(page, begin, end)
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def part_of(page: str, begin: str, end: str) -> str:
    """What stands between the markers, which ``page`` must have once each."""
    return _parted(page, begin, end)[1].strip()


def _parted(page: str, begin: str, end: str) -> tuple[str, str, str]:
    before, _, rest = page.partition(begin)
    part, found, after = rest.partition(end)
    if not found or page.count(begin) != 1 or page.count(end) != 1:
        raise InvalidInputError(f"the page needs one {begin} … {end}")
    return before, part, after


def with_rows(page: str, rows: str, order: Sequence[str]) -> str | None:
    """``page`` with ``rows`` in its table of theorems, instead of its own of the same names.

    The table is then in ``order``, without rows of names that are not there. None for a ``page``
    without such a row.
    """
    found = list(_ROW.finditer(page))
    if not found:
        return None
    known = {row[1]: row[0] for row in (*found, *_ROW.finditer(rows))}
    table = "\n".join(known[name] for name in order if name in known)
    return page[: found[0].start()] + table + page[found[-1].end() :]


def with_parts(page: str, parts: Mapping[str, str]) -> str:
    """``with_part`` for each name, between ``<!-- name -->`` and ``<!-- /name -->``."""
    for name, part in parts.items():
        page = with_part(page, f"<!-- {name} -->", f"<!-- /{name} -->", part)
    return page
