"""A theorem for the page: statement, assumptions and every step, with formulas in LaTeX.

Formulas within sentences stand between dollar signs; everything else is text, which the page never
takes for markup.
"""

from __future__ import annotations

from typing import Any

from xavier_theory.documents.assumptions import formula, sentence
from xavier_theory.documents.citations import Citations
from xavier_theory.documents.domains import domains_of
from xavier_theory.documents.evidence import plain_said
from xavier_theory.documents.formulas import latex, step_display
from xavier_theory.documents.prose import plan_of
from xavier_theory.documents.rule_texts import rule_text
from xavier_theory.explorer.setups import FieldError
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.lemmas import LEMMAS
from xavier_theory.theorems import derive, theorem_module, theorems

__all__ = ["theorem", "titles"]


def titles(data: dict[str, Any]) -> dict[str, Any]:
    """Name, title and summary of every theorem, in reading order."""
    stated = [theorem_module(name).STATEMENT for name in theorems()]
    return {
        "theorems": [{"name": s.name, "title": s.title, "summary": s.summary.text} for s in stated]
    }


def theorem(data: dict[str, Any]) -> dict[str, Any]:
    """The theorem called ``data["name"]``, with its derivation."""
    name = data.get("name")
    if not isinstance(name, str) or name not in theorems():
        raise FieldError("name", "there is no theorem of that name")
    derivation, module = derive(name), theorem_module(name)
    stated, citations = module.STATEMENT, Citations(derivation)
    said = domains_of(derivation, latex)
    return {
        "name": name,
        "title": stated.title,
        "summary": plain_said(stated.summary, name),
        "conclusion": [display(derivation.results[main]) for main in derivation.main],
        "assumptions": [
            {"label": citations.label(a) or "", "sentence": sentence(a), "formula": formula(a)}
            for a in derivation.assumptions
        ]
        + [{"label": "", "sentence": "Throughout", "formula": ", ".join(said)}] * bool(said),
        "plan": plan_of(module)[1],
        "steps": _steps(derivation, citations),
        "lemmas": [
            {"title": LEMMAS[axiom].title, "source": LEMMAS[axiom].source}
            for axiom in derivation.axioms()
        ],
        "cites": list(derivation.lemmas),
        "practice": " ".join(plain_said(fact, name) for fact in stated.practice),
        "remarks": [plain_said(fact, name) for fact in stated.remarks],
        "sources": [source.text for source in stated.sources],
    }


def _steps(derivation: Derivation, citations: Citations) -> list[dict[str, Any]]:
    return [
        {"number": number, "reason": rule_text(step, citations), "formula": display(step)}
        for number, step in enumerate(derivation.steps, 1)
    ]


def display(step: Step) -> str:
    """A step's judgement as LaTeX, broken into lines where it is long."""
    return step_display(step).removeprefix("```math\n").removesuffix("\n```")
