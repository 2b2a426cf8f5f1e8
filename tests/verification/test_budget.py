"""Error rates and streams: rates that add up, streams that depend on the name alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.verification.budget import RATE, TOTAL, check_rates, seed_sequence, spent
from xavier_theory.verification.reports import Check


def test_a_thousand_checks_stay_within_the_total() -> None:
    assert 1000 * Fraction(RATE) <= Fraction(TOTAL)


@pytest.mark.parametrize("delta", [0.01, 0.4])
def test_every_check_has_the_same_rates(delta: float) -> None:
    rates = check_rates(delta)
    assert (rates.delta, rates.alpha, rates.beta) == (delta, RATE, RATE)


def test_only_statistical_checks_spend() -> None:
    exact = Check("finite-model", "steps", "consistent")
    sampled = Check("monte-carlo", "a layer", "consistent", detail={"alpha": RATE, "beta": RATE})
    assert spent([exact]) == 0
    assert spent([exact, sampled, sampled]) == 2 * RATE


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
