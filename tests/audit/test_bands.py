"""Bands by redraws hold at their level, and name the first op outside."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.audit.arrays import op
from xavier_theory.audit.bands import LEAST_REDRAWS, bands_of, outside
from xavier_theory.audit.records import Op, Recording
from xavier_theory.audit.states import State


def test_a_further_draw_is_outside_as_often_as_stated() -> None:
    """One op, level 0.1: of 1,000 draws 100 ± 50 are outside but with probability 3e-7."""
    generator = np.random.default_rng(np.random.SeedSequence(4))
    missed = 0
    for _ in range(1000):
        values = generator.normal(1.3, 0.7, LEAST_REDRAWS + 1)
        low, high = bands_of([{0: float(x)} for x in values[1:]], 0.1)[0]
        missed += not low <= math.exp(values[0]) <= high
    assert 50 <= missed <= 150


def test_the_level_is_shared_and_what_never_varies_has_no_band() -> None:
    generator = np.random.default_rng(5)
    draws = [
        {i: float(x) for i, x in enumerate(generator.normal(size=9))} | {9: 2.0} for _ in range(8)
    ]
    together = bands_of(draws, 0.1)
    alone = bands_of([{0: one[0]} for one in draws], 0.1 / 9)
    assert set(together) == set(range(9)) and together[0] == pytest.approx(alone[0])
    assert bands_of(draws[:7], 0.1) == {}


def measured(index: int, q: float) -> Op:
    state = State((2,), ((("b", 2),),), q, 0, 0, 0)
    return replace(op("linear"), index=index, module=f"layer{index}", state=state)


def test_the_first_op_outside_is_named_alone() -> None:
    recording = Recording([measured(0, 1.0), measured(1, 9.0), measured(2, 9.0)], (2,), frozenset())
    bands = {0: (0.5, 2.0), 1: (0.5, 3.0), 2: (0.5, 2.0)}
    (one,) = outside(recording, bands, 24, 1e-3)
    assert (one.where, one.size) == ("layer1", 3.0)
    assert list(outside(recording, {0: (0.5, 2.0)}, 24, 1e-3)) == []
