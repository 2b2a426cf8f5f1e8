"""Costs, each a mean over the examples, with its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["COSTS", "CostFunction"]

CostFunction = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def cross_entropy(output: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """J = −(1/B) Σ_b Σ_k y_kb log softmax(ŷ)_kb and ∂J/∂ŷ = (softmax(ŷ) − y)/B.

    ``output`` is ``(m, classes, B)``, ``targets`` ``(classes, B)`` with columns that sum to 1;
    returns ``(m,)`` and ``(m, classes, B)``.
    """
    shifted = output - output.max(axis=-2, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(axis=-2, keepdims=True)
    # A shifted entry may be −inf; where the target is 0 it does not count.
    picked = np.where(targets > 0, targets * (shifted - np.log(total)), 0.0)
    count = output.shape[-1]
    return -picked.sum(axis=(-2, -1)) / count, (powers / total - targets) / count


def squared(output: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """J = (1/2B) Σ_b ‖ŷ_b − y_b‖² and ∂J/∂ŷ = (ŷ − y)/B; shapes as in ``cross_entropy``."""
    error = output - targets
    count = output.shape[-1]
    return np.square(error).sum(axis=(-2, -1)) / (2 * count), error / count


COSTS: dict[str, CostFunction] = {"cross-entropy": cross_entropy, "squared": squared}
"""Every cost by name."""
