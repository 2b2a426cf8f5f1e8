"""Equal units: bit for bit with ordered sums, to the last bit and beyond with BLAS."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.errors import UnknownNameError
from xavier_theory.training import Trainer, TrainingPlan, load_dataset
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.ties import unit_weights

DIGITS = load_dataset("digits", 40)
MOONS = load_dataset("moons", 30)


def spread(weights: np.ndarray) -> np.ndarray:
    """The largest difference between units, relative to the largest weight, step by step."""
    apart = np.abs(weights - weights[:, :, :1]).max(axis=(1, 2, 3))
    return apart / np.abs(weights).max(axis=(1, 2, 3))


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("kind", ["cross-entropy", "squared"])
def test_with_sums_in_a_fixed_order_equal_units_stay_equal_bit_for_bit(
    optimizer: str, activation: str, kind: str
) -> None:
    for start in ("constant", "constant=0.3"):
        plan = TrainingPlan(
            (5, 3), activation, (start,), optimizer=optimizer, cost=kind, learning_rate=0.02
        )
        weights = unit_weights(DIGITS, plan, 12, "ordered")
        assert np.all(spread(weights) == 0.0)
        assert not np.array_equal(weights[0], weights[-1])  # they do learn


def test_blas_breaks_ties_and_the_difference_grows() -> None:
    """From the last bit to a thousand times as much, where equal units are an unstable saddle."""
    plan = TrainingPlan((6,), "relu", ("constant",), learning_rate=0.5)
    digits = load_dataset("digits", 120)
    ordered = spread(unit_weights(digits, plan, 60, "ordered"))
    assert np.all(ordered == 0.0)
    shaken = TrainingPlan((6,), "relu", ("constant",), learning_rate=0.5)
    apart = spread(unit_weights(digits, shaken, 120))
    # Which shapes tie is BLAS's own affair; what is tied stays equal, what is not grows apart.
    assert apart[0] == 0.0
    assert np.all(apart == 0.0) or apart[120] > 1000 * apart[apart > 0][0]


def test_random_units_do_not_stay_equal() -> None:
    plan = TrainingPlan((5,), "relu", ("xavier",))
    assert np.all(spread(unit_weights(DIGITS, plan, 3, "ordered")) > 0.1)


def test_ordered_sums_are_the_same_training_up_to_rounding() -> None:
    plan = TrainingPlan((6, 4), "tanh", ("xavier", "he"), seeds=2, learning_rate=0.2)
    trainer = Trainer(MOONS, plan, seed=0)
    trainer.advance(10)
    ordered = unit_weights(MOONS, plan, 10, "ordered")
    blas = unit_weights(MOONS, plan, 10)
    assert ordered.shape == (11, 4, 6, 2)
    assert np.allclose(ordered, blas, rtol=0, atol=1e-12)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_training_does_not_know_the_numbers_of_the_units(optimizer: str) -> None:
    """Permutation equivariance, of which symmetry is a consequence."""
    plan = TrainingPlan((6,), "tanh", ("xavier",), optimizer=optimizer, learning_rate=0.02)
    order = np.random.default_rng(3).permutation(6)

    def permuted(parameters):  # type: ignore[no-untyped-def]  # a tuple of arrays either way
        (w, v), (b, c) = parameters.weights, parameters.biases
        return type(parameters)((w[:, order], v[:, :, order]), (b[:, order], c))

    straight = Trainer(MOONS, plan, seed=0)
    mixed = Trainer(MOONS, plan, seed=0, initial=permuted(straight.parameters))
    straight.advance(20)
    mixed.advance(20)
    for one, other in zip(
        permuted(straight.parameters).weights, mixed.parameters.weights, strict=True
    ):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-12)


def test_unknown_products_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="matrix product"):
        unit_weights(MOONS, TrainingPlan((2,)), 1, "fast")
