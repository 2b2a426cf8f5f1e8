"""Gradient descent on many sampled networks at once, for the claims about learning.

    plan = TrainingPlan(hidden=(16, 16), schemes=("xavier", "too-small"), seeds=8)
    trainer = Trainer(load_dataset("circles"), plan, seed=0)
    trainer.advance(100)

Names are loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "COSTS": "costs",
    "DATASETS": "datasets",
    "Dataset": "datasets",
    "DecisionMap": "observations",
    "History": "history",
    "LayerHistogram": "observations",
    "OPTIMIZERS": "optimizers",
    "Parameters": "parameters",
    "SCHEMES": "schemes",
    "Scheme": "schemes",
    "Trainer": "trainer",
    "TrainingPlan": "plan",
    "dataset_from_arrays": "datasets",
    "initialize": "parameters",
    "load_dataset": "datasets",
    "scheme": "schemes",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOMES)
