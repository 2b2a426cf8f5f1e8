"""Second moments spread over positions: against convolutions with all signs of a weight."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.audit.arrays import op
from xavier_theory.audit import borders, rules
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.records import WeightFacts
from xavier_theory.audit.states import State

SIZE, KERNEL = 6, 3
SIGNS = np.array(list(product((-1.0, 1.0), repeat=KERNEL)))


def state(squares: np.ndarray) -> State:
    """One channel whose mean square at each position is told."""
    mean = float(squares.mean())
    axes = ((("b", 2),), (("f", 2),), (("p", len(squares)),))
    return State((2, 2, len(squares)), axes, mean, 0.0, 0.0, 0.0, profile=(squares / mean,))


@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 1, 1), (2, 1, 1), (1, 2, 2)])
def test_a_convolution_of_any_profile_is_exact_forward_and_back(
    stride: int, padding: int, dilation: int
) -> None:
    x = np.array([1.0, 4, 0, 2, 2, 3])
    windows = ((SIZE, KERNEL, stride, padding, dilation),)
    matrices = np.array([matrix(w, stride, padding, dilation) for w in SIGNS])
    outputs = matrices.shape[1]
    even = borders.taps(windows[0])
    facts = WeightFacts(even.sum(1).mean(), KERNEL, KERNEL, 0, backward=even.sum(0).mean())
    told = replace(op("convolution", (2, 2, outputs), windows=windows), weight=facts)
    told.axes = ((("b", 2),), (("f", 2),), (("p", outputs),))
    # independent entries of variance x: averages over all signs of the weight are exact
    true = np.mean(matrices**2 @ x, axis=0)
    found = rules.predicted(told, [state(x)])
    assert found is not None and found.profile is not None
    assert found.q * found.profile[0] == pytest.approx(true)
    gradient = np.arange(1.0, outputs + 1)
    back = sent_back(told, [state(x)], state(gradient), 0)
    assert back is not None and back.profile is not None
    assert back.q * back.profile[0] == pytest.approx(even.T @ gradient)


def matrix(w: np.ndarray, stride: int, padding: int, dilation: int) -> np.ndarray:
    """The convolution by its definition, entry by entry."""
    outputs = (SIZE + 2 * padding - dilation * (KERNEL - 1) - 1) // stride + 1
    found = np.zeros((outputs, SIZE))
    for i in range(outputs):
        for t in range(KERNEL):
            j = i * stride - padding + t * dilation
            if 0 <= j < SIZE:
                found[i, j] += w[t]
    return found


def test_the_taps_inside_are_those_of_the_theorem() -> None:
    """convolution-border: k H − p(p + 1) of a row's taps, for k = 2p + 1."""
    for p, size in ((1, 4), (2, 3), (3, 7)):
        k = 2 * p + 1
        assert borders.taps((size, k, 1, p, 1)).sum() == k * size - p * (p + 1)


def test_a_bias_is_spread_evenly() -> None:
    x = state(np.array([1.0, 3.0]))
    facts = WeightFacts(1, 1, 1, 0, 1, bias_q=2.0)
    told = replace(op("linear", (2, 2, 2)), weight=facts, axes=x.axes)
    found = rules.predicted(told, [x])
    assert found is not None and found.profile is not None
    assert found.q * found.profile[0] == pytest.approx([3.0, 5.0])


def test_sums_have_the_profiles_of_their_parts_and_other_shapes_none() -> None:
    first, second = state(np.array([1.0, 3.0])), state(np.array([6.0, 2.0]))
    told = replace(op("add", first.shape), axes=first.axes)
    found = rules.predicted(told, [first, second])
    assert found is not None and found.profile is not None
    assert found.q * found.profile[0] == pytest.approx([7.0, 5.0])
    assert borders.kept(first.profile, ((("b", 2),), (("p", 4),))) is None
    assert borders.mixed([replace(first, profile=None)], [1.0]) is None


def test_a_profile_that_misses_every_tap_leaves_nothing() -> None:
    assert borders.passed((np.array([0.0, 2.0, 0.0]),), ((3, 1, 2, 0, 1),)) == (0.0, None)
