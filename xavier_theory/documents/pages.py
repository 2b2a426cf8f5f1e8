"""The pages of ``proofs/``: every file as text, from the theorems and a report of their checks."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from xavier_theory.claims import judge
from xavier_theory.documents.assumptions import definition_formula, formula, sentence
from xavier_theory.documents.authors import authors_page
from xavier_theory.documents.certificate_text import certificate_text
from xavier_theory.documents.check_tables import check_tables, control_rows
from xavier_theory.documents.citations import Citations, joined
from xavier_theory.documents.domains import domains, domains_of
from xavier_theory.documents.evidence import in_words, said, sourced
from xavier_theory.documents.formulas import inline, latex, relation_display, step_display
from xavier_theory.documents.necessity import without_each_assumption
from xavier_theory.documents.prose import plan_of, prose
from xavier_theory.documents.steps import step_paragraphs
from xavier_theory.documents.styles import MarkdownStyle
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.lemmas import LEMMAS, Lemma
from xavier_theory.theorems import derive, theorem_module
from xavier_theory.theorems.references import references
from xavier_theory.training.experiments import EXPERIMENTS, experiment

if TYPE_CHECKING:
    from xavier_theory.verification import Report, TheoremReport


INDEX, AXIOMS, RULES = "README.md", "axioms.md", "rules.md"


def all_pages(report: Report) -> dict[str, str]:
    """Every file of ``proofs/`` by its path: for each theorem a page and a certificate."""
    pages = {name: page(report) for name, page in _GENERAL.items()}
    return {**pages, **theorem_pages(report, _names(report))}


def theorem_pages(report: Report, names: Iterable[str]) -> dict[str, str]:
    """The page and the certificate of each theorem of ``report``; ``names`` have pages as well."""
    found = list(names)
    pages = {f"{theorem.name}.md": theorem_page(theorem, found) for theorem in report.theorems}
    return {**pages, **certificates(_names(report))}


def certificates(names: Iterable[str]) -> dict[str, str]:
    """The certificates of the theorems called ``names``."""
    return {_places(name)[1]: certificate_text(derive(name).certificate()) for name in names}


def page_names(theorems: Iterable[str]) -> list[str]:
    """The paths of ``all_pages`` for a report on ``theorems``, before there is one."""
    return [*_GENERAL, *(place for name in theorems for place in _places(name))]


def _places(theorem: str) -> tuple[str, str]:
    return f"{theorem}.md", f"certificates/{theorem}.json"


def theorem_page(report: TheoremReport, names: Iterable[str]) -> str:
    """The page of one theorem; ``names`` are the theorems that have pages, to be linked."""
    derivation, stated = derive(report.name), theorem_module(report.name).STATEMENT
    conclusion = derivation.assumptions
    citations = Citations(derivation)
    others = [name for name in names if name != report.name]
    return _render(
        "theorem.md.j2",
        statement=stated,
        derivation=derivation,
        report=report,
        prose=lambda text: prose(text, others),
        said=lambda fact: said(fact, report.name, others),
        shown=lambda fact: in_words(fact, report.name),
        sources=[sourced(source, MarkdownStyle()) for source in stated.sources],
        counts=_counts(derivation, report),
        conclusions=[step_display(derivation.results[name]) for name in derivation.main],
        conclusion_places=citations.steps(derivation.results[name] for name in derivation.main),
        assumptions=[_shown(a, citations) for a in conclusion],
        further_assumptions=[_shown(a, citations) for a in _only_further(derivation)],
        domains=_inline_list(domains_of(derivation, latex)),
        definitions=[
            {"name": item.name, "formula": inline(definition_formula(item))}
            for item in derivation.context.definitions
        ],
        quantities=[
            {"name": name, "formula": inline(latex(term))}
            for name, term in derivation.quantities.items()
        ],
        plan=plan_of(theorem_module(report.name)),
        paragraphs=step_paragraphs(derivation),
        results=_further_results(derivation, citations),
        cites=list(derivation.lemmas),
        axioms=[LEMMAS[name] for name in derivation.axioms()],
        tables=check_tables(report.checks),
        controls=control_rows(report.checks),
        without=without_each_assumption(derivation.name),
    )


def _names(report: Report) -> list[str]:
    return [theorem.name for theorem in report.theorems]


def _counts(derivation: Derivation, report: TheoremReport) -> str:
    controls = sum(check.expected == "refuted" for check in report.checks)
    checks = len(report.checks) - controls
    lemmas = len(derivation.axioms())
    parts = [
        _plural(len(derivation.assumptions), "assumption"),
        _plural(lemmas, "lemma") + " from the literature",
        _plural(checks, "check"),
        f"{_plural(controls, 'control')} with wrong formulas"
        + (" refuted" if report.passed else ""),
    ]
    return joined(parts)


def _plural(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}" + ("" if count == 1 else "s")


def _shown(assumption: Assumption, citations: Citations | None = None) -> dict[str, str]:
    label = citations.label(assumption) if citations else None
    return {
        "label": label or "",
        "sentence": sentence(assumption),
        "formula": inline(formula(assumption)),
    }


def _inline_list(formulas: Iterable[str]) -> str:
    return ", ".join(map(inline, formulas))


def _only_further(derivation: Derivation) -> list[Assumption]:
    used = {a for step in derivation.results.values() for a in step.assumptions}
    main = set(derivation.assumptions)
    return [a for a in derivation.context.assumptions if a in used and a not in main]


def _further_results(derivation: Derivation, citations: Citations) -> list[dict[str, str]]:
    return [
        {
            "name": name.replace("_", " "),
            "place": citations.step(step),
            "rests_on": citations.labels(step.assumptions),
            "formula": step_display(step),
        }
        for name, step in derivation.results.items()
        if name not in derivation.main
    ]


def index_page(report: Report) -> str:
    """The list of theorems, and how to read their pages."""
    return _render(
        "index.md.j2",
        table=theorem_table(report),
        run=run_sentence(report),
        data=check_tables(report.data_checks),
        data_controls=[name for name, _, _ in control_rows(report.data_checks)],
    )


def run_sentence(report: Report) -> str:
    """How many checks ran, and how often such a run cries wolf."""
    parts = (*report.theorems, *report.training)
    checks = [check for part in parts for check in part.checks]
    return (
        f"This run, with seed {report.seed}: {len(checks) + len(report.data_checks)} checks; "
        "the probability that a correct theory fails any of them is at most "
        f"{report.false_alarm_probability:.2g}."
    )


def theorem_table(report: Report, folder: str = "") -> str:
    """The theorems and their verdicts as a table whose links lead into ``folder``."""
    rows = [
        {
            "name": theorem.name,
            "summary": prose(theorem_module(theorem.name).STATEMENT.summary.text),
            "steps": len(derive(theorem.name).steps),
            "checks": len(theorem.checks),
            "verdict": "verified" if theorem.passed else "**check failed**",
        }
        for theorem in report.theorems
    ]
    return _render("theorems.md.j2", rows=rows, folder=folder).rstrip("\n")


def claims_page(report: Report) -> str:
    """The ledger of claims with its verdicts."""
    names = _names(report)
    return _render(
        "claims.md.j2",
        verdicts=judge(report),
        links=_links,
        prose=lambda text: prose(text, names),
        said=lambda fact: said(fact, "", names),
    )


def training_page(report: Report) -> str:
    """The experiments on training, with what each showed."""
    parts = [
        {
            "experiment": experiment(part.name),
            "verdict": "verified" if part.passed else "check failed",
            "tables": check_tables(part.checks),
            "controls": [name for name, _, _ in control_rows(part.checks)],
            "setting": prose(inspect.cleandoc(experiment(part.name).run.__doc__ or "")),
        }
        for part in report.training
    ]
    return _render("training.md.j2", parts=parts)


def axioms_page(names: Iterable[str]) -> str:
    """Every lemma from the literature, and which of the theorems called ``names`` rest on it."""
    found = list(names)
    return _render(
        AXIOMS + ".j2",
        lemmas=[_lemma(lemma, found) for lemma in LEMMAS.values()],
        links=_links,
        prose=prose,
    )


def references_page() -> str:
    """The literature, each reference once."""
    return _render("references.md.j2", references=references().values(), prose=prose)


_GENERAL: Mapping[str, Callable[[Report], str]] = {
    INDEX: index_page,
    "claims.md": claims_page,
    AXIOMS: lambda report: axioms_page(_names(report)),
    "training.md": training_page,
    RULES: lambda _: authors_page(),
    "references.md": lambda _: references_page(),
}
"""The pages that are about no one theorem."""


def _lemma(lemma: Lemma, names: Iterable[str]) -> Mapping[str, Any]:
    spoken_of = [term for a in lemma.declared for group in a.groups for term in group]
    terms = [lemma.left, lemma.right, *spoken_of]
    return {
        "lemma": lemma,
        "formula": relation_display(lemma.relation, lemma.left, lemma.right),
        "assumptions": [_shown(assumption) for assumption in lemma.declared],
        "domains": _inline_list(domains(terms, latex)),
        "users": [name for name in names if lemma.name in derive(name).axioms()],
    }


def _links(names: Iterable[str]) -> str:
    trained = {found.name for found in EXPERIMENTS}
    places = {name: f"training.md#{name}" if name in trained else f"{name}.md" for name in names}
    return ", ".join(f"[{name}]({place})" for name, place in places.items())


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown, not HTML
    )


def _render(template: str, **values: Any) -> str:
    return _templates().get_template(template).render(**values).rstrip("\n") + "\n"
