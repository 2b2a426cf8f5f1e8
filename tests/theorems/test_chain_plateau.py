"""chain-plateau, against descents in certified balls over a grid of chains."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from xavier_theory.theorems import derive
from xavier_theory.theorems.chain_plateau.experiment import common_weight

NAME = "chain-plateau"


@given(
    st.integers(3, 12),
    st.fractions(Fraction(1, 8), Fraction(3, 4), max_denominator=8),
    st.fractions(Fraction(1, 100), Fraction(4), max_denominator=100),
)
def test_progress_is_bounded_until_the_minimum_is_passed(
    layers: int, start: Fraction, rate: Fraction
) -> None:
    weights = common_weight(start, layers, Fraction(1), rate, 12)
    with ctx.workprec(400):
        for step, c in enumerate(weights):
            if not c < 1:
                break
            progress = float(1 / weights[0] ** (layers - 2) - 1 / c ** (layers - 2))
            bound = derive(NAME).predict(
                layers_beyond_two=layers - 2, step_size=float(rate), target=1, steps=step
            )
            assert progress <= bound * (1 + 1e-12)


def steps_until(share: float, start: float, layers: int, rate: float) -> int:
    """How many steps gradient descent takes until the cost is at most ``share`` of its start."""
    c, step = start, 0
    first = (1 - start**layers) ** 2
    while (1 - c**layers) ** 2 > share * first:
        c -= rate * (c**layers - 1) * c ** (layers - 1)
        step += 1
    return step


def least_steps(start: float, rate: float) -> float:
    """The theorem's bound on the steps until the cost of ten layers has halved."""
    reach = (1 - math.sqrt(0.5)) ** 0.1
    each = derive(NAME).predict("one_step", layers_beyond_two=8, step_size=rate, target=1)
    return float((start**-8 - reach**-8) / each)


@pytest.mark.parametrize("rate", [0.15, 0.02])
def test_the_plateau_of_the_article(rate: float) -> None:
    """L = 10, c = 0.5: the bound on the steps until the cost has halved, and the steps."""
    bound = least_steps(0.5, rate)
    taken = steps_until(0.5, 0.5, 10, rate)
    assert bound <= taken <= 1.2 * bound + 2
    assert 31.6 / rate < bound < 31.7 / rate


def test_the_cost_does_not_stop() -> None:
    """C10 corrected: after the plateau descent reaches the minimum."""
    assert steps_until(1e-12, 0.5, 10, 0.1) < 1000
    assert steps_until(0.5, 0.5, 10, 0.1) < 1.2 * least_steps(0.5, 0.1) + 2
    assert steps_until(0.5, 0.25, 10, 0.1) > least_steps(0.25, 0.1) > 200 * least_steps(0.5, 0.1)
