"""Gains at a prompt: as numbers, as text, in notebooks, and pickled."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import xavier_theory as xt
from xavier_theory.activations import as_activation


def test_a_gain_is_a_number() -> None:
    gain = xt.gain("relu")
    assert isinstance(gain, float) and float(gain) == gain.value == math.sqrt(2)
    assert type(gain.value) is float and type(gain**2) is float
    assert gain * 2 == 2 * math.sqrt(2) and gain < 1.5 and {math.sqrt(2): 1}[gain] == 1
    assert f"{gain:.3f}" == "1.414" and f"{gain}" == repr(math.sqrt(2))
    assert json.dumps({"gain": gain}) == f'{{"gain": {math.sqrt(2)!r}}}'
    assert np.array([gain, gain]).dtype == np.float64
    estimated = xt.gain(np.arctan)
    assert float(estimated) == estimated.estimate


def test_a_gain_prints_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    from xavier_theory.cli import main

    with pytest.raises(SystemExit):
        main(["gain", "gelu"])
    assert capsys.readouterr().out == f"{xt.gain('gelu')!s}\n"
    assert repr(xt.gain("gelu")) == "Gain('gelu', 'second-moment', 1.5335304411955353, certified)"


def test_a_notebook_shows_the_closed_form() -> None:
    shown = xt.gain("relu")._repr_markdown_()
    assert shown.startswith(r"**relu**: $g = \sqrt{2} = 1.4142135623730951$")
    assert "- gradient factor χ₁ = 1 per layer" in shown
    shown = xt.gain(np.arctan)._repr_markdown_()
    assert "an estimate, off by about" in shown and "not certified" in shown


@pytest.mark.parametrize("name", ["gelu", "leaky_relu", "where(sin(z) > 0, z, -z)", "z*Phi(z)+pi"])
def test_gains_and_activations_are_pickled(name: str) -> None:
    gain = xt.gain(name, q=Fraction(3, 2))
    again = pickle.loads(pickle.dumps(gain))
    assert again == gain and again.enclosure == gain.enclosure and str(again) == str(gain)
    activation = pickle.loads(pickle.dumps(as_activation(name)))
    assert activation.name == as_activation(name).name
    assert activation.expression == as_activation(name).expression


def test_a_pickled_expression_is_itself_in_another_process() -> None:
    """Hashes of text differ from process to process."""
    pickled = pickle.dumps(as_activation("max(z, 0) + pi").expression)
    program = (
        "import pickle, sys; from xavier_theory.activations import as_activation; "
        f"tree = pickle.loads({pickled!r}); "
        "sys.exit(tree != as_activation('max(z, 0) + pi').expression)"
    )
    for seed in ("1", "2"):
        done = subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0
