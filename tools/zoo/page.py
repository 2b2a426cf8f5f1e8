"""docs/zoo.md from the rows: figures alone. What an audit says of a model is not published here.

A finding would have to be read against the model's source first, and belongs to a page of its own.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import fmean, median
from typing import Any

Row = dict[str, Any]

MARK = "<!-- Written by `python -m tools.zoo`; do not edit. -->"
NEAR = 1.5
TITLES = {
    "forward": "signal, from the input alone", "local": "signal, step by step",
    "backward": "gradient, from the output alone", "local_backward": "gradient, step by step",
}  # fmt: skip


def page(rows: Sequence[Row], listed: int, versions: str) -> str:
    """The whole page; ``listed`` is how many architectures there are to measure."""
    done = [row for row in rows if "failed" not in row]
    parts = [MARK, "", *_introduction(done, listed, len(rows), versions), "", *_summary(done)]
    for library in sorted({row["library"] for row in done}):
        some = sorted((row for row in done if row["library"] == library), key=lambda r: r["name"])
        parts += ["", f"## {library}", "", *_table(some)]
    parts += ["", "## Not measured", "", *_failures([row for row in rows if "failed" in row])]
    return "\n".join([*parts, ""])


def _introduction(done: Sequence[Row], listed: int, tried: int, versions: str) -> Iterator[str]:
    yield "# A zoo of architectures, audited"
    yield ""
    yield (
        f"{len(done)} architectures as {versions} ship them, drawn by their authors' own code with "
        "seed 0: no trained weights, training mode, white noise or random tokens. Of "
        f"{listed} in the list (`tools/zoo/architectures.py` says how it is made) {tried} were "
        "tried, in an order that is drawn once. [Audits](audit.md) says what is predicted, and how."
    )
    yield ""
    yield (
        "Figures only: how near the rules come, and where they do not. No judgement of a model is "
        "made here. Language models have small configurations (width 128, four layers), by the "
        "names of their numbers alone."
    )
    yield ""
    yield "    python -m tools.zoo --keep FOLDER"


def _summary(done: Sequence[Row]) -> Iterator[str]:
    ops, known = (sum(row[key] for row in done) for key in ("ops", "known"))
    unknown: Counter[str] = Counter()
    for row in done:
        unknown.update(row["unknown"])
    often = ", ".join(f"{name} ({n})" for name, n in unknown.most_common(8))
    yield (
        f"{known / ops:.1%} of {ops:,} ops have a rule; most of the others are {often}. "
        "An error is abs(log(predicted/measured)) of a second moment; views are not counted."
    )
    yield ""
    yield (
        "| predicted | of all ops within 10 % | of a model's, on average | of models the median "
        "error: median | 90th percentile |"
    )
    yield "|---|---|---|---|---|"
    for which, title in TITLES.items():
        found = [row["accuracy"][which] for row in done if row["accuracy"][which]]
        count = sum(one["ops"] for one in found)
        near = sum(one["ops"] * one["within_ten_percent"] for one in found) / count
        medians = sorted(one["median"] for one in found)
        high = medians[min(int(0.9 * len(medians)), len(medians) - 1)]
        mean = fmean(one["within_ten_percent"] for one in found)
        errors = f"{_percent(median(medians))} | {_percent(high)}"
        yield f"| {title} | {near:.1%} | {mean:.1%} | {errors} |"
    ratios = [one for row in done if (one := _off(row)) is not None]
    near = sum(one <= math.log(NEAR) for one in ratios)
    yield ""
    yield (
        "The gradient's sum of squares at the first weight over that at the last is predicted, "
        f"from the output alone, within a factor {NEAR} for {near} of {len(ratios)} models."
    )


def _off(row: Row) -> float | None:
    told = row["gradient"]
    if not told or not told["predicted"] or not told["measured"]:
        return None
    return abs(math.log(told["predicted"] / told["measured"]))


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield (
        "| model | parameters | ops with a rule | signal: median, 95th percentile | step by step | "
        "gradient: median, 95th percentile | first/last measured | predicted |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        cells = [
            f"`{row['name']}`", f"{row['parameters'] / 1e6:.1f} M", f"{row['known']}/{row['ops']}",
            *(_errors(row, which) for which in ("forward", "local", "backward")),
            *(_number(row, key) for key in ("measured", "predicted")),
        ]  # fmt: skip
        yield "| " + " | ".join(cells) + " |"


def _errors(row: Row, which: str) -> str:
    found = row["accuracy"][which]
    return "–" if not found else f"{_percent(found['median'])}, {_percent(found['p95'])}"


def _number(row: Row, key: str) -> str:
    value = (row["gradient"] or {}).get(key)
    return "–" if not value else f"{value:.2g}"


def _percent(error: float) -> str:
    """As a factor where a percentage would mislead."""
    if error > math.log(3):
        return f"×{math.exp(min(error, 700)):.2g}"
    return f"{100 * error:.2g} %" if error >= 1e-4 else "under 0.01 %"


def _failures(rows: Sequence[Row]) -> Iterator[str]:
    reasons = Counter(_reason(row["failed"]) for row in rows)
    yield "| why | how many |"
    yield "|---|---|"
    for reason, count in reasons.most_common():
        yield f"| {reason} | {count} |"


def _reason(text: str) -> str:
    kind, _, said = text.partition(": ")
    if kind == "TooLargeError":
        return "too many parameters"
    if kind == "TimeoutError":
        return "too slow"
    if "none of the usual names" in said:
        return "a configuration whose numbers have other names"
    if kind == "InvalidInputError":
        return "does not run on the batch, or not with that configuration"
    return f"cannot be made so ({re.sub(r'[^A-Za-z]', '', kind)})"
