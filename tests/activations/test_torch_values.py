"""The catalogue against torch: a committed table, and torch itself where it is installed."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest

from tests.activations import make_torch_values as table
from xavier_theory.activations.catalogue import _ENTRIES, get_activation

DATA = json.loads(table.OUT.read_text(encoding="utf-8"))
POINTS = np.array(DATA["points"])
# torch rounds SELU's constants to floats, and loses digits of 1 − e^z in celu and elu.
TOLERANCE = {"rtol": 5e-15, "atol": 5e-16}
# torch's softplus is linear above its threshold: off by log(1 + e^-20) = 2.06e-9 there.
LOOSE = {"softplus": {"rtol": 0, "atol": 2.1e-9}}


@pytest.mark.parametrize("row", DATA["rows"], ids=lambda row: f"{row['name']}{row['parameters']}")
def test_values_are_torchs(row):
    ours = get_activation(row["name"], **row["parameters"]).function(POINTS)
    np.testing.assert_allclose(ours, row["values"], **LOOSE.get(row["name"], TOLERANCE))
    assert np.max(np.abs(ours * (1 + 1e-6) - row["values"])) > 1e-7


def test_every_torch_activation_of_the_catalogue_is_in_the_table():
    named = {entry.torch for entry in _ENTRIES.values() if entry.torch}
    assert named == {row["torch"] for row in DATA["rows"]}
    assert {name for name, entry in _ENTRIES.items() if entry.torch} == {
        row["name"] for row in DATA["rows"]
    }
    elementwise = {
        "ELU", "Hardshrink", "Hardsigmoid", "Hardtanh", "Hardswish", "LeakyReLU", "LogSigmoid",
        "PReLU", "ReLU", "ReLU6", "RReLU", "SELU", "CELU", "GELU", "Sigmoid", "SiLU", "Mish",
        "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "Threshold", "Identity",
    }  # fmt: skip
    assert named == elementwise


def test_the_table_is_what_an_installed_torch_says():
    """Where torch is missing there is only the table, whose source says whose values it holds."""
    assert DATA["source"].startswith("torch 2.")
    if importlib.util.find_spec("torch") is None:
        return
    for row in DATA["rows"]:
        fresh = table.torch_values(row["torch"], row["arguments"])
        np.testing.assert_allclose(row["values"], fresh, rtol=1e-14, atol=1e-15)
