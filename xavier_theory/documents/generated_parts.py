"""Parts of a hand-written page that are generated, each between two markers."""

from __future__ import annotations

from collections.abc import Mapping

from xavier_theory.errors import InvalidInputError

BEGIN = "<!-- theorems: begin (written by `xavier-theory prove`) -->"
END = "<!-- theorems: end -->"
"""The markers of the table of theorems in the README."""


def with_part(page: str, begin: str, end: str, part: str) -> str:
    """``page`` with ``part`` between its markers; ``InvalidInputError`` unless it has each once."""
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found or page.count(begin) != 1 or page.count(end) != 1:
        raise InvalidInputError(f"the page needs one {begin} … {end}")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def with_parts(page: str, parts: Mapping[str, str]) -> str:
    """``with_part`` for each name, between ``<!-- name -->`` and ``<!-- /name -->``."""
    for name, part in parts.items():
        page = with_part(page, f"<!-- {name} -->", f"<!-- /{name} -->", part)
    return page
