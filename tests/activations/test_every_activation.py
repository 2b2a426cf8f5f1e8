"""Every activation by name in every function: one number for E[φ²], SciPy's. Phases by a few."""

from __future__ import annotations

from typing import Any

import pytest

import xavier_theory as xt
from tests.activations.many_activations import every_activation, hold

JUMPING = {"hardshrink", "sign", "softplus_threshold", "step", "threshold"}
NO_SLOPES = {"sqrt(softplus(z))"}


@pytest.mark.parametrize(("name", "parameters"), every_activation())
def test_all_functions_know_every_activation(name: str, parameters: Any) -> None:
    said = hold(name, parameters)
    known = "jumps" if name in JUMPING else "no slopes" if name in NO_SLOPES else "smooth enough"
    assert said == known


# σ_w² = 1 without biases; many_activations.py asks for all of them
PHASES = {
    "arcsinh(z)": "critical", "softplus": "ordered", "hardtanh": "critical", "sign": "chaotic",
    "square": "unbounded", "gelu": "ordered", "selu": "chaotic", "leaky_relu": "ordered",
}  # fmt: skip


@pytest.mark.parametrize("name", PHASES)
def test_phases_of_every_kind_are_certified(name: str) -> None:
    found = xt.phase(name, 1)
    assert (found.name, found.certified) == (PHASES[name], True)
