"""The tables of docs/calibration.md, from stored results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xavier_theory.documents.generated_parts import with_parts

from .judging import PROMISES

__all__ = ["MARKERS", "render", "table"]

MARKERS = ("summary", "planted", "cells")
"""Parts of the page that are generated, each between `<!-- name -->` and `<!-- /name -->`."""

Row = Iterable[object]


def render(page: str, results: dict[str, Any]) -> str:
    """Return the page with its generated parts replaced; raises as `with_part` does."""
    parts = {"summary": _summary(results), "planted": _planted(results), "cells": table(results)}
    return with_parts(page, {name: parts[name] for name in MARKERS})


def table(results: dict[str, Any]) -> str:
    """Return one row a cell: each promise's observed rate, the worse of the two sides of δ."""
    head = ["test", "law", "δ", "α", "β", "n", "runs", *PROMISES]
    rows = []
    for cell in _real(results):
        runs = cell["promises"][0]["runs"]
        seen = [_rate(_worst(cell, promise)) for promise in PROMISES]
        rates = [f"{cell[key]:g}" for key in ("delta", "alpha", "beta")]
        rows.append([cell["test"], cell["law"], *rates, f"{cell['n']:,}", f"{runs:,}", *seen])
    return _markdown(head, rows, right=range(2, 11))


def _summary(results: dict[str, Any]) -> str:
    """Return the counts, and one row a test with its worst ratio of observed to promised rate."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for cell in _real(results):
        groups.setdefault(cell["test"], []).append(cell)
    rows: list[Row] = []
    for name, cells in groups.items():
        promises = [p for cell in cells for p in cell["promises"]]
        counts = [
            sum(p["status"] == s for p in promises) for s in ("shown", "compatible", "broken")
        ]
        worst = (_largest(promises, promise) for promise in PROMISES)
        rows.append([name, cells[0]["guarantee"], len(cells), *counts, *worst])
    head = ["test", "guarantee", "cells", "shown", "compatible", "broken", *PROMISES]
    promises = [p for cell in _real(results) for p in cell["promises"]]
    runs = sum(
        sum({p["truth"]: p["runs"] for p in cell["promises"]}.values()) for cell in _real(results)
    )
    total = (
        f"{len(_real(results))} cells, {runs:,} simulated runs, {len(promises)} comparisons of "
        f"tests that are not planted: {sum(p['status'] == 'shown' for p in promises)} shown below "
        f"the promise, {sum(p['status'] == 'compatible' for p in promises)} compatible with it, "
        f"{sum(p['status'] == 'broken' for p in promises)} broken. Family-wise error of the suite: "
        f"{results['family_wise_error']:g} over {results['comparisons']} comparisons (those of the "
        f"planted tests included), {results['level']:.2g} each. Seed {results['seed']}, NumPy "
        f"{results['numpy']}, SciPy {results['scipy']}."
    )
    return f"{total}\n\n{_markdown(head, rows, right=range(2, 10))}"


def _planted(results: dict[str, Any]) -> str:
    rows = []
    for cell in results["cells"]:
        if "breaks" in cell:
            worst = _worst(cell, cell["breaks"])
            seen = f"{worst['hits']:,} of {worst['runs']:,}"
            caught = "caught" if worst["status"] == "broken" else "**escaped**"
            what = [cell["test"], cell["law"], cell["why"], cell["breaks"]]
            rows.append([*what, f"{worst['promised']:g}", seen, caught])
    head = ["wrong test", "law", "what is wrong", "breaks", "promised", "observed", "the suite"]
    return _markdown(head, rows, right=(4, 5))


def _real(results: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in results["cells"] if "breaks" not in cell]


def _worst(cell: dict[str, Any], promise: str) -> dict[str, Any]:
    return max((p for p in cell["promises"] if p["promise"] == promise), key=lambda p: p["hits"])


def _largest(promises: list[dict[str, Any]], promise: str) -> str:
    return f"{max(_ratio(p) for p in promises if p['promise'] == promise):.2f}"


def _ratio(promise: dict[str, Any]) -> float:
    return promise["hits"] / promise["runs"] / promise["promised"]


def _rate(promise: dict[str, Any]) -> str:
    """Return an observed rate to three digits; none seen is 0."""
    return "0" if promise["hits"] == 0 else f"{promise['hits'] / promise['runs']:.3g}"


def _markdown(head: list[str], rows: Iterable[Row], right: Iterable[int]) -> str:
    columns = set(right)
    rule = ["---:" if index in columns else "---" for index in range(len(head))]
    lines = [head, rule, *([str(entry) for entry in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
