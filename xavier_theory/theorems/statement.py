"""What a theorem states as data, apart from its proof."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """A theorem in words.

    Attributes
    ----------
    order: its place in reading order, any number; ties go by name.
    name: ``a-noun-like-this``; the folder is called the same, with underscores.
    title: what it is about, for a heading.
    summary: what it says, in one or two sentences.
    claims: identifiers of the textbook claims that it answers (``C1`` … ``C21``), often none.
    sources: where it comes from, with section.
    practice: what it means for somebody who initializes a network.
    remarks: what is not obvious: assumptions that are not needed, what is asymptotic, where it
        fails.
    """

    order: float
    name: str
    title: str
    summary: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    practice: str
    remarks: tuple[str, ...] = ()
