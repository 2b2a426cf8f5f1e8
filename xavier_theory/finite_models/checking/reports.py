"""What a check found, step by step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counterexample:
    """A model of the assumptions in which a claim fails, as a table, and the sides there."""

    indices: str
    left: str
    right: str
    table: str

    def __str__(self) -> str:
        where = f" at {self.indices}" if self.indices else ""
        return f"left = {self.left}, right = {self.right}{where}, in\n{self.table}"


@dataclass(frozen=True)
class StepReport:
    """How one step was checked.

    Attributes
    ----------
    number: of the step in its derivation, from 1.
    label: the name of the rule.
    held: in how many instances (a model, and values of the free indices) it held.
    certified: how many of those by overlapping balls instead of exact rationals.
    vacuous: instances that say nothing: both sides 0, nothing random varies, or a hypothesis is
        false.
    undefined: instances outside the domain of the step's terms.
    undecided: instances in which the balls do not decide.
    unlucky: drawn models that fail a strict inequality of Γ and were not used.
    reason: why there is no finite model of its Γ, if so.
    counterexample: a model in which it fails.
    """

    number: int
    label: str
    held: int = 0
    certified: int = 0
    vacuous: int = 0
    undefined: int = 0
    undecided: int = 0
    unlucky: int = 0
    reason: str = ""
    counterexample: Counterexample | None = None

    @property
    def verdict(self) -> str:
        """``failed``, ``held``, ``not finite``, ``undecided`` or ``vacuous``.

        ``vacuous``: it held, and only where it says nothing.
        """
        if self.counterexample is not None:
            return "failed"
        if self.held:
            return "held"
        if self.reason:
            return "not finite"
        return "undecided" if self.undecided else "vacuous"

    @property
    def method(self) -> str:
        """``exact``, ``certified`` (balls were needed) or ``not finite``."""
        if self.verdict == "not finite":
            return "not finite"
        return "certified" if self.certified or self.undecided else "exact"


@dataclass(frozen=True)
class DerivationReport:
    """How the steps of one derivation were checked."""

    name: str
    seed: int
    examples: int
    steps: tuple[StepReport, ...] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Whether each step that has finite models held, in one at least that is not vacuous."""
        return bool(self.steps) and all(
            step.verdict in ("held", "not finite") for step in self.steps
        )

    def counts(self) -> dict[str, int]:
        """How many steps came out in each way: the method of those that held, else the verdict."""
        kinds = [step.method if step.verdict == "held" else step.verdict for step in self.steps]
        return dict(sorted(Counter(kinds).items()))
