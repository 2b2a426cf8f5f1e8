"""Run the suite, and store what was seen as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from .bounded import bounded_subjects
from .direct import direct_subjects
from .judging import Comparison, compare, upper_limit
from .layers import layer_subjects
from .planted import Planted, planted_tests
from .subjects import Cell, Subject

__all__ = ["COMMAND", "FAMILY_ERROR", "all_cells", "load", "run_suite", "save", "subjects"]

COMMAND = "python benchmarks/calibration.py --write"
FAMILY_ERROR = 1e-6
"""Chance that a suite of kept promises reports any of them as broken, at most."""

Report = Callable[[str], None]


def subjects() -> list[Subject]:
    """Return every test of the package on every law, in the order of the table."""
    return [*direct_subjects(), *bounded_subjects(), *layer_subjects()]


def all_cells() -> list[tuple[Cell, Planted | None]]:
    """Return the cells of the package's tests, then those of the planted ones."""
    real = [(cell, None) for subject in subjects() for cell in subject.cells()]
    wrong = [(cell, planted) for planted in planted_tests() for cell in planted.subject.cells()]
    return [*real, *wrong]


def run_suite(seed: int, share: float = 1.0, report: Report = lambda line: None) -> dict[str, Any]:
    """Run every cell with `share` of its runs and return the results, ready for JSON.

    Each cell has its own generator, spawned from one seed. Verdicts on the promises come last,
    when the number of comparisons is known.
    """
    cells = all_cells()
    sequences = np.random.SeedSequence(seed).spawn(len(cells))
    found = []
    for (cell, planted), sequence in zip(cells, sequences, strict=True):
        runs = max(100, round(share * cell.subject.runs(cell.rates)))
        verdicts = cell.play(np.random.default_rng(sequence), runs)
        found.append((cell, planted, compare(verdicts, cell.rates)))
        report(f"{cell.subject.test}; {cell.subject.law}; {cell.rates.alpha:g}, {runs} runs")
    count = sum(len(comparisons) for _, _, comparisons in found)
    level = FAMILY_ERROR / count
    return {
        "command": COMMAND,
        "seed": seed,
        "share": share,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "family_wise_error": FAMILY_ERROR,
        "comparisons": count,
        "level": level,
        "cells": [_cell(cell, planted, seen, level) for cell, planted, seen in found],
    }


def _cell(
    cell: Cell, planted: Planted | None, comparisons: list[Comparison], level: float
) -> dict[str, Any]:
    subject = cell.subject
    plain = {
        "test": subject.test,
        "law": subject.law,
        "guarantee": subject.guarantee,
        "statistic": subject.statistic,
        **cell.rates.to_dict(),
        "n": subject.size(cell.rates),
        "promises": [_promise(comparison, level) for comparison in comparisons],
    }
    if planted is not None:
        plain |= {"breaks": planted.breaks, "why": planted.why}
        del plain["n"]  # a planted test has a plan of its own, or none
    return plain


def _promise(comparison: Comparison, level: float) -> dict[str, Any]:
    limit = upper_limit(comparison.hits, comparison.runs, level)
    return {
        "promise": comparison.promise,
        "truth": comparison.truth,
        "promised": comparison.promised,
        "hits": comparison.hits,
        "runs": comparison.runs,
        "upper_limit": float(f"{limit:.3g}"),
        "status": comparison.status(level),
    }


def unmet(results: dict[str, Any]) -> Iterator[str]:
    """Name what calibration finds wrong: a broken promise, or a planted test not caught."""
    for cell in results["cells"]:
        broken = [p for p in cell["promises"] if p["status"] == "broken"]
        name = f"{cell['test']} ({cell['law']}, α = {cell['alpha']:g}, β = {cell['beta']:g})"
        if "breaks" not in cell:
            for p in broken:
                yield f"{name}: {p['promise']}, {p['hits']} of {p['runs']}"
        elif not any(p["promise"] == cell["breaks"] for p in broken):
            yield f"planted test not caught: {name}"


def save(results: dict[str, Any], path: Path) -> None:
    """Write results as JSON, one cell a line."""
    head = {key: value for key, value in results.items() if key != "cells"}
    lines = [json.dumps(cell, ensure_ascii=False) for cell in results["cells"]]
    opening = json.dumps(head, indent=1)[:-2]
    body = ",\n  ".join(lines)
    path.write_text(f'{opening},\n "cells": [\n  {body}\n ]\n}}\n', encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Return stored results."""
    return json.loads(path.read_text(encoding="utf-8"))
