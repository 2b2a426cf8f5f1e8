"""A derivation as plain text: its assumptions and its steps, for a terminal."""

from __future__ import annotations

from xavier_theory.documents.assumptions import sentence
from xavier_theory.documents.citations import Citations
from xavier_theory.documents.domains import domains_of
from xavier_theory.documents.plain_assumptions import plain_assumption
from xavier_theory.documents.plain_text import plain, plain_step
from xavier_theory.documents.rule_texts import rule_text
from xavier_theory.documents.styles import PlainStyle
from xavier_theory.symbolic.derivations import Derivation


def plain_steps(derivation: Derivation) -> list[tuple[int, str, str]]:
    """Number, reason and formula of every step."""
    citations = Citations(derivation, PlainStyle())
    return [
        (number, rule_text(step, citations), plain_step(step))
        for number, step in enumerate(derivation.steps, 1)
    ]


def outline(derivation: Derivation) -> list[str]:
    """The assumptions of the conclusion, with labels and what each says, and then the domains.

    For example ``A1 Weights have zero mean: E(W[i, j]) = 0 for all i, j``, and at the end
    ``Throughout: second_moment > 0`` where something is not simply real.
    """
    citations = Citations(derivation, PlainStyle())
    said = domains_of(derivation, plain)
    return [
        *(
            f"{citations.label(assumption)} {sentence(assumption)}: {plain_assumption(assumption)}"
            for assumption in derivation.assumptions
        ),
        *(["Throughout: " + ", ".join(said)] if said else []),
    ]
