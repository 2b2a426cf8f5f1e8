"""What can be looked at between two steps: histograms of each layer, and the decision map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["DecisionMap", "LayerHistogram", "histogram"]


@dataclass(frozen=True, eq=False)
class LayerHistogram:
    """How the values of one layer are spread, over units and examples.

    ``edges`` is ``(bins + 1,)``, ``counts`` ``(bins,)``; ``mean`` and ``std`` are the values' own.
    """

    layer: int
    edges: np.ndarray
    counts: np.ndarray
    mean: float
    std: float


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """What a network decides on a grid of points of the plane.

    ``x`` and ``y`` are ``(resolution,)``; ``classes[i, j]`` is the class at ``(x[j], y[i])`` and
    ``confidence[i, j]`` its softmax probability.
    """

    x: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    confidence: np.ndarray


def histogram(layer: int, values: np.ndarray, bins: int) -> LayerHistogram:
    """The histogram of ``values`` of any shape, in equal bins over their range.

    Values that are not finite, or above 1e150 (their squares overflow), are left out, as they are
    where a network has diverged; without any value the counts are 0, mean and std NaN.
    """
    kept = values[np.abs(values) < 1e150]
    if not kept.size:
        return LayerHistogram(
            layer, np.linspace(-1.0, 1.0, bins + 1), np.zeros(bins, dtype=int), np.nan, np.nan
        )
    low, high = float(kept.min()), float(kept.max())
    # All values may be equal, or so near each other that no bins fit between them.
    margin = 1e-6 * max(abs(low), abs(high)) or 1e-6
    if high - low < margin:
        low, high = low - margin, high + margin
    counts, edges = np.histogram(kept, bins=bins, range=(low, high))
    return LayerHistogram(layer, edges, counts, float(kept.mean()), float(kept.std()))


def softmax(output: np.ndarray) -> np.ndarray:
    """The softmax over the classes of ``(classes, B)``."""
    powers = np.exp(output - output.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)
