"""Odd activations are recognized, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from xavier_theory.activations.catalogue import activation_names, as_activation
from xavier_theory.activations.expressions.symmetry import is_odd

ODD = [
    "z", "z**3 - 2*z", "z*abs(z)", "tanh", "softsign", "hardtanh", "softshrink", "tanhshrink",
    "hardshrink", "2*(z - sin(z))", "sinh(z + z**3)/(1 + cosh(z))", "arctan(z - z**3)",
    "where(z > 1, z - 1, where(z < -1, z + 1, 0))", "z/(1 + z**2)",
]  # fmt: skip
NOT_ODD = [
    "relu", "abs", "step", "sin(z) + 1/1000", "clip(z, -1, 2)", "z**3 + z**2", "where(z > 1, z, 0)",
    "(z - z**3)*(1 - cos(z - 1))", "tanh(z + 1/10**9)", "where(z > 100, z + 1, z)",
    "where(abs(z) < 2, z, abs(z))",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_an_odd_activation_is_recognized(text):
    assert is_odd(as_activation(text).expression)


@pytest.mark.parametrize("text", NOT_ODD)
def test_what_is_not_odd_is_not_called_odd(text):
    assert not is_odd(as_activation(text).expression)


@pytest.mark.parametrize("name", activation_names())
def test_nothing_in_the_catalogue_is_called_odd_that_is_not(name):
    known = as_activation(name)
    z = np.linspace(0.013, 9.0, 401)
    if is_odd(known.expression):
        assert np.allclose(known.function(-z), -known.function(z), rtol=1e-12, atol=1e-15)
