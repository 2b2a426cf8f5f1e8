"""The lines that ``xt.initialization`` gives, pasted: what the frameworks draw from them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import jax
import keras
import numpy as np
import pytest
import torch

import xavier_theory as xt

LAWS = ("normal", "uniform", "truncated-normal", "orthogonal")
SHAPE = (160, 8, 3, 5)  # (out, in, *k), 19,200 entries


def pasted(line: str, **names: Any) -> Any:
    """What the package's own line evaluates to."""
    return eval(line, names)  # noqa: S307


def drawn(framework: str, found: xt.Initialization) -> Any:
    shape = found.fans.shapes[framework]
    if framework == "torch":
        layer = SimpleNamespace(weight=torch.empty(shape))
        torch.manual_seed(3)
        pasted(found.torch or "", torch=torch, layer=layer)
        return layer.weight.numpy()
    if framework == "keras":
        keras.utils.set_random_seed(3)
        return np.asarray(keras.ops.convert_to_numpy(pasted(found.keras or "", keras=keras)(shape)))
    return np.asarray(pasted(found.jax or "", jax=jax)(jax.random.key(3), shape))


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("framework", ["torch", "keras", "jax"])
def test_what_is_drawn_has_the_variance(framework: str, law: str) -> None:
    found = xt.initialization("gelu", SHAPE, law=law, mode="fan_out")
    values = drawn(framework, found).astype(float)
    assert values.shape == found.fans.shapes[framework]
    if law == "orthogonal":  # its squares add up to one number, whatever is drawn
        assert np.mean(values**2) == pytest.approx(found.variance, rel=1e-4)
        return
    # The square of a normal entry has relative variance 2, and less for the other laws.
    assert np.mean(values**2) == pytest.approx(found.variance, rel=6 * math.sqrt(2 / values.size))
    assert abs(np.mean(values)) < 6 * found.std / math.sqrt(values.size)
    ends = {"uniform": found.bound, "truncated-normal": 2 * (found.std_before_truncation or 0)}
    if law in ends:
        end = ends[law] or 0
        assert 0.99 * end < np.max(values) <= end * (1 + 1e-6)
        assert -0.99 * end > np.min(values) >= -end * (1 + 1e-6)
    else:
        assert np.max(np.abs(values)) > 3.3 * found.std


@pytest.mark.parametrize("framework", ["torch", "keras", "jax"])
@pytest.mark.parametrize("transposed", [False, True])
def test_an_orthogonal_weight_has_the_variance_in_every_flattening(
    framework: str, transposed: bool
) -> None:
    found = xt.initialization("relu", (16, 8, 3), law="orthogonal", transposed=transposed)
    values = drawn(framework, found).astype(float)
    assert np.mean(values**2) == pytest.approx(found.variance, rel=1e-4)


def test_a_layer_is_initialized_by_its_line() -> None:
    layer = torch.nn.Conv2d(32, 64, 3, groups=4)
    found = xt.initialization(torch.nn.GELU(), layer, law="uniform")
    assert found.fan == 72 and found.activation == "gelu"
    torch.manual_seed(0)
    pasted(found.torch or "", torch=torch, layer=layer)
    assert layer.weight.var().item() == pytest.approx(found.variance, rel=0.06)
