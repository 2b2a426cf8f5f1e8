"""Gradients that lie at some positions or in some parts: against arrays, entry by entry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.audit.arrays import op, state_of
from xavier_theory.audit import rules
from xavier_theory.audit.gradients import sent_back
from xavier_theory.audit.states import State


def state(squares: np.ndarray, p: float = 0.0) -> State:
    """Positions of these mean squares."""
    mean = float(squares.mean())
    axes = ((("b", 2),), (("p", len(squares)),), (("f", 4),))
    return State((2, len(squares), 4), axes, mean, 0.0, p, 0.0, profile=(squares / mean,))


def test_what_is_selected_gets_all_of_the_gradient() -> None:
    g = np.random.default_rng(1).normal(size=(3, 2, 4)) + 0.5
    whole = np.zeros((3, 5, 4))
    whole[:, 1:3] = g
    x = state_of(np.ones((3, 5, 4)))
    back = sent_back(op("view", (3, 2, 4), start=1), [x], state_of(g), 0)
    assert back is not None and back.profile is not None
    true = state_of(whole)
    assert (back.q, back.mean, back.p) == pytest.approx((true.q, true.mean, true.p))
    assert back.profile[0] == pytest.approx([0, 2.5, 2.5, 0, 0])
    alone = sent_back(op("view", (3, 1, 4), start=4), [x], state_of(g[:, :1]), 0)
    assert alone is not None and alone.p == 0


def test_positions_one_after_the_other_keep_their_own() -> None:
    first, second = state(np.array([6.0])), state(np.array([1.0, 2.0, 3.0]))
    first = replace(first, axes=((("b", 2),), (), (("f", 4),)), profile=None)
    joined = rules.predicted(op("join", (2, 4, 4)), [first, second])
    assert joined is not None and joined.profile is not None
    assert joined.q * joined.profile[0] == pytest.approx([6, 1, 2, 3])
    g = state(np.array([8.0, 0.0, 0.0, 0.0]))
    told = op("join", (2, 4, 4))
    token, patches = (sent_back(told, [first, second], g, place) for place in (0, 1))
    assert token is not None and patches is not None
    assert (token.q, patches.q) == pytest.approx((8.0, 0.0))


def test_a_layer_norm_divides_the_gradient_of_each_position_by_its_own() -> None:
    signal, gradient = np.array([0.1, 1.0, 2.0, 0.9]), np.array([3.0, 1.0, 1.0, 1.0])
    told = op("layer_norm", (2, 4, 4), eps=0.0, scale_q=1.0, features=4, positions=1)
    back = sent_back(told, [state(signal)], state(gradient), 0)
    assert back is not None and back.profile is not None
    # two of four features are taken by the norm
    assert back.q * back.profile[0] == pytest.approx(gradient / signal / 2)


def test_parts_of_different_size_behind_one_batch_norm() -> None:
    """A part of variance v gets g²/v, not the average over parts."""

    def part(q: float) -> State:
        return State((8, 3), ((("b", 8),), (("f", 3),)), q, 0.0, 0.0, 0.0)

    parts = [part(0.5), part(4.0)]
    joined = rules.predicted(replace(op("join", (8, 6)), axes=((("b", 8),), (("f", 6),))), parts)
    assert joined is not None
    assert joined.uneven == pytest.approx(2.25 * (2 + 0.25) / 2)
    g = replace(joined, q=1.0, p=0.0, c=0.0, uneven=1.0)
    norm = op("batch_norm", (8, 6), training=True, eps=0.0, scale_q=1.0)
    back = sent_back(norm, [joined], g, 0)
    assert back is not None
    got = [sent_back(op("join", (8, 6)), parts, back, place) for place in (0, 1)]
    assert got[0] is not None and got[1] is not None
    assert got[0].q / got[1].q == pytest.approx(8.0)
    assert (got[0].q + got[1].q) / 2 == pytest.approx(back.q)
    plain = sent_back(op("join", (8, 6)), parts, g, 1)
    assert plain is not None and plain.q == pytest.approx(1.0)


def test_rows_of_a_causal_attention_give_most_to_early_keys() -> None:
    """With equal scores row i gives 1/(i + 1) to each of its keys: Σ_i≥j g_i²/(i + 1)²."""
    t = 4
    value = state_of(np.random.default_rng(2).normal(size=(3, t, 4)))
    flat = replace(value, q=0.0, mean=0.0, p=0.0, c=0.0)
    told = op("attention", (3, t, 4), keys=t, summed=4, scale=1.0, rows=(1, 2, 3, 4))
    g = replace(value, q=1.0, mean=0.0, p=0.0, c=0.0, profile=None)
    back = sent_back(told, [flat, flat, value], g, 2)
    assert back is not None and back.profile is not None
    a = np.tril(np.ones((t, t))) / np.arange(1, t + 1)[:, None]
    assert back.q * back.profile[0] == pytest.approx(np.sum(a**2, axis=0))
