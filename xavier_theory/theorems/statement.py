"""What a theorem file states as data, apart from its proof: the statement and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Statement:
    """A theorem in words.

    Attributes
    ----------
    order: its place in reading order.
    name: ``a-noun-like-this``; the file is called the same, with underscores.
    title: what it is about, for a heading.
    summary: what it says, in one or two sentences.
    claims: identifiers of the textbook claims that it answers (``C1`` … ``C21``).
    sources: where it comes from, with section.
    practice: what it means for somebody who initializes a network.
    remarks: what is not obvious: assumptions that are not needed, what is asymptotic, where it
        fails.
    """

    order: int
    name: str
    title: str
    summary: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    practice: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experiment:
    """A Monte Carlo check of a theorem's conclusion, as data that ``monte_carlo`` interprets.

    Attributes
    ----------
    name: what is sampled, in a few words.
    sampler: the name of a sampler in ``monte_carlo``.
    parameters: the quantities that ``Derivation.predict`` takes; the sampler gets them too.
    delta: the relative error that the check detects.
    settings: what only the sampler needs (a weight law, a depth …).
    result: which result of the derivation is tested; None for the conclusion.
    wrong: wrong right-hand sides of that result, by name, which the check must refute. For the
        conclusion the theorem's ``WRONG`` comes on top, as far as ``parameters`` give it a value.
    """

    name: str
    sampler: str
    parameters: Mapping[str, Any]
    delta: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    result: str | None = None
    wrong: Mapping[str, Any] = field(default_factory=dict)
