"""Sums that are not Gaussian, and gradients that lean to a side, against double integrals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from tests.audit.arrays import op
from xavier_theory.audit import laws, rules
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.states import State, of_values, quadrature

# a jump between two nodes: at most half of a node's mass, 0.05·0.4/2, of the 0.65 that passes
JUMP = 0.01 / 0.65
AXES = ((("b", 2),), (("p", 3),), (("f", 4),))


def gaussian(q: float, p: float = 0.0, source: int = 0) -> State:
    return State((2, 3, 4), AXES, q, 0.0, p, 0.0).as_gaussian(source)


def rectified(p: float = 0.0) -> State:
    found = rules.predicted(op("relu", (2, 3, 4)), [gaussian(1.0, p)])
    assert found is not None
    return found


def behind_a_shortcut(p: float = 0.3) -> tuple[State, State, State]:
    x, y = rectified(p), gaussian(0.5, 0.1, source=1)
    total = rules.predicted(replace(op("add", (2, 3, 4)), index=7), [x, y])
    assert total is not None
    return x, y, total


def twice(function: Callable[[Any, Any], Any]) -> float:
    """E f(relu(Z), √½ Y), both N(0, 1), by midpoints."""
    z = (np.arange(4000) + 0.5) / 4000 * 16 - 8
    mass = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * 16 / 4000
    values = function(np.maximum(z, 0)[:, None], np.sqrt(0.5) * z[None, :])
    return float(mass @ values @ mass)


def test_a_sum_has_its_own_law_behind_a_relu() -> None:
    x, y, total = behind_a_shortcut()
    assert total.source == 7 and total.values is not None
    assert total.q == pytest.approx(x.q + y.q)
    _, mass, _ = quadrature()
    assert float(total.values**2 @ mass) == pytest.approx(total.q, rel=1e-3)
    # the source's correlation gives back E[X X'] of other positions
    assert of_values(total, total.values).p == pytest.approx(total.p, rel=1e-3)
    found = rules.predicted(op("relu", (2, 3, 4)), [total])
    true = twice(lambda a, b: np.maximum(a + b, 0) ** 2)
    plain = rules.predicted(op("relu", (2, 3, 4)), [total.plain().as_gaussian(7)])
    assert found is not None and plain is not None
    assert found.q == pytest.approx(true, rel=2e-3)
    assert abs(plain.q / true - 1) > 0.02  # which the Gaussian of these moments misses


def test_a_gradient_behind_a_shortcut_passes_where_the_signal_is_positive() -> None:
    x, y, total = behind_a_shortcut()
    g = gaussian(1.0).plain()
    through = sent_back(op("relu", (2, 3, 4)), [total], g, 0)
    assert through is not None
    assert through.q == pytest.approx(twice(lambda a, b: a + b > 0), rel=JUMP)
    added = replace(op("add", (2, 3, 4)), state=total)
    beside = sent_back(added, [x, y], through, 0)
    assert beside is not None and beside.lean is not None
    before = sent_back(op("relu", (2, 3, 4)), [gaussian(1.0)], beside, 0)
    assert before is not None
    assert before.q == pytest.approx(twice(lambda a, b: (a > 0) & (a + b > 0)), rel=JUMP)


def test_two_gaussians_sum_to_one_and_need_no_law() -> None:
    total = rules.predicted(op("add", (2, 3, 4)), [gaussian(1.0), gaussian(2.0, source=1)])
    assert total is not None and total.values is None


@pytest.mark.parametrize("count", [2, 9])
def test_a_maximum_takes_the_gradient_where_the_signal_is_large(count: int) -> None:
    nodes, mass, _ = quadrature()
    lean = laws.lean_of_largest(gaussian(1.0), count)
    assert lean == pytest.approx(count * ndtr(nodes) ** (count - 1), abs=1e-9)
    alike = laws.lean_of_largest(gaussian(1.0, p=0.5), count)
    assert alike is not None
    assert float(alike @ mass) == pytest.approx(1)
    # P(the first of n is the largest, and above 0), by symmetry of the rest: independent case
    above, _ = laws.times(lean, (nodes > 0).astype(float))
    assert above == pytest.approx(1 - 0.5**count, rel=1e-6)


def test_leans_mix_by_their_share_and_turn_with_the_sign() -> None:
    nodes, _, _ = quadrature()
    first = replace(gaussian(3.0).plain(), lean=np.asarray(2.0 * (nodes > 0), dtype=np.float64))
    mixed = laws.mixed(first, gaussian(1.0).plain())
    assert mixed is not None and mixed[-1] == pytest.approx(1.75)
    turned = sent_back(op("affine", (2, 3, 4), scale=-1.0), [gaussian(1.0)], first, 0)
    assert turned is not None and turned.lean is not None and turned.lean[-1] == 0


def test_a_norm_divides_by_what_the_weight_of_each_feature_made() -> None:
    """g/σ_c for features of different σ_c, and back through that weight Σ w_c² g_c²."""
    squares = np.array([1.0, 2.0, 0.5, 4.0])
    uneven = float(squares.mean() * (1 / squares).mean())
    x = replace(gaussian(float(squares.mean())).plain(), uneven=uneven)
    told = op("batch_norm", (2, 3, 4), training=True, eps=0.0, scale_q=1.0)
    back = sent_back(told, [x], gaussian(1.0).plain(), 0)
    assert back is not None and back.uneven == uneven
    # six entries: two of six parts fall out, and E[1/s] of five degrees of freedom is 5/3
    variance = x.q - x.q / 6
    inverse = float((1 / squares).mean()) * x.q / variance * 5 / 3
    assert back.q == pytest.approx((1 - 2 / 6) * inverse)


def test_a_norm_over_few_samples_against_many_draws() -> None:
    """Batches of 8 Gaussian numbers: 40,000 of them leave an error of 1 % (chi-square, 7)."""
    generator = np.random.default_rng(3)
    x, g = generator.standard_normal((2, 8, 40_000))
    centred = x - x.mean(0)
    s = np.mean(centred**2, axis=0)
    unit = centred / np.sqrt(s)
    true = (g - g.mean(0) - unit * np.mean(g * unit, axis=0)) / np.sqrt(s)
    axes = ((("b", 8),), (("f", 40_000),))
    state = State((8, 40_000), axes, 1.0, 0.0, 1.0, 0.0)
    told = op("batch_norm", (8, 40_000), training=True, eps=0.0, scale_q=1.0)
    back = sent_back(told, [state], state, 0)
    assert back is not None and back.q == pytest.approx(float(np.mean(true**2)), rel=0.03)


def test_a_square_is_averaged_over_positions_of_all_sizes() -> None:
    """E x⁴ = 3 r² at each position, and their products 1·r r' of independent ones."""
    ratios = np.array([6.0, 2.0, 1.0, 0.5, 0.5, 2.0])
    r = ratios / ratios.mean()
    axes = ((("b", 2),), (("p", 6),), (("f", 4),))
    x = State((2, 6, 4), axes, 1.0, 0.0, 0.0, 0.0, profile=(r,)).as_gaussian(0)
    told = replace(op("power", (2, 6, 4), exponent=2.0), axes=axes)
    found = rules.predicted(told, [x])
    assert found is not None and found.profile is not None
    assert found.q * found.profile[0] == pytest.approx(3 * r**2)
    assert (found.mean, found.p) == pytest.approx((1.0, 1.0))
