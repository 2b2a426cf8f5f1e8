"""The table of theorems in the README, between two markers."""

from __future__ import annotations

BEGIN = "<!-- theorems: begin (written by `xavier-theory prove`) -->"
END = "<!-- theorems: end -->"


def with_table(text: str, table: str) -> str:
    """``text`` with ``table`` between the markers, which it must contain."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
