"""Elementwise ops of torch: the function and slope that an audit takes are torch's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from xavier_theory.audit.elementwise import ACTIVATIONS, THEOREMS, function_of, slope_of
from xavier_theory.audit.of_torch.recording import record

FUNCTIONS: dict[str, Any] = {
    "relu": torch.relu,
    "relu6": functional.relu6,
    "leaky_relu": lambda x: functional.leaky_relu(x, 0.2),
    "gelu": functional.gelu,
    "gelu, tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
    "elu": lambda x: functional.elu(x, 0.7),
    "celu": lambda x: functional.celu(x, 1.3),
    "selu": functional.selu,
    "softplus": lambda x: functional.softplus(x, beta=2),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hardswish": functional.hardswish,
    "hardsigmoid": functional.hardsigmoid,
    "hardtanh": functional.hardtanh,
    "clamp": lambda x: x.clamp(max=0.3),
    "mish": functional.mish,
    "log_sigmoid": functional.logsigmoid,
    "hardshrink": functional.hardshrink,
    "softshrink": functional.softshrink,
    "exp": torch.exp,
    "abs": torch.abs,
    "erf": torch.erf,
    "sin": torch.sin,
    "cos": torch.cos,
    "square": lambda x: x**2,
    "log": lambda x: torch.log(x),
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
}
POSITIVE = ("log", "sqrt", "rsqrt", "reciprocal")


class One(torch.nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(1))
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x * self.scale)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_slopes_are_those_of_torch(name: str) -> None:
    points = torch.linspace(-4.03, 4.01, 64).double()
    x = (points.abs() + 0.1 if name in POSITIVE else points).requires_grad_()
    recorded = record(One(FUNCTIONS[name]), (x.detach().float(),), {}, seed=0, loss=None)
    op = next(one for one in recorded.recording.ops if one.kind in THEOREMS)
    function, slope = function_of(op), slope_of(op)
    assert function is not None and slope is not None
    true = FUNCTIONS[name](x)
    (derivative,) = torch.autograd.grad(true.sum(), x)
    at = x.detach().numpy()
    assert function(at) == pytest.approx(true.detach().numpy(), rel=1e-7, abs=1e-7)
    assert slope(at) == pytest.approx(derivative.numpy(), rel=1e-7, abs=1e-7)


def test_every_kind_is_compared() -> None:
    seen: set[str] = set()
    for function in FUNCTIONS.values():
        ops = record(One(function), (torch.linspace(0.1, 1, 8),), {}, seed=0, loss=None)
        seen |= {op.kind for op in ops.recording.ops}
    assert seen > THEOREMS.keys() > ACTIVATIONS


def test_a_negative_power_has_no_value_below_its_pole() -> None:
    ops = record(One(torch.rsqrt), (torch.ones(3),), {}, seed=0, loss=None).recording.ops
    function = function_of(next(op for op in ops if op.kind == "power"))
    assert function is not None and np.isnan(function(np.array([-1.0])))
