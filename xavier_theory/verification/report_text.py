"""A report for people: as text, and as a table in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xavier_theory.verification.reports import Report, TheoremReport

KINDS = ("finite-model", "certified", "monte-carlo", "necessity")
LEGEND = """\
How many checks of each kind there were; - is none.
  finite-model  the steps, exactly, in random finite probability spaces
  certified     steps and lemmas about continuous laws, by integrals with proven bounds
  monte-carlo   results against samples
  necessity     what breaks without an assumption: counterexamples, each checked again
  controls      wrong formulas among the kinds before, each of which must be refuted\
"""

Row = tuple[str, ...]


def report_text(report: Report) -> str:
    """What ``print(report)`` shows: a row for each check of one theorem, or for each of several."""
    in_detail = len(report.theorems) + len(report.training) == 1
    titles, rows = table(report, in_detail)
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, *rows)
    ]
    return "\n".join([*lines, *remarks(report, in_detail)])


def report_html(report: Report) -> str:
    """The same for a notebook."""
    titles, rows = table(report, len(report.theorems) + len(report.training) == 1)
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    last = "".join(f"<p>{escape(line)}</p>" for line in remarks(report, True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{last}"


def table(report: Report, in_detail: bool) -> tuple[Row, list[Row]]:
    """The titles and rows: one for each check, or one for each theorem."""
    parts = (*report.theorems, *report.training)
    if not in_detail:
        return ("theorem", *KINDS, "controls", "verdict"), [_summary(part) for part in parts]
    return ("theorem", "kind", "check", "verdict"), [
        (part.name, check.kind, check.name, _verdict(check.passed, check.verdict, check.expected))
        for part in parts
        for check in part.checks
    ]


def remarks(report: Report, in_detail: bool) -> Iterator[str]:
    """What stands below the table: a legend, what failed, and the run's error rates."""
    if not in_detail:
        yield LEGEND
        if report.data_checks:
            passed = sum(check.passed for check in report.data_checks)
            yield (
                "Digits images through ten layers: "
                f"{passed} of {len(report.data_checks)} checks passed."
            )
    for check in report.checks:
        if not check.passed:
            why = f" ({check.detail['reason']})" if "reason" in check.detail else ""
            yield f"FAILED: {check.name}: {check.verdict}, expected {check.expected}{why}"
    yield error_rates(report)


def _verdict(passed: bool, verdict: str, expected: str) -> str:
    if not passed:
        return "check failed"
    return f"{verdict}, as it must be" if expected == "refuted" else verdict


def _summary(theorem: TheoremReport) -> Row:
    true = Counter(check.kind for check in theorem.checks if check.expected != "refuted")
    controls = sum(check.expected == "refuted" for check in theorem.checks)
    counts = (str(true[kind] or "-") for kind in KINDS)
    return (
        theorem.name,
        *counts,
        str(controls or "-"),
        "verified" if theorem.passed else "check failed",
    )


def error_rates(report: Report) -> str:
    """How many checks ran, and how often such a run cries wolf or misses an error."""
    misses = [check.detail["beta"] for check in report.checks if check.detail.get("beta")]
    text = (
        f"{len(report.checks)} checks, seed {report.seed}; total false-alarm probability at most "
        f"{report.false_alarm_probability:.2g}"
    )
    if misses:
        text += (
            "; each sampled check detects the error it states with probability at least "
            f"1 - {max(misses):.2g}"
        )
    return text + "."
