"""The sizes at which claims are unrolled.

Few, small, and different from each other in every pair of widths.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Symbol

from xavier_theory.finite_models.model import Shape
from xavier_theory.symbolic.assumptions import Assumption
from xavier_theory.symbolic.terms import Entry, domain_of


def shapes(numbers: Iterable[Symbol], unit_indices: int = 2) -> list[Shape]:
    """Shapes for the whole numbers of a theory, nine in all.

    Widths run through 1, 2, 3 (depths through 0, 1, 2) so that every pair of values occurs for
    every two of up to three numbers. ``unit_indices``: how many different free unit indices a claim
    has.
    """
    ordered = sorted(numbers, key=str)
    found = []
    for row, (start, stride) in enumerate(_ROWS):
        values = []
        for place, symbol in enumerate(ordered):
            value = (start + stride * place) % 3
            values.append((symbol, value + (domain_of(symbol) == "width")))
        widths = tuple((start + stride * place) % 3 + 1 for place in range(3))
        units = 3 if unit_indices > 2 and row % 3 == 2 else 2
        found.append(Shape(tuple(values), widths, units, layers=2 if row % 4 == 3 else 1))
    return found


_ROWS = ((1, 0), (0, 1), (1, 1), (0, 0), (1, 2), (2, 0), (0, 2), (2, 1), (2, 2))


def fitted(found: Iterable[Shape], assumptions: Iterable[Assumption]) -> list[Shape]:
    """The shapes with all layers as wide as an assumption says, if one does; none twice.

    Without this only those shapes would be left in which all numbers are equal by chance.
    """
    common = [_common_width(assumption) for assumption in assumptions]
    fit = [_with_widths(shape, [s for s in common if s is not None]) for shape in found]
    return list(dict.fromkeys(fit))


def _common_width(assumption: Assumption) -> Symbol | None:
    """The scalar that an equation makes the width of every layer."""
    if assumption.kind != "equation" or len(assumption.domains) != 1:
        return None
    layer, width = assumption.parts
    is_width = isinstance(layer, Entry) and layer.family.domain == "width"
    return width if is_width and isinstance(width, Symbol) else None


def _with_widths(shape: Shape, common: list[Symbol]) -> Shape:
    numbers = dict(shape.numbers)
    wide = {numbers[symbol] for symbol in common if symbol in numbers}
    return replace(shape, widths=tuple(wide) * len(shape.widths)) if len(wide) == 1 else shape
