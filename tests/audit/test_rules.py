"""Each rule against what it says: identities on arrays, all signs of a weight, closed forms."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.audit.arrays import op, state_of
from xavier_theory.activations import dual_kernel, gaussian_moments
from xavier_theory.audit import attention, rules
from xavier_theory.audit.gradients import BACK, sent_back
from xavier_theory.audit.records import WeightFacts
from xavier_theory.audit.states import State, quadrature
from xavier_theory.theorems import theorems

EXACT = 1e-12


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(1).normal(0.4, 1, (3, 4, 5)) @ np.triu(np.ones((5, 5)))


def gaussian(q: float, mean: float, p: float, c: float) -> State:
    return State((2, 3, 4), ((("b", 2),), (("p", 3),), (("f", 4),)), q, mean, p, c).as_gaussian(0)


def said(kind: str, *states: State, shape: tuple[int, ...] = (3, 4, 5), **told: object) -> State:
    found = rules.predicted(op(kind, shape, **told), states)
    assert found is not None
    return found


def agree(found: State, true: State, *names: str) -> None:
    for name in names or ("q", "mean", "p", "c"):
        assert getattr(found, name) == pytest.approx(getattr(true, name), rel=EXACT, abs=EXACT)


def test_every_rule_names_a_theorem_of_this_package_or_says_that_there_is_none() -> None:
    named = {rule.theorem for rule in rules.RULES.values()}
    assert None in named and named - {None} <= set(theorems())


def test_every_backward_rule_has_a_forward_one() -> None:
    assert BACK.keys() <= rules.RULES.keys()


def test_a_linear_map_over_all_signs_of_its_weight(x: np.ndarray) -> None:
    signs = np.array(list(product((-1.0, 1.0), repeat=5))) * 0.7
    told = replace(op("linear", (3, 4, 32)), weight=WeightFacts(5 * 0.49, 5 * 0.49, 5 * 0.49, 0, 0))
    found = rules.predicted(told, [state_of(x)])
    assert found is not None
    agree(found, state_of(x @ signs.T))


def test_a_weight_whose_rows_have_a_sum_sees_the_mean() -> None:
    x = np.full((2, 2, 6), 3.0)
    rows = np.array([[1.0, 2, 3, 0, 0, 1], [0.5, 0.5, -1, 0, 0, 0]])
    facts = WeightFacts(
        forward=float(np.mean(np.sum(rows**2, 1))), channel=float(np.mean(np.sum(rows**2, 1))),
        row=float(np.mean(np.sum(rows, 1) ** 2)), row_mean=float(np.mean(np.sum(rows, 1))),
        backward=0, bias_q=4.0, bias_mean=2.0,
    )  # fmt: skip
    found = rules.predicted(replace(op("linear", (2, 2, 2)), weight=facts), [state_of(x)])
    assert found is not None
    true = state_of(x @ rows.T + 2.0)
    agree(found, true, "q", "mean", "p", "c")


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "sigmoid", "silu"])
def test_elementwise_rules_meet_certified_moments_and_kernels(
    name: str, correlation: float
) -> None:
    found = said(name, gaussian(1, 0, correlation, 0.25), shape=(2, 3, 4))
    moments = gaussian_moments(name, 1)
    # 48 terms of the series and 384 nodes: relu's kink leaves 1e-5 of p, smooth functions less
    assert found.q == pytest.approx(float(moments.second_moment.midpoint), rel=1e-9)
    assert found.mean == pytest.approx(float(moments.mean.midpoint), abs=1e-9)
    for value, rho in ((found.p, correlation), (found.c, 0.25)):
        kernel = dual_kernel(name).at(rho)
        assert value == pytest.approx(float(kernel.midpoint), abs=2e-5 + float(kernel.width))


def test_a_function_that_has_no_value_there_has_no_rule() -> None:
    assert rules.predicted(op("log", (2, 3, 4)), [gaussian(1, 0, 0, 0)]) is None
    assert rules.predicted(op("no such kind"), [gaussian(1, 0, 0, 0)]) is None


def test_a_nearly_constant_state_is_no_pole() -> None:
    found = said("power", gaussian(4 + 1e-4, 2, 4, 4), shape=(2, 3, 4), exponent=-0.5)
    assert found.mean == pytest.approx(0.5**0.5, rel=1e-3)


def test_a_pole_that_a_law_reaches_has_no_rule() -> None:
    assert rules.predicted(op("power", (2, 3, 4), exponent=-1.0), [gaussian(1, 0, 0, 0)]) is None


def test_a_gate_times_its_source_is_the_gated_activation() -> None:
    z = gaussian(1.7, 0.3, 0.5, 0.2)
    gate = said("sigmoid", z, shape=(2, 3, 4))
    product_ = said("multiply", z, gate, shape=(2, 3, 4))
    agree(product_, said("silu", z, shape=(2, 3, 4)))


def test_independent_sums_and_products_over_a_product_space() -> None:
    # two positions, and features such that each pair of one meets each pair of the other
    first, second = np.array([[1.0, 2, 0, 3], [3, 0, 1, 2]]), np.array([[2.0, -1, 1], [1, 2, -1]])
    every = [(i, j) for i in range(4) for j in range(3)]
    left = first[None, :, [i for i, _ in every]]
    right = second[None, :, [j for _, j in every]]
    x, y = state_of(left), state_of(right)
    agree(said("add", x, y, shape=x.shape, alpha=-2.0), state_of(left - 2 * right))
    agree(said("multiply", x, y, shape=x.shape), state_of(left * right))
    agree(said("affine", x, shape=x.shape, scale=-2.0, shift=1.5), state_of(1.5 - 2 * left))


def test_an_operand_without_samples_or_positions_is_shared() -> None:
    x = np.random.default_rng(3).normal(size=(3, 4, 5))
    row = np.array([[[1.0, -1, 1, -1, 1]]])
    found = said("multiply", state_of(x), state_of(row))
    agree(found, state_of(x * row), "q", "p", "c")


def test_batch_norm_removes_what_the_batch_shares(x: np.ndarray) -> None:
    x = (x - x.mean((0, 1))) / x.std((0, 1)) * 2 + np.array([0, 1, -1, 3, 0.5])  # one variance each
    found = said(
        "batch_norm", state_of(x), training=True, eps=0, scale_q=1, shift_q=0, shift_mean=0
    )
    agree(found, state_of((x - x.mean((0, 1))) / x.std((0, 1))))


def test_batch_norm_of_equal_samples_says_nothing() -> None:
    told = op("batch_norm", (2, 1, 4), training=True, eps=1e-5, scale_q=1, shift_q=0, shift_mean=0)
    assert rules.predicted(told, [state_of(np.ones((2, 1, 4)))]) is None


def test_norms_over_features_leave_a_second_moment_of_one() -> None:
    state = gaussian(5, 1, 3, 2)
    told = {"eps": 0, "scale_q": 1, "shift_q": 0, "shift_mean": 0, "features": 4, "positions": 1}
    normed = said("layer_norm", state, shape=(2, 3, 4), **told)
    # the means of two positions have E[m m'] = 1² + (3 − 1²)/4
    assert normed.q == pytest.approx(1) and normed.p == pytest.approx((3 - 1.5) / 3)
    assert said("rms_norm", state, shape=(2, 3, 4), **told).p == pytest.approx(3 / 5)


def test_means_over_positions_and_samples_are_exact(x: np.ndarray) -> None:
    pooled = said("mean", state_of(x), shape=(3, 1, 5), gone=(("p", 4),))
    agree(pooled, state_of(x.mean(1, keepdims=True)))
    total = said("mean", state_of(x), shape=(1, 1, 5), gone=(("b", 3), ("p", 4)), times=12.0)
    agree(total, state_of(x.sum((0, 1), keepdims=True)), "q", "mean")


def test_the_larger_of_two_gaussians() -> None:
    """E max = 1/√π and E max² = 1 for two independent N(0, 1)."""
    found = said("max_pool", gaussian(1, 0, 0, 0), shape=(2, 3, 4), window=2)
    # interpolation between nodes 0.05 apart, and 64 nodes in the probability
    assert found.mean == pytest.approx(1 / math.sqrt(math.pi), rel=2e-3)
    assert found.q == pytest.approx(1, rel=5e-3)
    assert rules.predicted(op("max_pool", window=2), [State((2,), ((),), 1, 0, 0, 0)]) is None


def test_pooling_what_is_equal_changes_nothing() -> None:
    equal = gaussian(1, 0, 1, 0)
    for kind in ("max_pool", "average_pool"):
        assert said(kind, equal, shape=(2, 3, 4), window=9).q == pytest.approx(1, abs=5e-3)


def test_attention_to_equal_scores_is_a_mean() -> None:
    even = attention.concentration(16, 0.0)
    assert even[:2] == pytest.approx((1 / 16, 1 / 16))
    assert even.moved == pytest.approx(1 / 16 - 2 / 256 + 1 / 256)
    peaked = attention.concentration(16, 400.0)
    assert peaked.alone > 0.8 and peaked.paired < 0.3 and peaked.moved < 0.1
    value = gaussian(2, 0, 0.5, 0.1)
    flat = gaussian(0, 0, 0, 0)
    told = {"keys": 16, "summed": 8, "scale": 0.3}
    found = said("attention", flat, flat, value, shape=(2, 3, 4), **told)
    assert found.q == pytest.approx((2 + 15 * 0.5) / 16)
    mixed = said(
        "mixture", gaussian(1 / 256, 1 / 16, 1 / 256, 0), value, shape=(2, 3, 4), summed=16
    )
    assert mixed.q == pytest.approx(found.q)
    assert rules.predicted(op("mixture", summed=16), [gaussian(1, 0, 0, 0), value]) is None


def test_scores_multiply_second_moments() -> None:
    found = said("scores", gaussian(2, 0, 1, 0), gaussian(3, 0, 0.5, 0), shape=(2, 3, 4), summed=8)
    assert (found.q, found.p) == (48, 4)


def test_gradients_pass_the_transposed_weight_and_the_slope() -> None:
    x, g = gaussian(1, 0, 0.2, 0.1), gaussian(0.3, 0, 0.1, 0)
    told = replace(op("linear", (2, 3, 4)), weight=WeightFacts(2, 2, 2, 0, backward=3))
    back = sent_back(told, [x], g, 0)
    assert back is not None and back.q == pytest.approx(0.9)
    back = sent_back(op("relu", (2, 3, 4)), [x], g, 0)
    assert back is not None and back.q == pytest.approx(0.15, rel=1e-3)
    # E[relu'(Z)relu'(Z')] = 1/4 + arcsin(ρ)/2π; the series of a jump is slow: 48 terms, 1e-3
    assert back.p == pytest.approx(0.1 * (0.25 + math.asin(0.2) / (2 * math.pi)), rel=1e-3)
    assert sent_back(op("no such kind", (2, 3, 4)), [x], g, 0) is None


def test_the_quadrature_integrates_polynomials() -> None:
    nodes, mass, rows = quadrature()
    assert [float(nodes**k @ mass) for k in (0, 2, 4, 6)] == pytest.approx([1, 1, 3, 15])
    assert rows @ (rows / mass).T == pytest.approx(np.eye(48), abs=1e-6)


def test_a_layer_norm_of_independent_features_over_all_their_values() -> None:
    """Each feature is ±1 in both positions: all 16 cases of two features, and 4 that are equal."""
    cases = np.array(list(product((-1.0, 1.0), repeat=4))).reshape(16, 2, 2)  # case, position, f
    cases = np.concatenate([cases, np.repeat(cases[[0, 5, 10, 15], :1], 2, axis=1)])
    x = state_of(cases)
    assert x.p == pytest.approx(0.2)
    centred = cases - cases.mean(axis=2, keepdims=True)
    told = {"eps": 0, "scale_q": 1, "shift_q": 0, "shift_mean": 0, "features": 2, "positions": 1}
    found = said("layer_norm", x, shape=x.shape, **told)
    # before the division, whose square is 1/2 on average here
    assert found.p / 2 == pytest.approx(float(np.mean(centred[:, 0] * centred[:, 1])))
