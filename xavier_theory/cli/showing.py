"""What the commands print, as text and as data for JSON."""

from __future__ import annotations

import re
import textwrap
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
    from xavier_theory.verification import report_text

    print_table(*report_text.table(report, in_detail))
    for line in report_text.remarks(report, in_detail):
        click.echo(line)


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
