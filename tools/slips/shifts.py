"""A result read with other members of a family: units 2..n+1 in place of units 1..n.

Where the assumptions are about all units, what holds of W[j, k] holds of W[j + 1, k]. Whatever a
definition makes of a member is read at the next index, too: with z[i] = S[i] + b[i] all three are.
The kernel decides whether the assumptions give the instance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy.core.basic import Basic

from xavier_theory.symbolic.judgements import Context, Step
from xavier_theory.symbolic.terms import Entry, Family, entries, scalar

__all__ = ["shifts"]

Place = tuple[Family, int]
"""A family, and which of its indices."""


def shifts(step: Step) -> Iterator[dict[str, tuple[Any, ...]]]:
    """What to put for families, by name, so that one index of a random one is read one higher.

    One for each index of a random family that the sides of ``step`` show, each only once.
    """
    done: set[Place] = set()
    shown = {entry.family for side in (step.left, step.right) for entry in entries(side)}
    for family in sorted((f for f in shown if f.random), key=str):
        for place in range(family.arity):
            if (family, place) not in done:
                together = _linked(step.context, (family, place))
                done |= together
                yield _replacements(together)


def _linked(context: Context, start: Place) -> set[Place]:
    """The indices that definitions make the same as ``start``."""
    groups = [group for definition in context.definitions for group in _uses(definition)]
    found = {start}
    while True:
        more = found.union(*(group for group in groups if group & found))
        if more == found:
            return found
        found = more


def _uses(definition: Any) -> Iterator[set[Place]]:
    """For each variable of a definition, the indices that it stands at."""
    variables = [scalar(f"variable_{n}", domain) for n, domain in enumerate(definition.domains)]
    head, body = definition.equation(*variables)
    for variable in variables:
        yield {
            (entry.family, place)
            for side in (head, body)
            for entry in entries(side)
            for place, index in enumerate(entry.indices)
            if variable in index.free_symbols
        }


def _replacements(places: set[Place]) -> dict[str, tuple[Any, ...]]:
    found = {}
    for family in {family for family, _ in places}:
        indices: list[Basic] = [scalar(f"index_{n}", "width") for n in range(family.arity)]
        shifted = [index + int((family, n) in places) for n, index in enumerate(indices)]
        found[family.name] = (*indices, Entry(family, *shifted))
    return found
