"""The defaults of docs/architectures.md, against layers that the frameworks themselves make."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
import pytest
import torch
from flax import linen

from tools import architectures

ROWS = {row["layer"]: row for row in architectures.data()["row"]}
DEPTHWISE, TRANSPOSED = "Depthwise convolution behind relu", "Transposed convolution behind relu"
COMPLEX = "Complex dense layer, linear"


def _keras(layer: Any, *shape: int) -> Any:
    keras.utils.set_random_seed(3)
    layer.build((None, *shape))
    return layer.kernel


def _flax(layer: Any, *shape: int) -> Any:
    inputs = jax.numpy.zeros((1, *shape), dtype=layer.param_dtype)
    return layer.init(jax.random.PRNGKey(3), inputs)["params"]["kernel"]


MADE: dict[tuple[str, str], Callable[[], Any]] = {
    ("Dense, linear", "torch"): lambda: torch.nn.Linear(512, 512).weight,
    ("Dense, linear", "keras"): lambda: _keras(keras.layers.Dense(512), 512),
    ("Dense, linear", "jax"): lambda: _flax(linen.Dense(512), 512),
    ("Convolution behind relu", "torch"): lambda: torch.nn.Conv2d(64, 64, 3).weight,
    ("Convolution behind relu", "keras"): lambda: _keras(keras.layers.Conv2D(64, 3), 8, 8, 64),
    ("Convolution behind relu", "jax"): lambda: _flax(linen.Conv(64, (3, 3)), 8, 8, 64),
    (DEPTHWISE, "torch"): lambda: torch.nn.Conv2d(64, 64, 3, groups=64).weight,
    (DEPTHWISE, "keras"): lambda: _keras(keras.layers.Conv2D(64, 3, groups=64), 8, 8, 64),
    (DEPTHWISE, "jax"): lambda: _flax(linen.Conv(64, (3, 3), feature_group_count=64), 8, 8, 64),
    (TRANSPOSED, "torch"): lambda: torch.nn.ConvTranspose2d(64, 64, 4, stride=2).weight,
    (TRANSPOSED, "keras"): lambda: _keras(keras.layers.Conv2DTranspose(64, 4, 2), 8, 8, 64),
    (TRANSPOSED, "jax"): lambda: _flax(linen.ConvTranspose(64, (4, 4), (2, 2)), 8, 8, 64),
    ("Query, key and value in one matrix", "torch"): lambda: (
        torch.nn.MultiheadAttention(512, 8).in_proj_weight
    ),
    (COMPLEX, "torch"): lambda: torch.nn.Linear(512, 512, dtype=torch.complex64).weight,
    (COMPLEX, "jax"): lambda: _flax(linen.Dense(512, param_dtype=jax.numpy.complex64), 512),
}


@pytest.mark.parametrize("case", MADE, ids="-".join)
def test_a_default_has_the_variance_that_the_page_reckons_with(case: tuple[str, str]) -> None:
    """The mean square of N independent entries lies within 6 of its standard deviations.

    For laws of kurtosis up to 3, √(2/N) of it; of a complex entry it is that of each part.
    """
    torch.manual_seed(3)
    layer, framework = case
    made = MADE[case]()
    weights = made.detach().numpy() if framework == "torch" else np.asarray(made)
    parts = (weights.real, weights.imag) if np.iscomplexobj(weights) else (weights,)
    expected = float(architectures.default_variance(ROWS[layer], framework))
    for part in parts:
        within = 6 * math.sqrt(2 / part.size)
        assert np.square(part).mean() == pytest.approx(expected, rel=within)
