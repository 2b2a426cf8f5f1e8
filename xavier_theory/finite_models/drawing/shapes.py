"""The sizes at which claims are unrolled.

Few, small, and different from each other in every pair of widths.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xavier_theory.finite_models.evaluation.model import Shape, domain_of
from xavier_theory.kernel.terms import Term
from xavier_theory.symbolic.assumptions import Assumption


def shapes(numbers: Iterable[Term], unit_indices: int = 2) -> list[Shape]:
    """Shapes for the whole numbers of a theory, nine in all.

    Widths run through 1, 2, 3 (depths through 0, 1, 2) so that every pair of values occurs for
    every two of up to three numbers. ``unit_indices``: how many different free unit indices a claim
    has.
    """
    ordered = sorted(numbers, key=lambda scalar: str(scalar[1]))
    found = []
    for row, (start, stride) in enumerate(_ROWS):
        values = []
        for place, scalar in enumerate(ordered):
            value = (start + stride * place) % 3
            values.append((scalar, value + (domain_of(scalar) == "width")))
        widths = tuple((start + stride * place) % 3 + 1 for place in range(3))
        units = 3 if unit_indices > 2 and row % 3 == 2 else 2
        found.append(Shape(tuple(values), widths, units, layers=2 if row % 4 == 3 else 1))
    return found


_ROWS = ((1, 0), (0, 1), (1, 1), (0, 0), (1, 2), (2, 0), (0, 2), (2, 1), (2, 2))


def fitted(found: Iterable[Shape], assumptions: Iterable[Assumption]) -> list[Shape]:
    """The shapes with all layers as wide as an assumption says, if one does; none twice.

    Without this only those shapes would be left in which all numbers are equal by chance.
    """
    common = [width for width in map(_common_width, assumptions) if width is not None]
    return list(dict.fromkeys(_with_widths(shape, common) for shape in found))


def _common_width(assumption: Assumption) -> Term | None:
    """The scalar that an equation makes the width of every layer."""
    if assumption.kind != "equation" or len(assumption.domains) != 1:
        return None
    layer, width = assumption.in_kernel.groups[0]
    is_width = layer[0] == "member" and layer[3] == "width"
    return width if is_width and width[0] == "scalar" else None


def _with_widths(shape: Shape, common: list[Term]) -> Shape:
    numbers = dict(shape.numbers)
    wide = {numbers[scalar] for scalar in common if scalar in numbers}
    return replace(shape, widths=tuple(wide) * len(shape.widths)) if len(wide) == 1 else shape
