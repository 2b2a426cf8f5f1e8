"""What a theorem states as data, apart from its proof."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xavier_theory.errors import InvalidInputError
from xavier_theory.theorems.evidence import Cited, Computed, Fact, Fails, Proved, Sampled, Trained

__all__ = [
    "Cited",
    "Computed",
    "Fact",
    "Fails",
    "Proved",
    "Sampled",
    "Statement",
    "Trained",
]

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CLAIM = re.compile(r"C([1-9]|1\d|2[01])")


@dataclass(frozen=True)
class Statement:
    """A theorem in words. Every sentence that states a fact carries its evidence.

    Attributes
    ----------
    order: its place in reading order, any number; ties go by name.
    name: ``a-noun-like-this``; the folder is called the same, with underscores.
    title: what it is about, for a heading; it states nothing.
    summary: what it says, in one or two sentences.
    claims: identifiers of the textbook claims that it answers (``C1`` … ``C21``), often none.
    sources: where it comes from, with section.
    practice: what it means for somebody who initializes a network.
    remarks: what is not obvious: assumptions that are not needed, what is asymptotic, where it
        fails.
    notation: what the symbols stand for; it states nothing.

    Raises ``InvalidInputError`` for a sentence that is no ``Fact``, or a source that is no
    ``Cited``.
    """

    order: float
    name: str
    title: str
    summary: Fact
    claims: tuple[str, ...]
    sources: tuple[Cited, ...]
    practice: tuple[Fact, ...]
    remarks: tuple[Fact, ...] = ()
    notation: str = ""

    def __post_init__(self) -> None:
        """``InvalidInputError`` for what would only be noticed where it is printed or sorted."""
        if type(self.order) not in (int, float):
            raise InvalidInputError(f"the order of {self.name} is a number, got {self.order!r}")
        if not _NAME.fullmatch(self.name):
            raise InvalidInputError(f"a theorem is called like-this, in lower case: {self.name!r}")
        for field in ("claims", "sources", "practice", "remarks"):
            if not isinstance(getattr(self, field), tuple):
                raise InvalidInputError(
                    f'the {field} of {self.name} are a tuple, ("one",) if it is one, '
                    f"got {getattr(self, field)!r:.60}"
                )
        for claim in self.claims:
            if not _CLAIM.fullmatch(claim):
                raise InvalidInputError(f"{self.name} answers a claim of C1 to C21, got {claim!r}")
        for said in self.facts:
            if not isinstance(said, Fact):
                raise InvalidInputError(f"{self.name}: a sentence is a Fact, with evidence; {said}")
        for source in self.sources:
            if not isinstance(source, Cited):
                raise InvalidInputError(f"{self.name}: a source is Cited(key, where); {source}")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every sentence that states a fact."""
        return (self.summary, *self.practice, *self.remarks)
