"""The page on perturbed formulas: what became of each mutant of each theorem.

python -m tools.slips.page [--write] [--examples N] [THEOREM ...]

Prints a table and the survivors. ``--write`` stores the answers in ``docs/mutations/`` and writes
the tables in ``docs/mutations.md``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from tools.slips.verdicts import KINDS, judge_mutants
from xavier_theory.errors import XavierTheoryError
from xavier_theory.theorems import theorem_module, theorems

__all__ = ["MARKERS", "load", "records", "render", "save"]

Records = list[dict[str, str]]
MARKERS = ("counts", "explained", "proved")
"""Parts of the page that are generated, each between ``<!-- name -->`` and ``<!-- /name -->``."""


def records(theorem: str, **how: Any) -> Records:
    """What became of each mutant of a theorem, as data; ``how`` goes to ``judge_mutants``.

    Of a model that kills one, the values of the two sides are kept.
    """
    return [
        {
            "mutant": report.mutant.name.removeprefix(f"{theorem}."),
            "kind": report.kind,
            "detail": report.detail.partition("\n")[0].removesuffix(", in"),
        }
        for report in judge_mutants(theorem, **how)
    ]


def load(folder: Path) -> dict[str, Records]:
    """What is stored for each theorem, in reading order."""
    order = {name: place for place, name in enumerate(theorems())}
    found = sorted(folder.glob("*.json"), key=lambda path: order.get(path.stem, len(order)))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


def save(theorem: str, found: Records, folder: Path) -> None:
    """Store what became of a theorem's mutants, in place of what was known."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{theorem}.json"
    beside = path.with_suffix(".part")
    text = json.dumps(found, indent=1, ensure_ascii=False)
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)


def render(page: str, stored: dict[str, Records]) -> str:
    """The page with its generated parts replaced; ``ValueError`` if it has no place for one."""
    parts = {
        "counts": table(stored),
        "explained": _named(stored, ("explained", "survived")),
        "proved": _named(stored, ("equivalent", "implied")),
    }
    for name in MARKERS:
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if page.count(start) != 1 or page.count(end) != 1:
            raise ValueError(f"the page needs one {start.strip()} … {end}")
        before, rest = page.split(start)
        page = f"{before}{start}\n{parts[name]}\n\n{end}{rest.split(end)[1]}"
    return page


def table(stored: dict[str, Records]) -> str:
    """One row for each theorem, and the sum."""
    counts = {name: Counter(item["kind"] for item in found) for name, found in stored.items()}
    counts["all"] = sum(counts.values(), Counter())
    head = ["theorem", "mutants", *KINDS]
    rows = [
        [name, str(count.total()), *(str(count[kind]) for kind in KINDS)]
        for name, count in counts.items()
    ]
    return _rows(head, rows, "| --- |" + " ---: |" * (1 + len(KINDS)))


def _named(stored: dict[str, Records], kinds: Iterable[str]) -> str:
    """The mutants of these kinds by name with the reason, folded theorem by theorem."""
    folds = []
    for name, found in stored.items():
        chosen = [item for kind in kinds for item in found if item["kind"] == kind]
        if chosen:
            folds.append(_fold(name, chosen))
    return "\n\n".join(folds) or "None."


def _fold(theorem: str, items: Records) -> str:
    """Mutants of one theorem behind its name, each reason once."""
    reasons: dict[str, list[str]] = {}
    for item in items:
        formula = item["kind"] == "implied"
        reason = f"{item['kind']}: " + (f"`{item['detail']}`" if formula else item["detail"])
        reasons.setdefault(reason, []).append(f"- `{item['mutant']}`")
    parts = ["\n".join([f"{reason}", "", *mutants]) for reason, mutants in reasons.items()]
    summary = f"<details>\n<summary>{theorem}: {len(items)}</summary>"
    return "\n\n".join([summary, *parts, "</details>"])


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]], rule: str) -> str:
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows)]
    lines = [f"| {line} |" for line in lines]
    return "\n".join([lines[0], rule, *lines[1:]])


@click.command()
@click.argument("names", metavar="[THEOREM]...", nargs=-1)
@click.option("--examples", default=300, show_default=True, help="Random models of each mutant.")
@click.option("--write", is_flag=True, help="Write docs/mutations.md and what it is made of.")
def main(names: tuple[str, ...], examples: int, write: bool) -> None:
    """Perturb every result of theorems (by default all); say what became of the mutants.

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
    lost = [f"{n}.{i['mutant']}" for n, f in found.items() for i in f if i["kind"] == "survived"]
    for survivor in lost:
        click.echo(f"survived: {survivor}")
    if lost:
        raise SystemExit(1)


def _write(found: dict[str, Records], docs: Path, whole: bool) -> None:
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
