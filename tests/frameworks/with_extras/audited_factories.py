"""What the command is pointed at in tests: factories, good and bad."""

from __future__ import annotations

from typing import Any

from torch import nn

from tests.frameworks.with_extras.torch_models import Transformer, mlp

instance = mlp(4, 32)
text = "no model"


def healthy() -> Any:
    return mlp(4, 32)


def vanishing() -> Any:
    return nn.Sequential(*[part for _ in range(12) for part in (nn.Linear(32, 32), nn.ReLU())])


def transformer() -> Any:
    return Transformer(depth=2)


def broken() -> Any:
    raise RuntimeError("planted\nin two lines")
