"""What finite models are drawn of.

Assumptions, definitions, and how to satisfy assumptions of unusual form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Symbol
from sympy.core.basic import Basic

from xavier_theory.finite_models.errors import FiniteModelError
from xavier_theory.symbolic.assumptions import Assumption, at_most, equation
from xavier_theory.symbolic.judgements import Definition
from xavier_theory.symbolic.terms import domain_of

Solved = Mapping[str, tuple[Basic, str, Basic]]
"""For an assumption, by name.

A base quantity, ``=``, ``<=`` or ``>=``, and a value, such that the assumption holds

wherever that does. Its free indices are read as "for all".
"""


@dataclass(frozen=True)
class Theory:
    """What models are drawn of.

    Each solution is built in, and the assumption that it solves is verified.
    """

    assumptions: tuple[Assumption, ...]
    definitions: tuple[Definition, ...] = ()
    solved: Solved = field(default_factory=dict)

    @property
    def solutions(self) -> tuple[Assumption, ...]:
        """The solutions of those assumptions that have one."""
        names = [
            assumption.name for assumption in self.assumptions if assumption.kind != "minimises"
        ]
        return tuple(_solution(name, *self.solved[name]) for name in names if name in self.solved)


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
