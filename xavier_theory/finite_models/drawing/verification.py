"""What must still be checked of a drawn model: assumptions that its construction does not force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xavier_theory.finite_models.arithmetic import ZERO, all_of, at_most, equal, is_exact
from xavier_theory.finite_models.drawing.requirements import Requirements
from xavier_theory.finite_models.errors import CannotBuildModelError, UnluckyDrawError
from xavier_theory.finite_models.evaluation.model import Model
from xavier_theory.finite_models.evaluation.program import UNDEFINED, Program

NO_MOMENT = "its left side is no single member, mean or variance"
CONTRADICTED = (
    "what else is assumed of its members contradicts it, or is not built together with it"
)


class Verification:
    """The relations and symmetries that ``requirements`` leave to be checked."""

    def __init__(self, requirements: Requirements) -> None:
        self._relations = [
            *((*relation, NO_MOMENT) for relation in requirements.verified),
            *((*relation, CONTRADICTED) for relation in requirements.built),
        ]
        self._mirrored = requirements.mirrored

    @property
    def roots(self) -> list[int]:
        """The nodes whose values the check looks at."""
        sides = [place for _, _, *pair, _ in self._relations for place in pair]
        return [*sides, *(place for _, place in self._mirrored)]

    def check(self, program: Program, model: Model, values: Sequence[Any]) -> None:
        """Raise unless ``model`` satisfies all of it.

        ``CannotBuildModelError`` names the assumption. A bound that only another draw keeps is bad
        luck, as is a strict inequality.
        """
        for assumption, relation, left, right, why in self._relations:
            if values[left] is UNDEFINED or values[right] is UNDEFINED:
                raise UnluckyDrawError(f"{assumption} speaks of an undefined term")
            if not _holds(program, relation, values, left, right):
                if relation == "<" or (relation == "<=" and why == CONTRADICTED):
                    raise UnluckyDrawError(f"{assumption} fails in this draw")
                raise CannotBuildModelError(assumption, why)
        for assumption, place in self._mirrored:
            if not _is_symmetric(program, model, values, place):
                raise CannotBuildModelError(assumption, "the law is not symmetric by construction")


def _holds(program: Program, relation: str, values: Sequence[Any], left: int, right: int) -> bool:
    blocks = tuple(sorted({*program.blocks[left], *program.blocks[right]}))
    pair = [
        program.spread(place, blocks)(values[place]) if blocks else (values[place],)
        for place in (left, right)
    ]
    if relation == "<":
        return all(x < y for x, y in zip(*pair, strict=True))
    test = equal if relation == "=" else at_most
    return all_of([test(x, y) for x, y in zip(*pair, strict=True)]) is True


def _is_symmetric(program: Program, model: Model, values: Sequence[Any], place: int) -> bool:
    """Whether the law of a node's value is that of its negative."""
    blocks = program.blocks[place]
    if not blocks:
        return bool(values[place] == 0)
    law: dict[Any, Any] = {}
    for probability, value in zip(model.probabilities(blocks), values[place], strict=True):
        if not is_exact(value):
            return False
        law[value] = law.get(value, ZERO) + probability
    return all(law.get(-value, ZERO) == probability for value, probability in law.items())
