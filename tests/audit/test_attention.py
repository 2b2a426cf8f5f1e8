"""Attention forward and back: exact where scores are equal, and against arrays where they are not.

The sampled arrays have 200 samples of 12 positions of 64 features: second moments have standard
errors of 1 % or less. 6 % are allowed, as the rules take |q|² for a constant, which varies by 2/64.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.audit.arrays import op
from xavier_theory.audit import attention, rules
from xavier_theory.audit import axes as ax
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.states import State

B, T, D = 200, 12, 64
NEAR = 0.06


def drawn(seed: int, shared: float = 0.0) -> np.ndarray:
    """Positions that share a part of each sample."""
    generator = np.random.default_rng(seed)
    alone = generator.standard_normal((B, T, D))
    return np.sqrt(1 - shared) * alone + np.sqrt(shared) * generator.standard_normal((B, 1, D))


def state_of(x: np.ndarray) -> State:
    """As ``arrays.state_of``, by sums: that one goes through all pairs."""
    b, p, _ = x.shape
    axes = tuple(ax.axis(label, size) for label, size in zip("bpf", x.shape, strict=True))
    q, sums = float(np.mean(x**2)), x.sum(axis=1)
    within = (float(np.mean(sums**2)) / p - q) / (p - 1) if p > 1 else q
    total = float(np.mean(sums.sum(axis=0) ** 2)) / p**2
    return State(
        x.shape, axes, q, float(x.mean()), within,
        (total - b * float(np.mean(sums**2)) / p**2) / (b * (b - 1)),
    )  # fmt: skip


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("scale", [0.125, 0.2])
def test_attention_as_one_op_and_its_gradients(scale: float, causal: bool) -> None:
    query, key, value, g = drawn(1), drawn(2, 0.3), drawn(3, 0.2), drawn(4, 0.5)
    logits = scale * query @ key.transpose(0, 2, 1)
    if causal:
        logits = np.where(np.tril(np.ones((T, T))) > 0, logits, -np.inf)
    a = softmax(logits)
    told = op("attention", (B, T, D), keys=T, summed=D, scale=scale)
    if causal:
        told = replace(told, attributes={**told.attributes, "rows": tuple(range(1, T + 1))})
    states = [state_of(x) for x in (query, key, value)]
    found, true = rules.predicted(told, states), state_of(a @ value)
    assert found is not None
    assert found.q == pytest.approx(true.q, rel=NEAR)
    assert found.p == pytest.approx(true.p, rel=2 * NEAR)
    if causal:
        assert found.profile is not None
        by_row = np.mean((a @ value) ** 2, axis=(0, 2))
        assert found.q * found.profile[0] == pytest.approx(by_row, rel=0.1)
    slopes = g @ value.transpose(0, 2, 1)
    scores = a * (slopes - np.sum(a * slopes, axis=-1, keepdims=True))
    gradients = (scale * scores @ key, scale * scores.transpose(0, 2, 1) @ query,
                 a.transpose(0, 2, 1) @ g)  # fmt: skip
    for place, one in enumerate(gradients):
        back = sent_back(told, states, state_of(g), place)
        assert back is not None
        # causal: rows of few keys weigh more where g is shared, which averages over rows leave out
        assert back.q == pytest.approx(float(np.mean(one**2)), rel=0.2 if causal else NEAR), place


def test_equal_scores_give_each_value_the_mean_gradient_exactly() -> None:
    value, g = drawn(5, 0.2)[:5], drawn(6, 0.5)[:5]
    flat = replace(state_of(value), q=0.0, mean=0.0, p=0.0, c=0.0)
    told = op("attention", (5, T, D), keys=T, summed=D, scale=1.0)
    back = sent_back(told, [flat, flat, state_of(value)], state_of(g), 2)
    assert back is not None
    true = state_of(np.broadcast_to(g.mean(1, keepdims=True), g.shape))
    assert (back.q, back.mean, back.p) == pytest.approx((true.q, true.mean, true.p))


def test_written_out_it_is_the_same() -> None:
    query, key, value, g = drawn(1), drawn(2), drawn(3), drawn(4)
    logits = query @ key.transpose(0, 2, 1) / 8
    a = softmax(logits)
    slopes = g @ value.transpose(0, 2, 1)
    true = a * (slopes - np.sum(a * slopes, axis=-1, keepdims=True))
    weights, scores = state_of(a), state_of(logits)
    mixture = op("mixture", (B, T, D), summed=T)
    by_weights = sent_back(mixture, [weights, state_of(value)], state_of(g), 0)
    by_value = sent_back(mixture, [weights, state_of(value)], state_of(g), 1)
    assert by_weights is not None and by_value is not None
    assert by_weights.q == pytest.approx(float(np.mean(slopes**2)), rel=NEAR)
    assert by_value.q == pytest.approx(float(np.mean((a.transpose(0, 2, 1) @ g) ** 2)), rel=NEAR)
    by_scores = sent_back(op("softmax", (B, T, T), keys=T), [scores], by_weights, 0)
    assert by_scores is not None
    assert by_scores.q == pytest.approx(float(np.mean(true**2)), rel=2 * NEAR)
    product = op("scores", (B, T, T), summed=D)
    states = [state_of(query), state_of(key)]
    for place, one in enumerate((true @ key, true.transpose(0, 2, 1) @ query)):
        back = sent_back(product, states, replace(by_scores, shape=(B, T, T)), place)
        assert back is not None
        assert back.q == pytest.approx(float(np.mean(one**2)), rel=2 * NEAR)


def test_rows_of_no_key_and_rows_that_do_not_sum_to_one() -> None:
    assert attention.mixing(op("attention", rows=(0, 0)), 4, 1.0) == attention.Mixing(0, 0, 0)
    x = state_of(drawn(1)[:3])
    for place in (0, 1):
        assert sent_back(op("mixture", summed=T), [x, x], x, place) is None
    assert sent_back(op("softmax", keys=1), [x], x, 0) is None


def test_what_is_repeated_gets_the_sum() -> None:
    x = np.random.default_rng(7).standard_normal((3, 1, 4))
    g = np.random.default_rng(8).standard_normal((3, 5, 4))
    back = sent_back(op("view", (3, 5, 4)), [state_of(x)], state_of(g), 0)
    assert back is not None
    assert back.q == pytest.approx(float(np.mean(g.sum(1) ** 2)))
