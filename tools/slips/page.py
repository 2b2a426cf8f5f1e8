"""The page on formulas with a slip in them: what became of each slip of each theorem.

python -m tools.slips.page [--write] [--examples N] [THEOREM ...]

Prints a table and the survivors. ``--write`` stores the answers in ``docs/mutations/`` and writes
the tables in ``docs/mutations.md``. Stored are the counts and what is not refuted, with the reason;
what refutes the others is computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import click

from tools.slips.verdicts import KINDS, judge_slips
from xavier_theory.documents.generated_parts import with_parts
from xavier_theory.errors import XavierTheoryError
from xavier_theory.theorems import theorem_module, theorems

__all__ = ["MARKERS", "Judged", "Record", "digest", "load", "records", "render", "save"]

MARKERS = ("counts", "explained", "proved")
"""Parts of the page that are generated, each between ``<!-- name -->`` and ``<!-- /name -->``."""


class Record(TypedDict):
    """What became of one slip, named by its result, change and formula."""

    slip: str
    kind: str
    detail: str


class Judged(TypedDict):
    """What became of the slips of one theorem, as it is stored.

    ``digest``: of their names, in order, so that another list of slips is noticed. ``counts``: how
    many there are of each of ``KINDS`` that occurs. ``not_refuted``: all but the refuted ones.
    """

    digest: str
    counts: dict[str, int]
    not_refuted: list[Record]


def records(theorem: str, **how: Any) -> Judged:
    """What becomes of the slips of a theorem; ``how`` goes to ``judge_slips``."""
    found = list(judge_slips(theorem, **how))
    names = [report.slip.name.removeprefix(f"{theorem}.") for report in found]
    counts = Counter(report.kind for report in found)
    return {
        "digest": digest(names),
        "counts": {kind: counts[kind] for kind in KINDS if counts[kind]},
        "not_refuted": [
            {"slip": name, "kind": report.kind, "detail": report.detail}
            for name, report in zip(names, found, strict=True)
            if report.kind != "refuted"
        ],
    }


def digest(names: Iterable[str]) -> str:
    """A number that other names, or the same in another order, do not share."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]


def load(folder: Path) -> dict[str, Judged]:
    """What is stored for each theorem, in reading order."""
    order = {name: place for place, name in enumerate(theorems())}
    found = sorted(folder.glob("*.json"), key=lambda path: order.get(path.stem, len(order)))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


def save(theorem: str, found: Judged, folder: Path) -> None:
    """Store what became of a theorem's slips, in place of what was known."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{theorem}.json"
    beside = path.with_suffix(".part")
    text = json.dumps(found, indent=1, ensure_ascii=False)
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)


def render(page: str, stored: dict[str, Judged]) -> str:
    """The page with its generated parts replaced; raises as ``with_part`` does."""
    parts = {
        "counts": table(stored),
        "explained": _named(stored, ("explained", "survived")),
        "proved": _named(stored, ("equivalent", "implied")),
    }
    return with_parts(page, {name: parts[name] for name in MARKERS})


def table(stored: dict[str, Judged]) -> str:
    """One row for each theorem, and the sum."""
    counts = {name: Counter(found["counts"]) for name, found in stored.items()}
    counts["all"] = sum(counts.values(), Counter())
    head = ["theorem", "slips", *KINDS]
    rows = [
        [name, str(count.total()), *(str(count[kind]) for kind in KINDS)]
        for name, count in counts.items()
    ]
    return _rows(head, rows, "| --- |" + " ---: |" * (1 + len(KINDS)))


def _named(stored: dict[str, Judged], kinds: Iterable[str]) -> str:
    """The slips of these kinds by name with the reason, folded theorem by theorem."""
    folds = []
    for name, found in stored.items():
        judged = found["not_refuted"]
        chosen = [item for kind in kinds for item in judged if item["kind"] == kind]
        if chosen:
            folds.append(_fold(name, chosen))
    return "\n\n".join(folds) or "None."


def _fold(theorem: str, items: list[Record]) -> str:
    """Slips of one theorem behind its name, each reason once."""
    reasons: dict[str, list[str]] = {}
    for item in items:
        formula = item["kind"] == "implied"
        reason = f"{item['kind']}: " + (f"`{item['detail']}`" if formula else item["detail"])
        reasons.setdefault(reason, []).append(f"- `{item['slip']}`")
    parts = ["\n".join([f"{reason}", "", *slips]) for reason, slips in reasons.items()]
    summary = f"<details>\n<summary>{theorem}: {len(items)}</summary>"
    return "\n\n".join([summary, *parts, "</details>"])


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]], rule: str) -> str:
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows)]
    lines = [f"| {line} |" for line in lines]
    return "\n".join([lines[0], rule, *lines[1:]])


@click.command()
@click.argument("names", metavar="[THEOREM]...", nargs=-1)
@click.option("--examples", default=300, show_default=True, help="Random models of each slip.")
@click.option("--write", is_flag=True, help="Write docs/mutations.md and what it is made of.")
def main(names: tuple[str, ...], examples: int, write: bool) -> None:
    """Perturb every result of theorems (by default all); say what became of the slips.

    Exit status 1 if one survives without a reason.
    """
    docs = Path("docs")
    if write and not (docs / "mutations.md").exists():
        raise click.UsageError("--write is for the root of the repository: no docs/mutations.md")
    found = {}
    try:
        for name in names:
            theorem_module(name)
        for name in names or theorems():
            click.echo(f"{name} …", err=True)
            found[name] = records(name, examples=examples)
    except XavierTheoryError as error:
        raise click.UsageError(str(error)) from None
    click.echo(table(found))
    if write:
        _write(found, docs, whole=not names)
    lost = [
        f"{name}.{item['slip']}"
        for name, judged in found.items()
        for item in judged["not_refuted"]
        if item["kind"] == "survived"
    ]
    for survivor in lost:
        click.echo(f"survived: {survivor}")
    if lost:
        raise SystemExit(1)


def _write(found: dict[str, Judged], docs: Path, whole: bool) -> None:
    for name, items in found.items():
        save(name, items, docs / "mutations")
    if whole:
        for path in (docs / "mutations").glob("*.json"):
            if path.stem not in found:
                path.unlink()
    page = docs / "mutations.md"
    text = render(page.read_text(encoding="utf-8"), load(docs / "mutations"))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
