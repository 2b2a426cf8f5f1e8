"""Wrong samplers that the tests of this folder must catch."""

from __future__ import annotations

import numpy as np

from xavier_theory.monte_carlo.layers import DeferredGaussianLayer, DeferredOrthogonalLayer
from xavier_theory.monte_carlo.layers.one_pass import OnePass
from xavier_theory.monte_carlo.layers.subspaces import project_out


class WithoutProjection(DeferredGaussianLayer):
    """Forgets (I − P Pᵀ): draws again what Wᵀ P has told."""

    def _image(self, direction, other):
        basis = other.queries.rows
        fresh = self._generator.standard_normal(basis.shape[1]) * np.sqrt(self.variance)
        return fresh + (other.answers.rows @ direction) @ basis


class WithoutMemory(DeferredGaussianLayer):
    """Forgets P (Xᵀ q): the answers of one side say nothing to the other."""

    def _image(self, direction, other):
        basis = other.queries.rows
        fresh = self._generator.standard_normal(basis.shape[1]) * np.sqrt(self.variance)
        project_out(fresh, basis)
        return fresh


class OnePercentOff(DeferredGaussianLayer):
    """Draws with a deviation that is 1 % too large."""

    def _image(self, direction, other):
        known = (other.answers.rows @ direction) @ other.queries.rows
        return known + 1.01 * (super()._image(direction, other) - known)


class FreshEveryTime(DeferredGaussianLayer):
    """Answers every query as if it were the first."""

    def _answer(self, vector, known, other):
        length = other.queries.rows.shape[1]
        scale = np.linalg.norm(vector) * np.sqrt(self.variance)
        return scale * self._generator.standard_normal(length)


class BoxDirections(DeferredOrthogonalLayer):
    """Directions from a cube, which favours its corners."""

    def _fresh_direction(self, basis):
        fresh = self._generator.uniform(-1, 1, self.size)
        project_out(fresh, basis)
        return fresh / np.linalg.norm(fresh)


class UntiedSides(DeferredOrthogonalLayer):
    """Knows what W was asked and what Wᵀ was asked, but not one from the other."""

    def _rmatmat(self, columns):
        twin = DeferredOrthogonalLayer(self._generator, self.shape, self.variance, self.dtype)
        return twin._rmatmat(columns)


class PassWithoutProjection(OnePass):
    """Forgets that W has already answered a: keeps aᵀg in the gradient."""

    def _coefficients(self, layer, across, length, along):
        return super()._coefficients(layer, 0.0 * across, length, along)


class PassWithoutMemory(OnePass):
    """Takes the gradient for independent of the signal: forgets zᵀδ."""

    def _coefficients(self, layer, across, length, along):
        return super()._coefficients(layer, across, length, 0.0 * along)


class PassThreePercentOff(OnePass):
    """Weights with a deviation that is 3 % too large."""

    def __init__(self, generator, widths, variances, *rest):
        super().__init__(generator, widths, [1.03**2 * v for v in variances], *rest)
