"""The checks of a report as table rows: what is stable over machines and seeds, nothing sampled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xavier_theory.verification import Check

KINDS = {
    "finite-model": "Finite models: every step, exactly, in random rational probability spaces",
    "certified": "Certified: continuous laws, by integration with proven error bounds",
    "monte-carlo": "Monte Carlo: the conclusion on samples, error rates stated beforehand",
    "necessity": "Necessity: what breaks when an assumption is dropped",
}
"""The kinds of check, in the order in which a page shows them, with a heading each."""

_SYMBOLS = {"delta": "δ", "alpha": "α", "beta": "β"}


@dataclass(frozen=True)
class CheckTable:
    """The checks of one kind: a heading, column titles, and a row of cells for each check."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def check_tables(checks: Sequence[Check]) -> list[CheckTable]:
    """A table for each kind of check; the controls are not among them."""
    true = [check for check in checks if check.expected != "refuted"]
    kinds = [*KINDS, *sorted({check.kind for check in checks} - set(KINDS))]
    tables = [_table(KINDS.get(kind, kind), [c for c in true if c.kind == kind]) for kind in kinds]
    return [table for table in tables if table.rows]


def control_rows(checks: Sequence[Check]) -> list[tuple[str, str, str]]:
    """For each wrong formula its name, the checks that refuted it, and the verdict on it.

    A control is named ``check: wrong formula``.
    """
    names = [check.name.rpartition(": ") for check in checks if check.expected == "refuted"]
    rows = []
    for wrong in dict.fromkeys(name for _, _, name in names):
        tried = [
            c for c in checks if c.expected == "refuted" and c.name.rpartition(": ")[2] == wrong
        ]
        by = [cell(_checker(check)) for check in tried if check.passed]
        missed = [cell(_checker(check)) for check in tried if not check.passed]
        verdict = f"**not refuted by {', '.join(missed)}**" if missed else "refuted, as it must be"
        rows.append((cell(wrong), "; ".join(by), verdict))
    return rows


def _checker(check: Check) -> str:
    if check.kind == "finite-model":
        return "finite models"
    return check.name.rpartition(": ")[0] or check.kind


def _table(heading: str, checks: Sequence[Check]) -> CheckTable:
    keys = list(dict.fromkeys(key for check in checks for key in flat(check.detail)))
    rows = tuple(_row(check, keys) for check in checks)
    used = [place for place in range(len(keys)) if any(row[place + 1] for row in rows)]
    columns = ("check", *(_title(keys[place]) for place in used), "verdict")
    return CheckTable(
        heading, columns, tuple((r[0], *(r[p + 1] for p in used), r[-1]) for r in rows)
    )


def _row(check: Check, keys: Iterable[str]) -> tuple[str, ...]:
    detail = flat(check.detail)
    return (cell(check.name), *(cell(detail.get(key)) for key in keys), _verdict(check))


def _verdict(check: Check) -> str:
    return check.verdict if check.passed else f"**{check.verdict}: failed**"


def flat(detail: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """``detail`` spread out: ``{"steps": {"exact": 3}}`` has the key ``steps exact``."""
    spread: dict[str, Any] = {}
    for key, value in detail.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            spread.update(flat(value, f"{name} "))
        else:
            spread[name] = value
    return spread


def _title(key: str) -> str:
    return _SYMBOLS.get(key, key.replace("_", " "))


def cell(value: Any) -> str:
    """``value`` as the text of a table cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) >= 1e-4 else f"{value:.2g}"
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value)
    return (
        str(value).replace("|", r"\|").replace("\n", " ").replace("*", r"\*").replace("<", "&lt;")
    )
