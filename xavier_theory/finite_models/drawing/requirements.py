"""What assumptions ask of the members of a model, one by one; ``collecting.py`` finds it out."""

from __future__ import annotations

from dataclasses import dataclass, field

from xavier_theory.finite_models.evaluation.model import Member
from xavier_theory.finite_models.evaluation.reading import Stack
from xavier_theory.kernel.terms import Term
from xavier_theory.symbolic.assumptions import Assumption

Moment = tuple[str, tuple[Member, ...]]
"""Its kind and its members: one of a mean, variance or second, two of a covariance or product."""

Images = dict[Member, tuple[int, Member]]
"""A joint law stays what it is if each of these members becomes a sign times another of them."""


@dataclass(frozen=True)
class Ground:
    """An assumption at values of its variables; one that is solved is only verified."""

    assumption: Assumption
    values: Stack
    solved: bool = False

    @property
    def name(self) -> str:
        """The assumption's name."""
        return self.assumption.name

    @property
    def parts(self) -> tuple[Term, ...]:
        """The kernel's terms of an assumption with a single group."""
        return self.assumption.in_kernel.groups[0]


@dataclass(frozen=True)
class Required:
    """A moment and what it must be: the node of a term, or another moment."""

    name: str
    moment: Moment
    value: int | Moment


@dataclass
class Requirements:
    """What the assumptions ask; ``collect`` fills it.

    ``built`` are the relations that the construction is meant to make true. It meets each moment
    and each bound by itself, so that those that contradict or move each other are noticed there.
    """

    moments: list[Required] = field(default_factory=list)
    symmetric: set[Member] = field(default_factory=set)
    positive: set[Member] = field(default_factory=set)
    verified: list[tuple[str, str, int, int]] = field(default_factory=list)
    built: list[tuple[str, str, int, int]] = field(default_factory=list)
    mirrored: list[tuple[str, int]] = field(default_factory=list)
    images: list[tuple[str, Images]] = field(default_factory=list)
    bounds: dict[Term, tuple[int, list[int]]] = field(default_factory=dict)
    bounding: list[int] = field(default_factory=list)
