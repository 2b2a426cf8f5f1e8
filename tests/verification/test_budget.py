"""Error rates and streams: shares that add up, streams that depend on the name alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.theorems import theorems
from xavier_theory.verification.budget import TOTAL, check_rates, part_share, seed_sequence


def test_the_shares_of_all_parts_stay_within_the_total() -> None:
    assert (len(theorems()) + 1) * Fraction(part_share()) <= Fraction(TOTAL)


@pytest.mark.parametrize("checks", [1, 7, 30])
def test_the_rates_of_a_part_stay_within_its_share(checks: int) -> None:
    rates = check_rates(0.01, checks)
    assert rates.alpha == rates.beta
    assert checks * Fraction(rates.alpha) <= Fraction(part_share())
    assert (rates.delta, checks * rates.alpha) == (0.01, pytest.approx(part_share()))


def test_streams_depend_on_the_seed_and_every_name() -> None:
    keys = [(0, "a", "b"), (1, "a", "b"), (0, "a", "c"), (0, "c", "b"), (0, "ab"), (0, "a")]
    states = {tuple(seed_sequence(*key).generate_state(4)) for key in keys}
    assert len(states) == len(keys)
    again = seed_sequence(0, "a", "b").generate_state(4)
    assert tuple(again) == tuple(seed_sequence(0, "a", "b").generate_state(4))


def test_streams_are_children_of_the_seeds_own() -> None:
    child = seed_sequence(7, "name")
    assert child.entropy == 7
    assert len(child.spawn_key) == 4
    assert not np.array_equal(child.generate_state(4), np.random.SeedSequence(7).generate_state(4))
