"""A matrix that is drawn whole and kept: any law of weights, memory fan_out × fan_in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from xavier_theory.monte_carlo.laws import Law, law
from xavier_theory.monte_carlo.layers.interface import (
    Array,
    SampledLayer,
    checked_variance,
)

__all__ = ["DenseLayer", "drawn_weights"]


def drawn_weights(
    generator: np.random.Generator,
    shape: tuple[int, int],
    variance: float,
    weight_law: Law,
    dtype: np.dtype[np.floating],
) -> Array:
    """A matrix of independent weights. float32 normals are drawn as such, in place."""
    if weight_law.name == "normal":
        weights: Array = np.empty(shape, dtype)
        generator.standard_normal(out=weights, dtype=dtype.type)
        weights *= np.asarray(math.sqrt(variance), dtype)
        return weights
    return weight_law.sample(generator, shape, variance).astype(dtype, copy=False)


class DenseLayer(SampledLayer):
    """W of shape ``(fan_out, fan_in)`` with independent entries of a law, drawn when it is made.

    ``weight_law`` is a law or its name (``laws.LAWS``); an unknown name raises
    ``UnknownNameError``.
    """

    def __init__(
        self,
        generator: np.random.Generator,
        shape: tuple[int, int],
        variance: float,
        dtype: DTypeLike = np.float64,
        weight_law: str | Law = "normal",
    ) -> None:
        super().__init__(shape, dtype)
        self.variance = checked_variance(variance)
        self.law = law(weight_law) if isinstance(weight_law, str) else weight_law
        self._weights = drawn_weights(generator, self.shape, self.variance, self.law, self.dtype)

    @property
    def weights(self) -> Array:
        """The matrix W itself, ``(fan_out, fan_in)``; empty once the layer is closed."""
        return self._weights

    def _matmat(self, columns: Array) -> Array:
        return self._weights @ columns

    def _rmatmat(self, columns: Array) -> Array:
        return self._weights.T @ columns

    def _release(self) -> None:
        self._weights = np.empty((0, 0), self.dtype)
