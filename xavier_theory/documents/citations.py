"""How a page points at steps, assumptions, lemmas and other theorems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from xavier_theory.documents.styles import MarkdownStyle, Style
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.derivations import Derivation
from xavier_theory.symbolic.judgements import Step


@dataclass(frozen=True)
class Citations:
    """Numbers for the steps and assumptions of one derivation, and links to what it cites."""

    derivation: Derivation
    style: Style = field(default_factory=MarkdownStyle)

    @cached_property
    def _places(self) -> dict[int, str]:
        places = {
            id(step): f"{self.style.link(name, f'{name}.md')} ({number})"
            for name, lemma in self.derivation.lemmas.items()
            for number, step in enumerate(lemma.steps, 1)
        }
        own = {id(step): f"({number})" for number, step in enumerate(self.derivation.steps, 1)}
        return {**places, **own}

    @cached_property
    def _labels(self) -> dict[Assumption, str]:
        declared = self.derivation.context.assumptions
        return {assumption: f"A{number}" for number, assumption in enumerate(declared, 1)}

    def step(self, step: Step) -> str:
        """``(3)``, or the theorem and the number of a step that belongs to a cited one."""
        return self._places[id(step)]

    def is_own(self, step: Step) -> bool:
        """Whether ``step`` belongs to this derivation, not to a cited theorem."""
        return any(step is own for own in self.derivation.steps)

    def steps(self, steps: Iterable[Step]) -> str:
        """``(1), (2) and (3)``, each once."""
        return joined(list(dict.fromkeys(self.step(step) for step in steps)))

    def label(self, assumption: Assumption) -> str | None:
        """``A4`` for a declared assumption; None for a hypothesis that an induction discharges."""
        return self._labels.get(assumption)

    def labels(self, assumptions: Iterable[Assumption]) -> str:
        """``A2, A4``: the declared ones among ``assumptions``, in the order of declaration."""
        found = set(assumptions)
        return ", ".join(label for known, label in self._labels.items() if known in found)

    def new(self, step: Step) -> str:
        """The labels of the assumptions that ``step`` uses beyond those of its own premises."""
        inherited: set[Assumption] = set()
        for premise in step.premises:
            if self.is_own(premise):
                inherited |= premise.assumptions
        return self.labels(step.assumptions - inherited)


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))
