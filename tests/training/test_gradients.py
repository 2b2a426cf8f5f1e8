"""Gradients against complex steps of 2⁻¹⁰⁰ in 90-digit ball arithmetic, written independently."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq

from xavier_theory.activations import get_activation
from xavier_theory.training import Dataset, Trainer, TrainingPlan
from xavier_theory.training.costs import COSTS
from xavier_theory.training.descent import backward, cost, forward

_BITS, _STEP = 300, arb(2) ** -100  # a power of two: exact


def _number(value):
    exact = Fraction(float(value))
    return acb(fmpq(exact.numerator, exact.denominator))


def _activated(phi, z):
    """φ(z), by the certified branch of the cell that holds the real part of z."""
    pieces = phi.certified
    where = float(z.real)
    assert all(abs(where - float(kink)) > 1e-9 for kink in pieces.kinks)
    cell = sum(where > float(kink) for kink in pieces.kinks)
    return pieces.branches[cell](z, False)


def _cost(weights, biases, x, targets, phi, kind):
    """J of one network; everything is a nested list of balls."""
    total = acb(0)
    for column in range(len(x[0])):
        a = [row[column] for row in x]
        for layer, (matrix, shift) in enumerate(zip(weights, biases, strict=True)):
            z = [
                sum((w * v for w, v in zip(row, a, strict=True)), b)
                for row, b in zip(matrix, shift, strict=True)
            ]
            a = [_activated(phi, v) for v in z] if layer < len(weights) - 1 else z
        wanted = [row[column] for row in targets]
        if kind == "squared":
            total += sum(((u - v) ** 2 for u, v in zip(a, wanted, strict=True)), acb(0)) / 2
        else:
            partition = sum((v.exp() for v in a), acb(0)).log()
            total += sum(((partition - v) * y for v, y in zip(a, wanted, strict=True)), acb(0))
    return total / len(x[0])


def _balls(array):
    array = np.asarray(array)
    return [_balls(part) for part in array] if array.ndim else _number(array)


@pytest.mark.parametrize("kind", sorted(COSTS))
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "z**2 - sin(z)"])
def test_gradients_are_complex_steps(activation, kind):
    rng = np.random.default_rng(7)
    data = Dataset("small", rng.normal(size=(2, 4)), np.array([0, 1, 2, 1]), 3)
    plan = TrainingPlan((3, 2), activation, ("xavier",), seeds=2, cost=kind, bias_std=0.7)
    trainer = Trainer(data, plan, seed=3)
    phi, network = get_activation(activation), 1
    found = trainer.gradients.parameters
    old = ctx.prec
    ctx.prec = _BITS
    try:
        weights = [_balls(w[network]) for w in trainer.parameters.weights]
        biases = [_balls(b[network]) for b in trainer.parameters.biases]
        x, y = _balls(data.inputs), _balls(data.targets)
        value = _cost(weights, biases, x, y, phi, kind)
        assert float(value.real) == pytest.approx(trainer.costs[network], rel=1e-13)
        rows = [(row, found.weights[k][network][r]) for k, w in enumerate(weights)
                for r, row in enumerate(w)]  # fmt: skip
        rows += [(row, found.biases[k][network]) for k, row in enumerate(biases)]
        for row, gradients in rows:
            for place, gradient in enumerate(gradients):
                kept = row[place]
                row[place] = kept + acb(0, _STEP)
                slope = _cost(weights, biases, x, y, phi, kind).imag / _STEP
                row[place] = kept
                assert slope.rad() < 1e-25
                assert float(slope) == pytest.approx(gradient, rel=1e-12, abs=1e-15)
    finally:
        ctx.prec = old


def test_gradients_of_the_four_functions_are_those_of_the_trainer():
    rng = np.random.default_rng(8)
    data = Dataset("small", rng.normal(size=(2, 5)), np.array([0, 1, 0, 1, 1]), 2)
    trainer = Trainer(data, TrainingPlan((4,), "tanh", ("he",), seeds=3), seed=1)
    passed = forward(trainer.parameters, data.inputs, trainer.plan.layers())
    costs, error = cost(passed.activations[-1], data.targets, "cross-entropy")
    again = backward(trainer.parameters, passed, error)
    assert np.array_equal(costs, trainer.costs)
    for one, other in zip(
        again.parameters.weights, trainer.gradients.parameters.weights, strict=True
    ):
        assert np.array_equal(one, other)
