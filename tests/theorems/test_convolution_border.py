"""convolution-border, against taps that are counted one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xavier_theory.symbolic.predictions import PredictionError
from xavier_theory.theorems import derive, theorem_folder

NAME = "convolution-border"


def taps_of_a_row(padding: int, size: int) -> list[int]:
    """How many of the 2 padding + 1 taps are inside, at each position."""
    reach = range(-padding, padding + 1)
    return [sum(0 <= place + step < size for step in reach) for place in range(size)]


def lost(padding: int, size: int) -> Fraction:
    """The share of the full kernel's mean square that is lost."""
    whole = (2 * padding + 1) ** 2
    return 1 - Fraction(sum(taps_of_a_row(padding, size)) ** 2, size**2 * whole)


@pytest.mark.parametrize("padding", range(4))
@pytest.mark.parametrize("inner", [1, 2, 5])
def test_the_mean_over_a_map_is_what_is_counted(padding: int, inner: int) -> None:
    size = padding + inner
    counted = sum(taps_of_a_row(padding, size))
    rows = derive(NAME).predict("row", padding=padding, size_minus_padding=inner)
    assert rows == counted
    found = derive(NAME).predict(padding=padding, size_minus_padding=inner)
    assert found == pytest.approx(counted**2 / size**2, rel=1e-12)


def test_a_kernel_that_reaches_over_both_ends_is_not_covered() -> None:
    """H = p: the formula would still hold, H < p: it does not, and is not said."""
    assert sum(taps_of_a_row(3, 2)) == 4 != 7 * 2 - 3 * 4
    with pytest.raises(PredictionError, match="size_minus_padding must be > 0"):
        derive(NAME).predict("row", padding=3, size_minus_padding=-1)


def test_the_shares_that_the_text_says() -> None:
    numbers = theorem_folder(NAME).numbers
    for padding, size, said in ((1, 28, "has 4.7 %"), (1, 7, "map 18 %"), (3, 7, "has 43 %")):
        assert numbers[said]() == lost(padding, size)
