"""Questions that people who initialize networks ask in public, as they would type them.

Right values are those of the questions' answers: closed forms, or found by another program.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

import xavier_theory as xt
from xavier_theory.activations import dual_kernel, gaussian_moments, length_map_of


def near(value: float, digits: int = 9) -> Any:
    return pytest.approx(value, rel=10.0**-digits)


def spike(x: Any) -> Any:
    """A relu with a bump of width 1/1000."""
    return np.maximum(x, 0) + 3 * np.exp(-((1000 * (x - 0.37)) ** 2) / 2)


NUMBERS: dict[str, tuple[Callable[[], Any], Any]] = {
    "tanh for pre-activations of variance 4": (
        lambda: xt.variance("tanh", fan_in=100, q=4), near(0.06296622215)),
    "sigmoid, so that gradients stay": (
        lambda: xt.variance("sigmoid", fan_in=100, convention="backward"), near(0.2230338605)),
    "He's std in trunc_normal_, ten layers later": (
        lambda: xt.sample(64, 10, "relu", "he", law="truncated-normal-uncorrected").predicted[10],
        near(0.0769, 3)),
    "a steep tanh: its second moment": (
        lambda: float(gaussian_moments("tanh(1e4*z)").second_moment), near(0.99992021, 8)),
    "a steep tanh: the mean square of its slope": (
        lambda: float(gaussian_moments("tanh(1e4*z)").derivative_second_moment), near(5319.23, 6)),
    "a relu with a narrow bump": (lambda: xt.gain(spike).value, near(1.403012, 6)),
    "a steep sigmoid, as a function": (
        lambda: xt.gain(lambda x: expit(1e4 * (x - 1))).value,
        near(xt.gain("sigmoid(1e4*(z - 1))").value)),
    "np.vectorize of Python's max": (
        lambda: xt.gain(np.vectorize(lambda x: max(0, x))).value, near(math.sqrt(2))),
    "a square wave's gradient": (
        lambda: float(xt.gain("sign(sin(50*z))").backward_factor), math.inf),
    "x·sigmoid(x) in torch's words": (
        lambda: xt.gain("x*torch.sigmoid(x)").value, near(xt.gain("silu").value, 15)),
    "timm's scaled GELU": (
        lambda: xt.gain("gelu(z)*1.7015").value, near(xt.gain("gelu").value / 1.7015, 15)),
    "LeakyReLU(0.2) by torch's parameter": (
        lambda: xt.variance("LeakyReLU", fan_in=100, negative_slope=0.2), near(2 / 104, 15)),
    "SIREN's first layer": (
        lambda: xt.sample(64, 4, "sin(30*z)", "xavier").predicted[1], near(0.5)),
    "SIREN's fourth layer": (
        lambda: xt.sample(64, 4, "sin(30*z)", "xavier").predicted[4], near(0.5)),
    "what ELU adds to q with He": (
        lambda: float(length_map_of("elu", "he").at(10**10)) - 1e10, near(1, 4)),
    "what Snake adds to q with LeCun": (
        lambda: float(length_map_of("z + sin(z)**2", "lecun").at(10**6)) - 1e6, near(3 / 8, 6)),
    "SwiGLU, how steep its length map is": (
        lambda: float(xt.gain("swiglu").length_map_slope), near(2.172594, 6)),
    "SiLU alone, how steep": (lambda: float(xt.gain("silu").length_map_slope), near(1.172594, 6)),
    "maxout of two pieces needs Xavier, not He": (
        lambda: xt.variance("maxout", fan_in=100), near(1 / 100, 15)),
    "Glorot on a fused query, key and value": (
        lambda: xt.derive("fused-projection").predict(parts=3, second_moment=1), near(0.5, 15)),
    "a grouped convolution's gradient: torch's fan_out": (
        lambda: float(xt.fans((64, 8, 3, 3), layout="torch", groups=8).factor_out), 8),
    "a stride of 2 in two dimensions": (
        lambda: float(xt.fans((64, 64, 2, 2), layout="torch", stride=2).factor_out), 4),
    "a depthwise convolution in Keras": (
        lambda: float(xt.fans((3, 3, 32, 1), layout="keras", kind="depthwise").effective_in), 9),
    "an embedding of standard deviation 1": (
        lambda: xt.initialization("linear", (50_000, 512), kind="embedding").std, near(1, 15)),
    "κ(−1) of tanh at q = 100 is −κ(1)": (
        lambda: float(dual_kernel("tanh", 100).at(-1)) + float(dual_kernel("tanh", 100).at(1)),
        pytest.approx(0, abs=1e-18)),
}  # fmt: skip


@pytest.mark.parametrize("question", NUMBERS)
def test_a_question_gets_its_number(question: str) -> None:
    ask, answer = NUMBERS[question]
    assert ask() == answer


PHASES: dict[str, tuple[tuple[Any, ...], str]] = {
    "relu at its gain": (("relu", "gain"), "critical"),
    "relu at He's": (("relu", "he"), "critical"),
    "relu at a rounded gain squared": (
        ("relu", xt.gain("relu").value ** 2), "not distinguishable from critical at this precision"
    ),
    "arcsinh at 1": (("arcsinh(z)", 1), "critical"),
    "z·cos(z) at 1": (("z*cos(z)", 1), "critical"),
    "ELU with He": (("elu", "he"), "unbounded"),
    "softplus with He": (("softplus", "he"), "unbounded"),
    "Snake with LeCun": (("z + sin(z)**2", "lecun"), "unbounded"),
}  # fmt: skip


@pytest.mark.parametrize("question", PHASES)
def test_a_question_gets_its_phase(question: str) -> None:
    asked, answer = PHASES[question]
    assert xt.phase(*asked).name == answer


def test_a_function_of_numpy_has_a_phase() -> None:
    found = xt.phase(lambda x: np.maximum(x, 0), 1).estimate
    assert found is not None and found.name == "ordered"
    assert found.gradient_factor == near(0.5)
