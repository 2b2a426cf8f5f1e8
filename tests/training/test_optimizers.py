"""Optimizers against their formulas in exact fractions."""

from fractions import Fraction

import numpy as np
import pytest

from xavier_theory.training.descent import update
from xavier_theory.training.optimizers import OPTIMIZERS
from xavier_theory.training.parameters import Parameters

GRADIENTS = (0.5, -1.25, 2.0)


def run(name, rate=0.125):
    parameters = Parameters((np.array([[[1.0]], [[1.0]]]),), (np.array([[0.0], [1.0]]),))
    state = OPTIMIZERS[name].start(parameters)
    for step, gradient in enumerate(GRADIENTS, 1):
        slopes = parameters.combined(lambda v, g=gradient: np.full_like(v, g))
        rates = np.array([rate, 2 * rate])
        parameters, state = update(parameters, slopes, state, rates, step, name)
    return parameters


def expected(name, start, rate):
    value = Fraction(start)
    velocity = mean = square = Fraction(0)
    for step, given in enumerate(map(Fraction, GRADIENTS), 1):
        if name == "gd":
            value -= rate * given
        elif name == "momentum":
            velocity = Fraction(9, 10) * velocity + given
            value -= rate * velocity
        else:
            mean = Fraction(9, 10) * mean + Fraction(1, 10) * given
            square = Fraction(999, 1000) * square + Fraction(1, 1000) * given**2
            corrected = mean / (1 - Fraction(9, 10) ** step)
            root = float(square / (1 - Fraction(999, 1000) ** step)) ** 0.5
            value -= Fraction(float(rate * corrected) / (root + 1e-8))
    return float(value)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_updates_follow_the_formula(name):
    found = run(name)
    for network, rate in ((0, Fraction(1, 8)), (1, Fraction(1, 4))):
        assert found.weights[0][network, 0, 0] == pytest.approx(expected(name, 1, rate), rel=1e-12)
        bias = expected(name, network, rate)
        assert found.biases[0][network, 0] == pytest.approx(bias, rel=1e-12)
