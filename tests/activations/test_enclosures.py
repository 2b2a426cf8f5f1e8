"""Enclosures: outward rounding in every form in which they are read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.activations.enclosures import Enclosure
from xavier_theory.errors import InvalidInputError


@given(st.fractions(max_denominator=10**30), st.fractions(0, 1, max_denominator=10**30))
def test_every_reading_is_rounded_outward(lower, width):
    box = Enclosure(lower, lower + width)
    assert Fraction(box.lower_float) <= box.lower <= box.upper <= Fraction(box.upper_float)
    left, right = (Fraction(text) for text in box.decimals(7))
    assert left <= box.lower <= box.upper <= right
    assert right - left <= width + Fraction(2, 10**7)
    assert box.lower in box and box.midpoint in box and box.upper + 1 not in box
    with ctx.workprec(200):
        again = Enclosure.from_arb(box.to_arb())
    assert again.lower <= box.lower and box.upper <= again.upper


def test_decimals_of_negative_numbers_and_of_whole_numbers():
    assert Enclosure(Fraction(-1, 3), Fraction(1, 3)).decimals(3) == ("-0.334", "0.334")
    assert Enclosure(Fraction(5, 2), Fraction(5, 2)).decimals(0) == ("2", "3")


def test_floats_that_are_exact_are_not_moved():
    box = Enclosure(Fraction(1, 2), Fraction(3))
    assert (box.lower_float, box.upper_float, box.value) == (0.5, 3.0, 1.75)


def test_overlap_is_symmetric_and_counts_a_shared_end():
    left, right = Enclosure(Fraction(0), Fraction(1)), Enclosure(Fraction(1), Fraction(2))
    apart = Enclosure(Fraction(3), Fraction(4))
    assert left.overlaps(right) and right.overlaps(left)
    assert not left.overlaps(apart) and not apart.overlaps(left)


def test_reversed_ends_and_infinite_balls_are_refused():
    with pytest.raises(InvalidInputError, match="lower <= upper"):
        Enclosure(Fraction(1), Fraction(0))
    with pytest.raises(InvalidInputError, match="finite"):
        Enclosure.from_arb(arb("nan"))
