"""Certificates that the kernel refuses: one row for each way of refusing.

``false`` is what would be proved without the side condition, and is false. Where nothing false
follows, ``harmless`` says why: what else refuses, or why it is only stricter than needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.kernel.writing import certificate


class Row(NamedTuple):
    rule: str
    why: str
    match: str
    certificate: Any
    cited: tuple[Any, ...]
    false: str
    harmless: str


ELSEWHERE = "another check refuses it, with a worse message"
SPELLING = "it could be spelled otherwise, and means the same"
READABLE = "it is for readers: no line depends on it"
BOUND = "it bounds the time alone"


def row(
    rule: str, why: str, match: str, *lines: Any, false: str = "", harmless: str = "", **parts: Any
) -> Row:
    cited = tuple(parts.get("cited", ()))
    return Row(rule, why, match, certificate(*lines, **parts), cited, false, harmless)


def every_row() -> list[Row]:
    """The rows of all tables."""
    from tests.kernel import refusals_expectation, refusals_instances, refusals_reading
    from tests.kernel import refusals_rules as rules

    tables = (rules, refusals_expectation, refusals_instances, refusals_reading)
    return [one for table in tables for one in table.ROWS]
