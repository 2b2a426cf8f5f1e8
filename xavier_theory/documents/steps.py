"""A derivation's steps as paragraphs: every step with its number, its reason and its formula.

Small facts stand in the line, together with the step that uses them; long formulas are displayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xavier_theory.documents.assumptions import formula, phrase
from xavier_theory.documents.citations import Citations, joined
from xavier_theory.documents.formulas import inline, is_short, step_display, step_latex
from xavier_theory.documents.rule_texts import rule_text
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.judgements import Step

MOST_TOGETHER = 4
"""So many small facts may share a paragraph with the step that uses them."""


def step_paragraphs(derivation: Derivation) -> list[str]:
    """All steps in order, as Markdown paragraphs."""
    citations = Citations(derivation)
    groups = _grouped(derivation.steps)
    numbers = {id(step): number for number, step in enumerate(derivation.steps, 1)}
    return ["\n\n".join(_lines(group, numbers, citations)) for group in groups]


def _grouped(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Each step alone, or small facts together with the next step that uses all of them."""
    waiting: list[Step] = []
    for step in steps:
        if waiting and _uses_all(step, waiting):
            yield [*waiting, step]
            waiting = []
        elif _is_fact(step) and len(waiting) < MOST_TOGETHER:
            waiting.append(step)
        else:
            yield from ([fact] for fact in waiting)
            waiting = [step] if _is_fact(step) else []
            if not waiting:
                yield [step]
    yield from ([fact] for fact in waiting)


def _uses_all(step: Step, facts: Sequence[Step]) -> bool:
    return all(any(fact is premise for premise in step.premises) for fact in facts)


def _is_fact(step: Step) -> bool:
    return is_short(step_latex(step)) and step.rule not in ("rewrite", "induction", "specialize")


def _lines(group: Sequence[Step], numbers: dict[int, int], citations: Citations) -> list[str]:
    """Inline steps in one line, then the displayed one, if there is one."""
    sentences = []
    for step in group:
        reason = f"**({numbers[id(step)]})** {rule_text(step, citations)}"
        condition = _conditions(step, citations)
        if is_short(step_latex(step)):
            sentences.append(f"{reason}: {inline(step_latex(step))}{condition}.")
        else:
            sentences.append(f"{reason}{condition}:")
            return [" ".join(sentences), step_display(step)]
    return [" ".join(sentences)]


def _conditions(step: Step, citations: Citations) -> str:
    """What the step holds under besides A1, A2, …: indices that differ, induction hypotheses."""
    local = sorted(
        (a for a in step.assumptions if citations.label(a) is None), key=lambda a: a.text
    )
    different = [inline(formula(a)) for a in local if a.kind == "distinct"]
    supposed = [f"*{phrase(a)}*" for a in local if a.kind != "distinct" and step.rule != "suppose"]
    text = f", where {joined(different)}" if different else ""
    return text + (f", supposing {joined(supposed)}" if supposed else "")
