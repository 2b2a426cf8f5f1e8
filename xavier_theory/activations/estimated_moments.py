"""The moments of an activation as estimates, where they cannot be certified."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xavier_theory.activations.activation import Activation
from xavier_theory.activations.estimates import ArrayFunction, Estimate, checked_values, estimate
from xavier_theory.activations.gaussian_integrals import Gaussian


@dataclass(frozen=True)
class EstimatedMoments:
    """The same moments as ``Moments``, by quadrature in floating point; none is certified."""

    activation: Activation
    law: Gaussian
    digits: int = 15

    @cached_property
    def mean(self) -> Estimate:
        """E[φ(Z)]."""
        return self._of(self._phi)

    @cached_property
    def second_moment(self) -> Estimate:
        """E[φ(Z)²]."""
        return self._of(lambda z: self._phi(z) ** 2)

    @cached_property
    def variance(self) -> Estimate:
        """Var φ(Z), about the estimated mean."""
        centre = self.mean.value
        return self._of(lambda z: (self._phi(z) - centre) ** 2)

    @cached_property
    def derivative_mean(self) -> Estimate:
        """E[φ'(Z)] = E[φ(Z)(Z − μ)]/q."""
        mean, q = float(self.law.mean), float(self.law.variance)
        return self._of(lambda z: self._phi(z) * (z - mean) / q)

    @cached_property
    def cross_moment(self) -> Estimate:
        """E[φ(Z)φ'(Z)Z] = E[φ(Z)²·(Z(Z − μ)/q − 1)]/2."""
        mean, q = float(self.law.mean), float(self.law.variance)
        return self._of(lambda z: self._phi(z) ** 2 * (z * (z - mean) / q - 1) / 2)

    @cached_property
    def derivative_second_moment(self) -> Estimate:
        """E[φ'(Z)²] of the slopes almost everywhere; a jump that went unnoticed is not in it."""
        return self._of(lambda z: checked_values(self.activation.derivative, z) ** 2)

    def _phi(self, z: np.ndarray) -> np.ndarray:
        return checked_values(self.activation.function, z)

    def _of(self, f: ArrayFunction) -> Estimate:
        return estimate(f, float(self.law.mean), float(self.law.variance))
