"""What the commands print, as text and as data for JSON."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from xavier_theory import api
from xavier_theory.activations.exact_numbers import exact_fraction
from xavier_theory.cli.output import print_table
from xavier_theory.errors import InvalidInputError

if TYPE_CHECKING:
    from xavier_theory.kernel import Theorem
    from xavier_theory.verification import Report

WIDTH = 100
_JOINED = "\N{NO-BREAK SPACE}"
_INDICES = re.compile(r"\[[^\]]*\]|\w+ = \S+\.\.")  # W[j, k] and k = 1..n stay on one line
KINDS = ("finite-model", "certified", "monte-carlo", "necessity")
LEGEND = """\
How many checks of each kind there were; - is none.
  finite-model  the steps, exactly, in random finite probability spaces
  certified     steps and lemmas about continuous laws, by integrals with proven bounds
  monte-carlo   results against samples
  necessity     what breaks without an assumption: counterexamples, each checked again
  controls      wrong formulas among the kinds before, each of which must be refuted\
"""


def theorem_data(name: str) -> dict[str, Any]:
    """A theorem and its steps as data."""
    from xavier_theory.documents.assumptions import sentence
    from xavier_theory.documents.evidence import shown_by
    from xavier_theory.documents.outline import plain_steps
    from xavier_theory.documents.plain_text import plain_step
    from xavier_theory.documents.styles import PlainStyle
    from xavier_theory.theorems import theorem_module

    derivation = api.derive(name)
    stated = theorem_module(name).STATEMENT
    return {
        "name": name,
        "title": stated.title,
        "summary": stated.summary.text,
        "conclusion": [plain_step(derivation.results[main]) for main in derivation.main],
        "assumptions": [sentence(assumption) for assumption in derivation.assumptions],
        "parameters": list(derivation.parameters),
        "steps": [{"number": n, "reason": r, "formula": f} for n, r, f in plain_steps(derivation)],
        "axioms": list(derivation.axioms()),
        "practice": " ".join(fact.text for fact in stated.practice),
        "remarks": [fact.text for fact in stated.remarks],
        "evidence": [
            {"sentence": fact.text, "shown_by": shown_by(fact, name, PlainStyle())}
            for fact in stated.facts
        ],
        "notation": stated.notation,
        "sources": [source.text for source in stated.sources],
        "claims": list(stated.claims),
    }


def theorem_text(name: str) -> str:
    """A theorem and its steps as text."""
    from xavier_theory.documents.evidence import plain_said
    from xavier_theory.documents.outline import outline
    from xavier_theory.theorems import theorem_module

    data = theorem_data(name)
    stated = theorem_module(name).STATEMENT
    parts = [
        _bold(data["title"]),
        _wrapped(plain_said(stated.summary, name)),
        _indented(map(_broken, data["conclusion"])),
    ]
    assumptions = map(_broken, outline(api.derive(name)))
    parts += [_bold("Assumptions"), _indented(assumptions) or _indented(["none"])]
    steps = [
        _broken(f"({s['number']}) {s['reason']}:") + "\n" + _broken(s["formula"], "     ")
        for s in data["steps"]
    ]
    parts += [_bold("Proof"), _indented(steps)]
    practice = [_wrapped(plain_said(fact, name)) for fact in stated.practice]
    remarks = [_wrapped(f"- {plain_said(fact, name)}") for fact in stated.remarks]
    parts += [_bold("In practice"), *practice]
    parts += [_bold("Remarks"), *remarks] if remarks else []
    parts += [_bold("Notation"), _wrapped(stated.notation)] if stated.notation else []
    if data["axioms"]:
        parts += [_bold("Lemmas from the literature"), *_axioms(name)]
    return "\n\n".join([*parts, _wrapped("Source: " + "; ".join(data["sources"]) + ".")])


def _axioms(name: str) -> list[str]:
    return [
        _wrapped(f"- {axiom.name}: {axiom.statement} ({axiom.source})")
        for axiom in api.axioms(name)
    ]


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent="  " if text.startswith("- ") else "")


def _broken(line: str, indent: str = "") -> str:
    """A line that is to be indented by two, broken between terms, continuations further in."""
    joined = _INDICES.sub(lambda found: found[0].replace(" ", _JOINED), line)
    return textwrap.fill(
        joined, WIDTH - 2, initial_indent=indent, subsequent_indent=indent + "    ",
        break_long_words=False, break_on_hyphens=False,
    ).replace(_JOINED, " ")  # fmt: skip


def _indented(lines: Iterable[str]) -> str:
    return textwrap.indent("\n".join(lines), "  ")


def print_report(report: Report, in_detail: bool) -> None:
    """The verdicts, a row for each theorem or for each check; then the run's error rates."""
    if in_detail:
        rows = [
            (
                theorem.name,
                check.kind,
                check.name,
                _verdict(check.passed, check.verdict, check.expected),
            )
            for theorem in (*report.theorems, *report.training)
            for check in theorem.checks
        ]
        print_table(("theorem", "kind", "check", "verdict"), rows)
    else:
        parts = (*report.theorems, *report.training)
        print_table(("theorem", *KINDS, "controls", "verdict"), [_summary(t) for t in parts])
        click.echo(LEGEND)
        if report.data_checks:
            passed = sum(check.passed for check in report.data_checks)
            click.echo(
                f"Digits images through ten layers: "
                f"{passed} of {len(report.data_checks)} checks passed."
            )
    for check in report.checks:
        if not check.passed:
            why = f" ({check.detail['reason']})" if "reason" in check.detail else ""
            click.echo(f"FAILED: {check.name}: {check.verdict}, expected {check.expected}{why}")
    click.echo(error_rates(report))


def _verdict(passed: bool, verdict: str, expected: str) -> str:
    if not passed:
        return "check failed"
    return f"{verdict}, as it must be" if expected == "refuted" else verdict


def _summary(theorem: Any) -> tuple[str, ...]:
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


def certificate_data(theorem: Theorem) -> dict[str, Any]:
    """What a certificate proves and rests on; ``is_the_theorem`` is None for an unknown name."""
    from xavier_theory.kernel.terms import show

    conclusions = [theorem.results[name] for name in theorem.conclusion]
    rests = frozenset().union(*(line.gamma for line in conclusions))
    return {
        "theorem": theorem.name,
        "steps": len(theorem.lines),
        "conclusion": [f"{show(c.left)} {c.relation} {show(c.right)}" for c in conclusions],
        "assumptions": [name for name, a in theorem.assumptions.items() if a in rests],
        "axioms": sorted(theorem.lemmas),
        "cites": sorted(theorem.cites),
        "is_the_theorem": api.proves_the_theorem(theorem)
        if theorem.name in api.theorems()
        else None,
    }


def certificate_text(data: dict[str, Any], theorem: Theorem) -> str:
    """``certificate_data`` as text, with all that the theorem says."""
    from xavier_theory.kernel.__main__ import report

    lines = [report(theorem)]
    if data["is_the_theorem"] is False:
        lines.append(f"This is NOT what the theorem {data['theorem']} of this package says.")
    elif data["is_the_theorem"] is None:
        lines.append(f"This package has no theorem called {data['theorem']}.")
    return "\n".join(lines)


def parsed_parameters(texts: Iterable[str]) -> dict[str, Fraction]:
    """``NAME=VALUE`` texts as exact numbers.

    ``InvalidInputError`` for one that is not, and for a name that is given twice.
    """
    found: dict[str, Fraction] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name in found:
            raise InvalidInputError(f"the parameter {name} is given twice: {text!r} comes second")
        if not value or not name.isidentifier():
            raise InvalidInputError(
                f"a parameter is NAME=VALUE with a number, such as slope=0.01; got {text!r:.60}"
            )
        found[name] = exact_fraction(value, f"the parameter {name}")
    return found
