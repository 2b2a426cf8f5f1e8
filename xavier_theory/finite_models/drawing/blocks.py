"""Which members may depend on each other: as many as the assumed independence leaves free."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from xavier_theory.finite_models.errors import CannotBuildModelError


@dataclass(frozen=True)
class Separation:
    """An instance of an assumed independence: two sets of base members, as bit masks."""

    name: str
    left: int
    right: int

    def allows(self, block: int) -> bool:
        """Whether a block of dependent members does not meet both sides."""
        return not (block & self.left and block & self.right)


def dependent_blocks(count: int, separations: Sequence[Separation], variant: int) -> list[int]:
    """Blocks of ``count`` members, as bit masks, that no separation cuts.

    Merged greedily until none can grow.

    Mutually independent blocks satisfy every separation. Which of the largest blocks come out
    depends on ``variant``. Raises ``CannotBuildModelError`` if one member is on both sides of a
    separation.
    """
    for separation in separations:
        if separation.left & separation.right:
            raise CannotBuildModelError(
                separation.name, "both sides depend on the same base members"
            )
    order = list(range(count))
    if variant:
        random.Random(variant).shuffle(order)
    blocks: list[int] = []
    for position in order:
        member = 1 << position
        for place, block in enumerate(blocks):
            if all(separation.allows(block | member) for separation in separations):
                blocks[place] = block | member
                break
        else:
            blocks.append(member)
    return _merged(blocks, separations)


def _merged(blocks: list[int], separations: Sequence[Separation]) -> list[int]:
    """No two of the result can be merged."""
    result: list[int] = []
    for block in blocks:
        for place, other in enumerate(result):
            if all(separation.allows(block | other) for separation in separations):
                result[place] = block | other
                break
        else:
            result.append(block)
    return result
