"""What finite models are drawn of.

Assumptions, definitions, and how to satisfy assumptions of unusual form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.kernel.terms import Term
from xavier_theory.symbolic.assumptions import Assumption, at_most, equation
from xavier_theory.symbolic.judgements import Definition
from xavier_theory.symbolic.terms import domain_of

Solution = tuple[Basic, str, Any]
"""A base quantity, ``=``, ``<=`` or ``>=``, and a value; free indices are read as "for all"."""

Solved = Mapping[str, Solution | Sequence[Solution]]
"""For an assumption, by name: what makes it hold, one statement or several together."""


@dataclass(frozen=True)
class Theory:
    """What models are drawn of.

    Each solution is built in, and the assumption that it solves is verified.
    """

    assumptions: tuple[Assumption, ...]
    definitions: tuple[Definition, ...] = ()
    solved: Solved = field(default_factory=dict)

    @property
    def terms(self) -> list[Term]:
        """All terms of its assumptions and definitions, as the kernel's."""
        said = [t for a in self.assumptions for group in a.in_kernel.groups for t in group]
        return said + [side for d in self.definitions for side in d.in_kernel[1:]]

    @property
    def solutions(self) -> tuple[Assumption, ...]:
        """The solutions of those assumptions that have one."""
        return tuple(
            _solution(assumption.name, *statement)
            for assumption in self.assumptions
            if assumption.kind != "minimises"
            for statement in statements(self.solved.get(assumption.name, ()))
        )


def statements(solution: Solution | Sequence[Solution]) -> Iterator[Solution]:
    """One or several statements, one by one."""
    several = all(isinstance(part, tuple) for part in solution)
    yield from solution if several else [solution]  # type: ignore[misc]  # told apart above


def _solution(name: str, quantity: Basic, relation: str, value: Any) -> Assumption:
    """The plain statement about ``quantity`` that stands for the assumption called ``name``."""
    title = f"solution of {name}"
    indices: list[Symbol] = []
    if not isinstance(quantity, Symbol):
        indices = sorted(
            (s for s in quantity.free_symbols if domain_of(s) in ("width", "natural")), key=str
        )
    if relation == "=":
        return equation(title, quantity, value, *indices)
    if relation not in ("<=", ">="):
        raise FiniteModelError(f"{relation!r} is no relation of a solution; it is one of =, <=, >=")
    sides = (quantity, value) if relation == "<=" else (value, quantity)
    return at_most(title, *sides, *indices)
