"""The sizes at which claims are unrolled.

Few, small, and different from each other in every pair of widths.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Symbol

from xavier_theory.finite_models.model import Shape
from xavier_theory.symbolic.terms import domain_of


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
