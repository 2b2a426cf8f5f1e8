"""What the page offers: the names behind its controls, and the limits of each."""

from __future__ import annotations

from typing import Any

from xavier_theory.activations.catalogue import activation_names
from xavier_theory.explorer.networks import COMPARED, scheme_labels
from xavier_theory.explorer.setups import LIMITS
from xavier_theory.training.datasets import DATASETS
from xavier_theory.training.optimizers import OPTIMIZERS

__all__ = ["options"]


def options(data: dict[str, Any]) -> dict[str, Any]:
    """Everything that fills a control."""
    return {
        "datasets": list(DATASETS),
        "activations": list(activation_names()),
        "schemes": [{"name": name, "label": label} for name, label in scheme_labels().items()],
        "compared": list(COMPARED),
        "optimizers": list(OPTIMIZERS),
        "limits": {
            "layers": LIMITS.layers,
            "width": LIMITS.width,
            "weights": LIMITS.weights,
            "expression": LIMITS.expression,
            "seed": LIMITS.seed,
            "scale": list(LIMITS.scale),
            "rate": list(LIMITS.rate),
        },
    }
