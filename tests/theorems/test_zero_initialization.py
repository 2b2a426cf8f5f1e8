"""zero-initialization, against networks trained in exact arithmetic and by the trainer."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.monte_carlo.exact_training import train
from xavier_theory.training import Trainer, TrainingPlan, load_dataset

NAME = "zero-initialization"


def test_exact_training_leaves_zeros_alone() -> None:
    zero = train(np.random.default_rng(0), 4, 3, zero=True)
    assert all(np.all(values == 0) for values in zero.values())
    other = train(np.random.default_rng(0), 4, 3)
    assert all(np.any(values != 0) for values in other.values())


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "z**2"])
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam"])
def test_only_the_bias_of_the_output_learns(activation: str, optimizer: str) -> None:
    plan = TrainingPlan((5, 4), activation, ("zeros",), optimizer=optimizer)
    trainer = Trainer(load_dataset("spirals", 31), plan)
    trainer.advance(5)
    weights, biases = trainer.parameters.weights, trainer.parameters.biases
    assert all(not values.any() for values in (*weights, *biases[:-1]))
    assert biases[-1].any()
    assert np.all(trainer.history.gradient_norms == 0.0)


def test_sigmoid_learns_as_one_unit() -> None:
    plan = TrainingPlan((4,), "sigmoid", ("zeros",))
    trainer = Trainer(load_dataset("spirals", 31), plan)
    assert [norm > 0 for norm in trainer.gradient_norms[:, 0]] == [False, True]
    trainer.advance(5)
    incoming, outgoing = (values[0] for values in trainer.parameters.weights)
    assert incoming.any() and outgoing.any()
    assert np.allclose(incoming, incoming[:1], rtol=1e-12)
    assert np.allclose(outgoing, outgoing[:, :1], rtol=1e-12)


def test_a_bias_that_is_not_zero_moves_the_outgoing_weights_first() -> None:
    plan = TrainingPlan((4,), "tanh", ("zeros",), bias_std=1.0)
    trainer = Trainer(load_dataset("spirals", 31), plan)
    assert [norm > 0 for norm in trainer.gradient_norms[:, 0]] == [False, True]
    trainer.advance(2)
    assert all(values.any() for values in trainer.parameters.weights)
